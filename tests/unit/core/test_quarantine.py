"""Rows of a kind that this version does not know are set aside, and hold up no other; answers that
were given are thrown away."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.commands import Ask
from core.domain.records import DeliveryState, InboxState
from core.ports.repositories import InboxRow
from core.service import outbox
from tests.harness import ANN, PAGE, World, refine
from tests.senders import Told, draining


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    world = await World(tmp_path).open()
    yield world
    await world.close()


def changed(world: World, query: str, *values: str) -> None:
    """What another version wrote."""
    with closing(sqlite3.connect(world.folder / "darkroom.sqlite")) as connection, connection:
        assert connection.execute(query, values).rowcount > 0


def states(world: World) -> list[tuple[str, str]]:
    query = "select session, state from outbox order by id"
    with closing(sqlite3.connect(world.folder / "darkroom.sqlite")) as connection:
        return list(connection.execute(query))


async def test_posts_are_set_aside_and_the_others_leave(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "IDLE_S", 0.02)
    for number in range(3):
        await world.send(refine(key=f"web::{number}", iterations=1))
    found = await world.service.sessions(ANN)
    waiting, sending, sound = (each.session.id for each in found)
    strange = """update outbox set "update" = '{"kind":"hologram"}', state = ? where id = (
        select min(id) from outbox where session = ?)"""
    changed(world, strange, DeliveryState.PENDING.value, waiting)
    changed(world, strange, DeliveryState.SENDING.value, sending)
    sender = Told()
    async with (
        draining(world.store, sender, lambda: world.now(), world.ctx.tell),
        asyncio.timeout(20),
    ):
        while {state for _, state in states(world)} & {"pending", "sending"}:
            await asyncio.sleep(0.01)
    aside = [session for session, state in states(world) if state == "quarantined"]
    assert sorted(aside) == sorted([waiting, sending])
    assert sum(each.session == sound for each in sender.posted) > 2
    assert sum(each.session == waiting for each in sender.posted) > 1


async def test_commands_are_set_aside_and_the_others_are_taken_in(world: World) -> None:
    rows = [
        InboxRow(key=key, command=refine(key, iterations=1), state=InboxState.NEW, at=world.now())
        for key in ("web::strange", "web::sound")
    ]
    async with world.store.write() as uow:
        await uow.inbox.add_all(rows)
    strange = 'update inbox set payload = \'{"kind":"levitate"}\' where key = ?'
    changed(world, strange, "web::strange")
    await world.service.sweep()
    await world.settle()
    assert len(await world.service.sessions(ANN)) == 1
    async with world.store.read() as uow:
        assert not (await uow.inbox.new()).unreadable


async def test_answers_are_thrown_away_after_an_hour(world: World) -> None:
    await world.send(Ask(dedup_key="web::help", actor=ANN, place=PAGE, what="help"))
    async with draining(world.store, Told(), lambda: world.now(), world.ctx.tell):
        async with asyncio.timeout(20):
            while {state for _, state in states(world)} != {"sent"}:
                await asyncio.sleep(0.01)
    await world.service.sweep()
    assert len(states(world)) == 1
    later = world.now() + timedelta(minutes=61)
    world.now = lambda: later
    await world.service.sweep()
    assert states(world) == []
