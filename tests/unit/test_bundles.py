"""A session as files that stand alone: complete, offline, a book that readers open, brought in elsewhere."""

import copy
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from adapters.bundles.archive import read_all, write_archive
from adapters.bundles.book import Leaf, epub, pdf
from adapters.models.scripted import EVERYTHING, ScriptedCritic, ScriptedPainter, flat
from bot.importing import Exported, bring_in
from bot.replaying import request_of
from core.domain.errors import BadRequest
from core.jobs.journey import Journey
from core.models.painter import PaintRequest
from tests.harness import ANN, PAGE, World, utc_now

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "session.schema.json").read_text("utf-8"))
OPF = "{http://www.idpf.org/2007/opf}"


async def told(folder: Path) -> tuple[World, str]:
    """A story of three scenes with portraits, one of them on another branch."""
    painter = ScriptedPainter(moves=[flat(20 * n) for n in range(1, 10)], operations=EVERYTHING)
    world = await World(folder, painter=painter, critic=ScriptedCritic()).open()
    known: dict[str, Any] = {"actor": ANN, "place": PAGE}
    await world.send(Journey(dedup_key="web::1", theme="a fox & <b>owls</b>", **known))
    session = await world.only_session()
    (first,) = await world.nodes(session)
    for choice in (1, 2):
        key = f"web::{choice + 1}"
        await world.send(Journey(dedup_key=key, iteration=first.id, choice=choice, **known))
    return world, session


async def exported(world: World, session: str, path: Path) -> zipfile.ZipFile:
    found = await read_all(world.store, session)
    assert found is not None
    await write_archive(*found, world.service.images, world.pixels, path)
    return zipfile.ZipFile(path)


async def test_an_archive_is_complete_and_goes_in_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    world, session = await told(tmp_path / "a")
    with await exported(world, session, tmp_path / "s.zip") as archive:
        names = archive.namelist()
        data = json.loads(archive.read("session.json"))
        page = archive.read("index.html").decode()
    assert {"01.png", "02.png", "03.png", "story.epub", "story.pdf"} <= set(names)
    assert sum(name.startswith("further/") for name in names) == 1  # the portrait
    validator: Any = Draft202012Validator(SCHEMA)
    assert list(validator.iter_errors(data)) == []
    kinds = [call["kind"] for call in data["calls"]]
    assert sorted(set(kinds)) == ["check", "paint", "tell"]
    assert data["calls"][0]["answer"]["text"] == "scene 1 of a fox & <b>owls</b>"
    assert '"ann"' not in json.dumps(data["records"])
    assert not re.search(r'(?:src|href)="(?!#|[\w/.-]+\.png")', page)
    assert "<b>owls" not in page
    (tmp_path / "b").mkdir()
    other = await World(tmp_path / "b").open()
    id, came = await bring_in(other.store, other.images, tmp_path / "s.zip")
    assert (id, came) == (session, 4)
    assert await other.nodes(session) == await world.nodes(session)
    for node in await other.nodes(session):
        assert await other.images.get(node.image) == await world.images.get(node.image)
    with pytest.raises(BadRequest, match="here already"):
        await bring_in(other.store, other.images, tmp_path / "s.zip")
    (tmp_path / "session.json").write_text('{"format": "x"}')
    with pytest.raises(BadRequest, match="not exported by this version"):
        Exported(tmp_path / "session.json")
    tree, _ = Exported(tmp_path / "s.zip").tree()
    asked = [request_of(tree, node, world.painter) for node in tree.iterations]
    assert asked == ["painted from portraits"] * 3
    plain = replace(tree.iterations[0], chapter=None)
    request = request_of(tree, plain, world.painter)
    assert isinstance(request, PaintRequest)
    assert request.prompt == plain.prompt
    await other.close()
    await world.close()


def _elsewhere(records: Any, field: str) -> None:
    records["iterations"][0][field] = "another"


