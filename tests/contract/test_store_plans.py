"""What the program does as it goes finds its rows by an index: no statement reads a whole table that
grows with every round."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core.domain.access import PROGRAM
from core.jobs.pick import Pick
from core.service.outbox import OutboxDrain
from tests.harness import ANN, PAGE, World, refine
from tests.senders import Told

GROW = "inbox|sessions|runs|iterations|calls|ledger|holdings|outbox|posts"
WHOLE = re.compile(rf"SCAN (?:{GROW})\b(?! USING)")
ASKS = ("SELECT", "UPDATE", "DELETE", "INSERT")
Statements = dict[str, Any]


@pytest.fixture
def statements() -> Iterator[Statements]:
    """Each one that is made, with parameters it was made with."""
    seen: Statements = {}

    def look(_c: Any, _cursor: Any, text: str, given: Any, _context: Any, many: bool) -> None:
        seen.setdefault(text, given[0] if many else given)

    event.listen(Engine, "before_cursor_execute", look)
    yield seen
    event.remove(Engine, "before_cursor_execute", look)


def plans(path: Path, statements: Statements) -> dict[str, list[str]]:
    with closing(sqlite3.connect(path)) as rows:
        return {
            text: [row[3] for row in rows.execute(f"EXPLAIN QUERY PLAN {text}", given)]
            for text, given in statements.items()
            if text.lstrip().upper().startswith(ASKS)
        }


async def test_a_story_reads_no_table_whole(tmp_path: Path, statements: Statements) -> None:
    world = await World(tmp_path).open()
    statements.clear()  # what a start reads once
    await world.send(refine(iterations=2, stop="never"))
    session = await world.only_session()
    outbox = OutboxDrain(world.store, Told(), world.now)
    await outbox.drain()
    first, second = await world.nodes(session)
    pick = Pick(dedup_key="web::2", actor=ANN, place=PAGE, iteration=first.id)
    await world.send(pick)
    await outbox.drain()
    await world.service.quota(ANN)
    await world.service.shown("web")
    await world.service.delivery_of("web", "page", "m1", PROGRAM)
    await world.service.owns(second.image, ANN)
    async with world.store.read() as uow:
        await uow.runs.open_count(ANN)
        await uow.sessions.in_channel("web", "page")
        await uow.outbox.due("web", world.now() + timedelta(days=1))
    await world.close()

    found = plans(tmp_path / "darkroom.sqlite", statements)
    assert len(found) > 30
    whole = {text: plan for text, plan in found.items() if any(map(WHOLE.match, plan))}
    assert not whole
    assert not [text for text in found if re.match(r"UPDATE (runs|sessions) SET id=", text)]


async def test_what_is_looked_for_is_found(tmp_path: Path) -> None:
    """The check itself: a read of a whole table is one."""
    world = await World(tmp_path).open()
    await world.close()
    (plan,) = plans(
        tmp_path / "darkroom.sqlite", {"SELECT id FROM outbox WHERE error = ?": ("x",)}
    ).values()
    assert any(map(WHOLE.match, plan))
