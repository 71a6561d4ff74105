"""A run's state is read and changed in one stroke: whoever comes second changes nothing."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.commands import Confirm, Revise, Stop
from core.domain.defaults import LoopDefaults
from core.domain.errors import InDoubt
from core.domain.ledger import Limits
from core.domain.records import InboxState, RunRecord, RunStatus
from core.models.painter import Painting, PaintRequest
from core.ports.repositories import InboxRow
from core.runtime import lifecycle
from core.steps import finish
from tests.harness import ANN, PAGE, World, refine

ASKS = Limits(confirm_usd_above=Decimal(0), usd_per_run=Decimal(5))


async def _world(folder: Path, **options: object) -> World:
    painter = ScriptedPainter([flat(20), flat(90), *[flat(100)] * 8])
    return await World(folder, **{"painter": painter, **options}).open()  # type: ignore[arg-type]


@pytest.fixture
async def asking(tmp_path: Path) -> AsyncGenerator[World]:
    world = await _world(tmp_path, limits=ASKS)
    yield world
    await world.close()


async def kinds(world: World, run: str) -> list[tuple[str, int]]:
    async with world.store.read() as uow:
        return [(row.kind, row.images) for row in await uow.ledger.of_run(run)]


async def waiting_run(world: World) -> RunRecord:
    await world.send(refine(iterations=2))
    (run,) = await world.runs(await world.only_session())
    assert run.status is RunStatus.CONFIRMING
    return run


async def test_a_paused_run_is_answered_once(tmp_path: Path) -> None:
    world = await _world(tmp_path, loop=LoopDefaults(review_timeout_s=0))
    await world.send(refine(iterations=4, review=True))
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert run.status is RunStatus.PAUSED
    answer = Revise(dedup_key="1", actor=ANN, place=PAGE, run=run.id, round=1)
    await asyncio.gather(
        *(world.service.receive(replace(answer, dedup_key=str(n))) for n in range(4))
    )
    await world.settle()
    runs = await world.runs(session)
    assert [each.status for each in runs] == [RunStatus.DONE, RunStatus.PAUSED]
    assert [kind for each in runs for kind, _ in await kinds(world, each.id)].count("reserve") == 2
    await world.close()


async def test_a_run_confirmed_a_moment_before_keeps_its_reserve(asking: World) -> None:
    run = await waiting_run(asking)
    async with asking.store.write() as uow:  # the sweep has read the run, then a person says yes
        assert await uow.runs.transition(run.id, {RunStatus.CONFIRMING}, RunStatus.QUEUED)
    async with asking.store.write() as uow:
        assert not await lifecycle.cancel(asking.ctx, uow, run, "Nobody confirmed it in time.")
    assert await kinds(asking, run.id) == [("reserve", 2)]
    await asking.service.sweep()
    await asking.settle()
    (after,) = await asking.runs(run.session)
    assert after.status is RunStatus.DONE
    assert ("release", 0) in await kinds(asking, run.id)


async def test_the_sweep_and_a_yes_at_once_are_one_of_the_two(asking: World) -> None:
    run = await waiting_run(asking)
    later = asking.now() + timedelta(minutes=16)
    asking.now = lambda: later
    yes = Confirm(dedup_key="yes", actor=ANN, place=PAGE, run=run.id, yes=True)
    await asyncio.gather(asking.service.sweep(), asking.service.receive(yes))
    await asking.settle()
    (after,) = await asking.runs(run.session)
    booked = [kind for kind, _ in await kinds(asking, run.id)]
    painted = bool(await asking.nodes(run.session))
    assert booked.count("release") == 1
    assert painted == (after.status is RunStatus.DONE) == ("settle" in booked)


async def test_a_cancelled_run_never_paints(asking: World) -> None:
    run = await waiting_run(asking)
    await asking.send(Stop(dedup_key="s", actor=ANN, place=PAGE, session=run.session))
    await asking.engine.start(run.engine_id, "ann")  # by somebody who read it before
    await asking.settle()
    (after,) = await asking.runs(run.session)
    assert after.status is RunStatus.STOPPED
    assert not await asking.nodes(run.session)
    assert await kinds(asking, run.id) == [("reserve", 2), ("release", 2)]


async def test_an_ended_run_is_not_ended_again(tmp_path: Path) -> None:
    world = await _world(tmp_path)
    await world.send(refine(iterations=1))
    session = await world.only_session()
    (run,), before = await world.runs(session), await world.updates(session)
    await lifecycle.fail(world.ctx, run.id, "Something broke here.")
    await finish.finish(world.ctx, run.id, "", "stopped", finish.Pictures())
    assert await world.runs(session) == [run]
    assert await world.updates(session) == before
    async with world.store.write() as uow:  # nor by whoever saves what they read before it ended
        await uow.runs.save(replace(run, status=RunStatus.RUNNING, ended=None, review=True))
    assert await world.runs(session) == [replace(run, review=True)]
    await world.close()


async def test_a_limit_is_checked_on_the_day_it_is_booked(tmp_path: Path) -> None:
    limits = Limits(images_per_user_per_day=2, concurrent_runs_per_user=9, usd_per_run=Decimal(5))
    world = await _world(tmp_path, limits=limits)
    before = datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC)
    world.now = lambda: before + timedelta(seconds=2)
    for number in range(3):  # written down before midnight, taken in after it
        command = refine(iterations=2, key=f"k{number}")
        row = InboxRow(key=f"k{number}", command=command, state=InboxState.NEW, at=before)
        async with world.store.write() as uow:
            await uow.inbox.add(row)
    await world.service.sweep()
    await world.settle()
    async with world.store.read() as uow:
        assert (await uow.ledger.usage(before.date(), ANN)).images == 0
        assert (await uow.ledger.usage(world.now().date(), ANN)).images <= 2
        assert (await uow.ledger.usage(world.now().date(), ANN)).images > 0
    await world.close()


class Vanishing(ScriptedPainter):
    """Every picture may have been made, and none arrives; no price is known."""

    def price(self, request: PaintRequest) -> Decimal | None:
        return Decimal(0)

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        raise InDoubt("The provider did not answer.")


async def test_where_a_day_has_no_room_for_a_whole_round_it_gets_what_is_left(
    tmp_path: Path,
) -> None:
    limits = Limits(images_per_user_per_day=14, usd_per_run=Decimal(5))
    world = await World(tmp_path, painter=Vanishing(), limits=limits).open()
    await world.send(refine(iterations=3, candidates=4))
    (run,) = await world.runs(await world.only_session())
    rows = await kinds(world, run.id)
    assert sum(images for kind, images in rows if kind == "reserve") == 14
    assert sum(images for kind, images in rows if kind == "unknown") == 14
    await world.close()


@pytest.mark.slow
@pytest.mark.parametrize("candidates", [1, 3])
@pytest.mark.parametrize("day", [30, 0])
@pytest.mark.parametrize("whose", ["images_per_user_per_day", "images_per_server_per_day"])
async def test_images_are_bounded_where_dollars_are_none(
    tmp_path: Path, candidates: int, day: int, whose: str
) -> None:
    """What is booked was held before, what is held is within the person's day, and the server's."""
    bound: dict[str, Any] = {whose: day or 3 * candidates}
    limits = Limits(**bound, usd_per_run=Decimal(5))
    world = await World(tmp_path, painter=Vanishing(), limits=limits).open()
    await world.send(refine(iterations=3, candidates=candidates))
    (run,) = await world.runs(await world.only_session())
    rows = await kinds(world, run.id)
    held = sum(images for kind, images in rows if kind == "reserve")
    spent = sum(images for kind, images in rows if kind == "unknown")
    assert spent <= held <= (day or 3 * candidates)
    assert (spent > 3 * candidates) == bool(
        day
    )  # a lost one is painted again where the day has room
    assert run.status is not RunStatus.RUNNING
    async with world.store.read() as uow:
        assert (await uow.ledger.usage(run.created.date(), ANN)).images == spent
    await world.close()