FORGED: dict[str, Callable[[Any], object]] = {
    "an image of another session": lambda said: _elsewhere(said, "session"),
    "an image of another run": lambda said: _elsewhere(said, "run"),
    "an image from another's": lambda said: _elsewhere(said, "parent"),
    "a run of another session": lambda said: said["runs"][0].update(session="another"),
    "a call of another run": lambda said: said["calls"][0].update(key="another/paint/1#0"),
    "a path": lambda said: said["session"].update(id="../../etc"),
    "no object": lambda said: said.update(session=[]),
}


async def test_a_file_from_elsewhere_brings_in_its_own_session_alone(tmp_path: Path) -> None:
    world, session = await told(tmp_path)
    with await exported(world, session, tmp_path / "s.zip") as archive:
        data = json.loads(archive.read("session.json"))
    path = tmp_path / "session.json"
    for what, forge in FORGED.items():
        forged = copy.deepcopy(data)
        forge(forged["records"])
        path.write_text(json.dumps(forged))
        with pytest.raises(BadRequest, match="can't be read"):
            await bring_in(world.store, world.images, path)
            pytest.fail(what)
    data["records"]["session"]["id"] = "renamed"
    for each in (*data["records"]["runs"], *data["records"]["iterations"]):
        each["session"] = "renamed"
    path.write_text(json.dumps(data))
    before = await world.nodes(session)
    with pytest.raises(BadRequest, match="here already"):
        await bring_in(world.store, world.images, path)
    assert await world.nodes(session) == before
    await world.close()


def test_a_file_that_is_no_archive_is_a_sentence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as archive:
        archive.writestr("session.json", "[" * 200_000)
    (tmp_path / "noise.zip").write_bytes(b"PK\x03\x04" + bytes(200))
    whole = (tmp_path / "deep.zip").read_bytes()
    (tmp_path / "torn.zip").write_bytes(whole.replace(b"[[[[", b"[[]["))
    for name in ("deep.zip", "noise.zip", "torn.zip"):
        with pytest.raises(BadRequest, match="no exported session"):
            Exported(tmp_path / name)


LEAVES = [
    Leaf("A & B", 'She said <"no">.\nThen \x07 went.', flat(40), 'A "door"', ""),
    Leaf("", "word " * 900, flat(90), "B", "Open & go"),
]


def test_a_book_keeps_the_rules_of_its_container() -> None:
    data = epub("T & <T>", "Ann", "en", LEAVES, utc_now())
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
        assert book.read("mimetype") == b"application/epub+zip"
        package = ElementTree.fromstring(book.read("OEBPS/package.opf"))
        items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
        listed = {f"OEBPS/{item.get('href')}" for item in items.values()}
        there = {n for n in book.namelist() if n.startswith("OEBPS/")} - {"OEBPS/package.opf"}
        assert listed == there
        assert [ref.get("idref") for ref in package.iter(f"{OPF}itemref")] == ["nav", "s1", "s2"]
        for name in there:
            if name.endswith(".xhtml"):
                page = ElementTree.fromstring(book.read(name))
                assert all(each.get("alt") for each in page.iter() if each.tag.endswith("}img"))


@pytest.mark.slow
def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    """Debian's epubcheck, which is a jar: by the standard's own rules."""
    jar, java = Path("/usr/bin/epubcheck"), shutil.which("java")
    if java is None or not jar.exists():
        if os.environ.get("DARKROOM_REQUIRE_ALL") == "1":
            pytest.fail("the package epubcheck is missing")
        pytest.skip("the package epubcheck is not installed")
    for language, title in (("en", "T & <T>"), ("de", "Der Fuchs")):
        path = tmp_path / f"{language}.epub"
        path.write_bytes(epub(title, "Ann", language, LEAVES, utc_now()))
        command = (java, "-jar", str(jar), "--failonwarnings", str(path))
        ended = subprocess.run(command, capture_output=True, text=True, timeout=100)
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_long_scene_goes_on_on_the_next_page() -> None:
    data = pdf("T", "Ann", LEAVES)
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 4
