"""A backup taken while runs go on, restored elsewhere: nothing is lost but what came after."""

import asyncio
import contextlib
import json
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from adapters.models.scripted import ScriptedPainter, flat
from adapters.storage.sql import open_store
from adapters.storage.upgrading import at_version
from bot.backups import backup, restore
from bot.config import Settings
from bot.sections import BotSection
from core.domain.access import PROGRAM
from core.domain.commands import Actor
from core.domain.errors import Misconfigured, StoreUnavailable
from core.domain.ledger import booked
from core.domain.records import OPEN, RunRecord
from tests.contract.postgres import cluster, copied, migrated
from tests.harness import World, refine

__all__ = ["cluster"]
PEOPLE = [Actor("web", "", f"u{n}") for n in range(20)]


def settings(folder: Path, url: str = "") -> Settings:
    return Settings(bot=BotSection(data_dir=folder, database_url=url))


def world(folder: Path) -> World:
    return World(folder, painter=ScriptedPainter([flat(n) for n in range(9, 200)], seconds=0.02))


async def begun(folder: Path) -> World:
    """Twenty runs, some of their rounds painted, none at its end."""
    folder.mkdir()
    running = await world(folder).open()
    for who in PEOPLE:
        wish = refine(key=f"web::{who.id}", actor=who, iterations=2, stop="never")
        while True:
            with contextlib.suppress(StoreUnavailable):  # a busy machine asks to say it again
                await running.service.receive(wish)
                break
    while len(running.painter.requests) < 8:
        await asyncio.sleep(0.01)
    return running


@pytest.mark.slow
@pytest.mark.timeout(900)  # forty rounds, three databases: on a busy machine that takes its time
async def test_twenty_runs_go_on_where_the_backup_was_restored(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    here, there, out = tmp_path / "here", tmp_path / "there", tmp_path / "all.tar"
    running = await begun(here)
    _, taken = await backup(settings(here), out)
    going = len(await _open(running))
    assert going > 0
    await running.settle()
    await running.close()
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(Misconfigured, match="already"):
        await backup(settings(here), out)

    assert await restore(settings(there), out) == taken
    with pytest.raises(Misconfigured, match="something in it"):
        await restore(settings(there), out)
    again = await world(there).open()
    rows = await _open(again)
    assert len(rows) >= going  # none had ended that the backup knows as open
    async with again.store.read() as uow:
        for run in rows:
            for node in await uow.iterations.of_session(run.session):
                assert await again.images.get(node.image)
    await again.restart()
    assert await _open(again) == []
    for who in PEOPLE:
        (one,) = await again.service.sessions(who)
        tree = await again.service.tree(one.session.id, PROGRAM)
        assert tree is not None
        assert len(tree.iterations) == 2
        async with again.store.read() as uow:
            booked_rows = await uow.ledger.of_run(tree.runs[0].id)
        lost = sum(row.kind == "unknown" for row in booked_rows)  # on its way at that very moment
        assert booked(booked_rows).images == 2 + lost
    await again.close()

    url = await copied(request.getfixturevalue("cluster"), migrated)  # and on the other database
    assert (await restore(settings(tmp_path / "pg", url), out)).rows == taken.rows
    store = await open_store(url)
    async with store.write() as uow:
        await uow.servers.set_flag("frozen", "")
        assert len(await uow.runs.with_status(sorted(OPEN))) == len(rows)
        await uow.audit.add("thaw", PEOPLE[0], running.now(), {})
    await store.close()


async def _open(running: World) -> list[RunRecord]:
    async with running.store.read() as uow:
        return list(await uow.runs.with_status(sorted(OPEN)))


async def test_what_is_no_backup_or_too_new_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no database"):
        await backup(settings(tmp_path / "new"), tmp_path / "x.tar")
    torn = tmp_path / "torn.tar"
    torn.write_bytes(b"not a tar at all" * 99)
    with pytest.raises(Misconfigured, match="no whole backup"):
        await restore(settings(tmp_path / "new"), torn)
    newer = tmp_path / "newer.tar"
    about = tmp_path / "about.json"
    about.write_text(json.dumps({"format": 1, "revision": "9999", "at": "", "rows": {}}))
    with tarfile.open(newer, "w") as tar:
        tar.add(about, "about.json")
    with pytest.raises(Misconfigured, match="newer version"):
        await restore(settings(tmp_path / "new"), newer)


async def test_tables_are_kept_before_they_are_changed(tmp_path: Path) -> None:
    path = tmp_path / "darkroom.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        at_version(connection, "0004")
        connection.execute(text("insert into flags values ('mine', 'Zuckerhut')"))
    engine.dispose()
    await (await open_store(str(path))).close()
    (kept,) = (tmp_path / "backups").iterdir()
    taken = await restore(settings(tmp_path / "old"), kept)
    assert taken.revision == "0004"
    store = await open_store(str(tmp_path / "old" / "darkroom.sqlite"))
    async with store.read() as uow:
        assert await uow.servers.flag("mine") == "Zuckerhut"
        assert await uow.audit.all() == []
    await store.close()
    await (await open_store(str(path))).close()
    assert len(list((tmp_path / "backups").iterdir())) == 1
