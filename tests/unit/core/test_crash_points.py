"""The program is stopped exactly there and started again: nothing is lost, doubled or paid twice."""

import contextlib
import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.ledger import LedgerRow
from core.domain.records import CallRow, CallState, RunStatus
from core.domain.updates import Accepted, Finished, IterationFinished
from core.steps import finish
from tests.harness import ANN, World, refine


class Died(BaseException):
    """The process ends here; nothing catches it on the way."""


async def open_world(tmp_path: Path, **painter: object) -> World:
    moves = (flat(90), flat(150), flat(190))
    return await World(tmp_path, painter=ScriptedPainter(moves, **painter)).open()


async def check_whole(world: World, *, paintings: int = 3, unknown: int = 0) -> None:
    """Every round once, every update once, the ledger exact, nobody blocked."""
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert run.status is RunStatus.DONE
    nodes = await world.nodes(session)
    assert [node.round for node in nodes] == [1, 2, 3]
    updates = [d.update for d in await world.updates(session)]
    assert [u.round for u in updates if isinstance(u, IterationFinished)] == [1, 2, 3]
    assert sum(isinstance(u, Accepted) for u in updates) == 1
    assert sum(isinstance(u, Finished) for u in updates) == 1
    async with world.store.read() as uow:
        rows = list(await uow.ledger.of_run(run.id))
        assert await uow.runs.open_count(ANN) == 0
        usage = await uow.ledger.usage(run.created.date(), ANN)
    assert sum(world.painter.started.values()) == paintings
    _check_ledger(rows, unknown)
    assert usage.images == 3 + unknown


def _check_ledger(rows: list[LedgerRow], unknown: int) -> None:
    by_kind = {
        kind: [r for r in rows if r.kind == kind]
        for kind in ("reserve", "settle", "unknown", "release")
    }
    assert len(by_kind["reserve"]) == 1 + unknown  # for one that was lost, one more is held
    assert len(by_kind["release"]) == 1
    assert len([r for r in by_kind["settle"] if r.images]) == 3
    assert len(by_kind["unknown"]) == unknown
    booked = sum((r.usd or Decimal(0) for r in by_kind["settle"] + by_kind["unknown"]), Decimal(0))
    reserved, released = by_kind["reserve"][0].usd, by_kind["release"][0].usd
    assert reserved is not None
    assert released == max(Decimal(0), reserved - booked)


def die_in(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, after: bool, at: int = 1
) -> None:
    """The `at`-th call of a method ends the process, before or after its work."""
    original: Callable[..., Awaitable[object]] = getattr(owner, name)
    count = 0

    async def dying(*args: object, **kwargs: object) -> object:
        nonlocal count
        count += 1
        if count != at:
            return await original(*args, **kwargs)
        if after:
            await original(*args, **kwargs)
        raise Died

    monkeypatch.setattr(owner, name, dying)


async def start_and_die(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.send(refine(iterations=3))
    monkeypatch.undo()
    await world.restart()


@pytest.mark.slow
async def test_after_the_inbox_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_world(tmp_path)
    monkeypatch.setattr(world.service, "_take_soon", lambda row: None)
    assert await world.service.receive(refine(iterations=3))
    monkeypatch.undo()
    assert await world.service.sessions(ANN) == []
    await world.restart()
    assert not await world.send(refine(iterations=3))
    await check_whole(world)
    await world.close()


@pytest.mark.slow
async def test_a_row_that_an_older_version_wrote_is_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await open_world(tmp_path)
    monkeypatch.setattr(world.service, "_take_soon", lambda row: None)
    assert await world.service.receive(refine(iterations=3))
    monkeypatch.undo()
    await world.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "darkroom.sqlite")) as base, base:
        ((payload,),) = base.execute("select payload from inbox")
        old = {key: value for key, value in json.loads(payload).items() if key != "painter"}
        assert "painter" in json.loads(payload)
        base.execute("update inbox set payload = ?", (json.dumps(old),))
    await world.open()
    await world.service.sweep()
    await world.settle()
    await check_whole(world)
    await world.close()


