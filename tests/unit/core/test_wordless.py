"""Where a server's admins keep no prompts, no word of a run is left once it is over."""

import json
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from adapters.models.scripted import ScriptedCritic
from core.domain.commands import Actor, Place, pick_key
from core.jobs.again import Again
from core.jobs.imagine import Imagine
from core.jobs.pick import Pick
from tests.harness import World, refine
from tests.unit.core.test_rules import rule

ANN = Actor("slack", "T1", "ann", "Ann")
HOME = Place("slack", "T1", "C1")
WORD = "zanzibar"


def kept(folder: Path) -> list[str]:
    """Where the word is, in any row of any table or note of a call."""
    found: list[str] = []
    database = next(folder.rglob("*.sqlite"))
    with sqlite3.connect(database) as db:
        tables = [row[0] for row in db.execute("select name from sqlite_master where type='table'")]
        for table in tables:
            for row in db.execute(f'select * from "{table}"'):
                if WORD in json.dumps(row, default=str).casefold():
                    found.append(table)
    notes = [path for path in folder.rglob("*.json") if WORD in path.read_text().casefold()]
    return found + [path.name for path in notes]


async def test_no_word_of_a_run_is_left_after_it(tmp_path: Path) -> None:
    world = await World(tmp_path, critic=ScriptedCritic()).open()
    world.uploads["slack"] = world.files
    said = f"a harbour at {WORD}"
    await world.send(Imagine(dedup_key="a", actor=ANN, place=HOME, prompt=said))
    await world.send(replace(refine(key="b", actor=ANN, goal=said), place=HOME))
    (imagined, refined) = sorted(
        [one.session for one in await world.service.sessions(ANN)], key=lambda s: s.created
    )
    assert {"sessions", "runs", "iterations", "outbox", "inbox"} <= set(kept(tmp_path))
    assert await rule(world, "store-prompts", "off") == "store-prompts: off"
    await world.service.sweep()
    assert kept(tmp_path)  # posts wait still
    later = world.now() + timedelta(hours=2)
    world.now = lambda: later
    with sqlite3.connect(next(tmp_path.rglob("*.sqlite"))) as db:
        db.execute("update outbox set state = 'sent'")
    await world.service.sweep()
    assert kept(tmp_path) == []
    async with world.store.read() as uow:
        nodes = await uow.iterations.of_session(imagined.id)
        assert [delivery.update for delivery in await uow.outbox.of_session(refined.id)]
        assert await uow.runs.of_session(refined.id)
    assert await world.images.get(nodes[0].image)
    # what it needs its words for is refused in a sentence
    key = pick_key("slack", "T1", nodes[0].id, "ann")
    await world.send(Pick(dedup_key=key, actor=ANN, place=HOME, iteration=nodes[0].id))
    again = Again(dedup_key="g", actor=ANN, place=HOME, iteration=nodes[0].id, size="wide")
    await world.send(again)
    for asked in (key, "g"):
        refusal = await world.service.refusal(asked, ANN)
        assert refusal is not None and "not kept here" in refusal.sentence
    await world.close()
