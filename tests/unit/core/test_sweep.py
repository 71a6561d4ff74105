"""What breaks over one run, or one part of the sweep, does not end it for the others."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.engine.inline import InlineEngine
from core.domain.errors import StoreUnavailable
from core.domain.ledger import Limits
from core.domain.records import InboxState, RunStatus
from core.ports.engine import RunState
from core.ports.repositories import InboxRow
from core.service.sweeper import MAX_ATTEMPTS, Apart
from tests.harness import World, refine

MANY = Limits(concurrent_runs_per_user=3)


class Deaf(InlineEngine):
    """Knows no run and starts none; `state` of a run in `troubles` raises."""

    def __init__(self) -> None:
        super().__init__()
        self.troubles: dict[str, Exception] = {}
        self.asked: list[str] = []
        self.started: list[str] = []

    async def state(self, run_id: str) -> RunState:
        self.asked.append(run_id)
        if run_id in self.troubles:
            raise self.troubles[run_id]
        return RunState.UNKNOWN

    async def start(self, run_id: str, user: str) -> bool:
        self.started.append(run_id)
        return True


Three = tuple[World, Deaf, list[str]]


@pytest.fixture
async def three_runs(tmp_path: Path) -> AsyncGenerator[Three]:
    """Open ones, in the order in which the sweep comes to them."""
    engine = Deaf()
    world = await World(tmp_path, limits=MANY, engine_of=lambda: engine).open()
    for number in range(3):
        await world.send(refine(f"web::{number}"))
    runs, engine.started = engine.started, []
    assert len(runs) == 3
    await world.service.sweep()
    assert sorted(engine.started) == sorted(runs)
    order, engine.asked, engine.started = engine.asked, [], []
    yield world, engine, order
    await world.close()


async def test_a_run_that_breaks_it_keeps_no_other_waiting(
    three_runs: Three, caplog: pytest.LogCaptureFixture
) -> None:
    world, engine, (first, second, third) = three_runs
    engine.troubles = {first: RuntimeError("no such table"), second: OSError("disk")}
    await world.service.sweep()
    assert engine.started == [third]
    errors = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [each.exc_info is not None for each in errors] == [True, True]
    assert all(run.split("/")[0] in repr(errors[n].args) for n, run in enumerate((first, second)))
    engine.troubles, engine.started = {}, []
    await world.service.sweep()
    assert engine.started == [first, second, third]


async def test_without_a_database_it_ends_and_says_so(three_runs: Three) -> None:
    world, engine, (first, *_) = three_runs
    engine.troubles = {first: StoreUnavailable("The database is busy.")}
    with pytest.raises(StoreUnavailable):
        await world.service.sweep()
    assert engine.started == []


@pytest.mark.parametrize("part", ["_housekeeping", "_take_down", "_purge"])
async def test_a_part_that_breaks_is_heard_of_after_the_runs(
    three_runs: Three, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, engine, runs = three_runs

    async def broken() -> None:
        raise OSError("disk full")

    monkeypatch.setattr(getattr(world.service, part), "once", broken)
    with pytest.raises(OSError, match="disk full"):
        await world.service.sweep()
    assert engine.started == runs


async def test_what_another_process_carries_is_left_to_it_and_ended_once_that_is_gone(
    tmp_path: Path,
) -> None:
    engine, at_work = Deaf(), True

    @asynccontextmanager
    async def alone(platform: str) -> AsyncGenerator[bool]:
        assert platform == "web"
        yield not at_work

    others = Apart(frozenset({"web"}), alone)
    world = await World(tmp_path, engine_of=lambda: engine, others=others).open()
    await world.send(refine())
    (begun,), engine.started = engine.started, []
    waiting = refine("web::2")
    row = InboxRow(key="web::2", command=waiting, state=InboxState.NEW, at=world.now())
    async with world.store.write() as uow:
        await uow.inbox.add(row)
    await world.service.sweep()
    await world.settle()
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert (run.status, engine.asked, engine.started) == (RunStatus.QUEUED, [], [])
    at_work = False
    await world.service.sweep()
    await world.settle()
    (run,) = await world.runs(session)
    assert (run.id, run.status, engine.started) == (begun, RunStatus.FAILED, [])
    async with world.store.read() as uow:
        assert {row.kind for row in await uow.ledger.of_run(run.id)} == {"reserve", "release"}
        assert not await uow.inbox.new()
    assert [about for about, _ in world.told] == [f"lost/{run.id}"]
    await world.close()


async def test_the_operator_hears_of_a_run_that_is_given_up(tmp_path: Path) -> None:
    class GivingUp(Deaf):
        async def state(self, run_id: str) -> RunState:
            return RunState.FAILED

    world = await World(tmp_path, engine_of=GivingUp).open()
    await world.send(refine())
    for _ in range(MAX_ATTEMPTS):
        await world.service.sweep()
    (run,) = await world.runs(await world.only_session())
    assert run.status is RunStatus.FAILED
    ((about, sentence),) = world.told
    assert about == f"lost/{run.id}" and run.id in sentence
    await world.close()