@pytest.mark.slow
async def test_after_the_transaction_of_intake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await open_world(tmp_path)
    die_in(monkeypatch, world.engine, "start", after=False)
    await start_and_die(world, monkeypatch)
    await check_whole(world)
    await world.close()


async def test_after_the_intent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_world(tmp_path)
    die_in(monkeypatch, world.painter, "paint", after=False, at=2)
    await start_and_die(world, monkeypatch)
    await check_whole(world, paintings=3, unknown=1)
    await world.close()


async def test_after_the_answer_of_the_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await open_world(tmp_path)
    die_in(monkeypatch, world.painter, "paint", after=True, at=2)
    await start_and_die(world, monkeypatch)
    await check_whole(world, paintings=4, unknown=1)
    await world.close()


@pytest.mark.slow
async def test_a_repeatable_provider_is_asked_again_and_nothing_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await open_world(tmp_path, repeatable=True)
    die_in(monkeypatch, world.painter, "paint", after=True, at=2)
    await start_and_die(world, monkeypatch)
    await check_whole(world, paintings=4)
    await world.close()


@pytest.mark.slow
async def test_after_the_image_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_world(tmp_path)
    die_in(monkeypatch, world.images, "note_call", after=True, at=2)
    await start_and_die(world, monkeypatch)
    await check_whole(world)
    await world.close()


async def test_after_the_transaction_of_the_iteration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await open_world(tmp_path)
    die_in(monkeypatch, world.ctx.payer, "pay", after=True, at=4)
    await start_and_die(world, monkeypatch)
    await check_whole(world)
    await world.close()


@pytest.mark.slow
async def test_after_the_last_step_before_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await open_world(tmp_path)
    die_in(monkeypatch, finish, "finish", after=False)
    await start_and_die(world, monkeypatch)
    await check_whole(world)
    await world.close()


@pytest.mark.slow
async def test_a_run_the_engine_gives_up_on_is_started_anew_and_finds_its_calls_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await open_world(tmp_path)
    original = finish.pictures

    async def broken(*args: object) -> object:
        raise RuntimeError("an upgrade changed the steps")

    monkeypatch.setattr(finish, "pictures", broken)
    await world.send(refine(iterations=3))
    monkeypatch.setattr(finish, "pictures", original)
    (run,) = await world.runs(await world.only_session())
    assert run.status is RunStatus.RUNNING
    await world.service.sweep()
    await world.settle()
    await check_whole(world)
    (run,) = await world.runs(await world.only_session())
    assert run.attempt == 2
    await world.close()


@pytest.mark.slow
async def test_a_run_that_breaks_thrice_is_ended_and_its_reservation_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await open_world(tmp_path)

    async def broken(*args: object) -> object:
        raise RuntimeError("always")

    monkeypatch.setattr(finish, "pictures", broken)
    await world.send(refine(iterations=3))
    for _ in range(3):
        await world.service.sweep()
        await world.settle()
    (run,) = await world.runs(await world.only_session())
    assert run.status is RunStatus.FAILED
    async with world.store.read() as uow:
        assert await uow.runs.open_count(ANN) == 0
        assert any(row.kind == "release" for row in await uow.ledger.of_run(run.id))
    await world.close()


@pytest.mark.slow
async def test_a_call_found_done_is_not_made_again(tmp_path: Path) -> None:
    world = await open_world(tmp_path)
    await world.send(refine(iterations=3))
    async with world.store.read() as uow:
        (run,) = await world.runs(await world.only_session())
        calls: list[CallRow] = list(await uow.calls.of_run(run.id))
    assert {call.state for call in calls} == {CallState.DONE}
    async with world.store.write() as uow:
        await uow.runs.transition(run.id, {RunStatus.DONE}, RunStatus.RUNNING)
        await uow.runs.save(replace(run, attempt=2))
    await world.restart()
    await check_whole(world)
    await world.close()
