"""What is kept of whom is declared of every column; a person gets it, and is forgotten."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.models.scripted import ScriptedPainter, flat
from adapters.storage.keeping import TABLES, written
from adapters.storage.tables import metadata
from core.domain.admin import ForgetMe, MyData
from core.domain.audit import broken_at
from core.domain.commands import Actor, Place
from core.domain.errors import BadRequest
from core.jobs.pick import Pick
from tests.harness import World, refine

ROOT = Path(__file__).parents[3]
HOME = Place("slack", "T1", "C1")
ANN, BEN = Actor("slack", "T1", "UANN", "Annabel"), Actor("slack", "T1", "UBEN", "Benedict")


def test_every_column_is_declared_and_the_page_is_made_from_it() -> None:
    assert set(TABLES) == set(metadata.tables)
    for name, table in metadata.tables.items():
        keeps = TABLES[name]
        assert keeps.of | keeps.bare == {column.name for column in table.columns}, name
        assert not keeps.of & keeps.bare, name
    page = (ROOT / "PRIVACY.md").read_text("utf-8")
    assert written(page) == page


async def cells(world: World) -> dict[str, str]:
    async with world.store.read() as uow:
        connection = uow.runs._c  # type: ignore[attr-defined]
        return {
            table.name: repr([tuple(row) for row in await connection.execute(select(table))])
            for table in metadata.sorted_tables
        }


async def test_a_person_gets_what_is_kept_and_is_forgotten(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter([flat(20), flat(30), flat(40)])).open()
    world.uploads["slack"] = world.files
    hers = replace(
        refine(key="slack:T1:1", actor=ANN, iterations=1, goal="a Zuckerhut"), place=HOME
    )
    his = replace(
        refine(key="slack:T1:2", actor=BEN, iterations=1, goal="a Matterhorn"), place=HOME
    )
    await world.send(hers)
    await world.send(his)
    (theirs,) = await world.service.sessions(BEN)
    assert theirs.best is not None
    pick = Pick(dedup_key="slack:T1:3", actor=ANN, place=HOME, iteration=theirs.best.id)
    await world.send(pick)
    async with world.store.write() as uow:
        await uow.audit.add("block", BEN, world.now(), {}, whom=ANN.id)
        await uow.audit.add("thaw", BEN, world.now(), {})
        await uow.budgets.block(ANN, BEN.id, world.now())

    mine = MyData(dedup_key="m", actor=ANN, place=HOME)
    told = await world.service.about_me(mine)
    assert told.file is not None
    with zipfile.ZipFile(io.BytesIO(told.file[1])) as file:
        data = json.loads(file.read("data.json"))
        pictures = [name for name in file.namelist() if name.startswith("images/")]
    assert [each["session"]["goal"] for each in data["sessions"]] == ["a Zuckerhut"]
    assert {row["kind"] for row in data["spent"]} >= {"reserve", "settle"}
    assert len(pictures) == 2  # the reference and what was painted of it
    assert "Matterhorn" not in json.dumps(data)

    with pytest.raises(BadRequest, match="no way back"):
        await world.service.about_me(ForgetMe(dedup_key="f", actor=ANN, place=HOME, sure="maybe"))
    before = await world.service.quota(BEN)
    await world.service.about_me(ForgetMe(dedup_key="f", actor=ANN, place=HOME, sure="Yes"))
    after = await cells(world)
    left = {
        name
        for name, text in after.items()
        for word in ("UANN", "Annabel", "Zuckerhut")
        if word in text
    }
    assert left == {"blocks"}, left  # to be forgotten is no way around it
    assert await world.service.sessions(ANN) == []
    (theirs,) = await world.service.sessions(BEN)
    assert theirs.session.goal == "a Matterhorn"
    assert theirs.iterations >= 2  # what she made there stays, as nobody's
    assert (await world.service.quota(BEN)).total_usd == before.total_usd
    async with world.store.read() as uow:
        assert broken_at(await uow.audit.all()) is None
    await world.close()
