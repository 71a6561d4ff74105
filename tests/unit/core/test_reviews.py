"""A review is open until somebody answers, the time is up or the run ends; then it says which."""

import asyncio
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.commands import Command, Revise, Stop
from core.domain.defaults import LoopDefaults
from core.domain.reviews import Paused, ReviewClosed, ReviewRequested
from core.runtime import lifecycle
from tests.harness import ANN, PAGE, World, refine


async def reviewed(tmp_path: Path, timeout_s: float) -> tuple[World, str, str]:
    """A run whose first review is open."""
    loop = LoopDefaults(review_timeout_s=timeout_s)
    painter = ScriptedPainter([flat(20), flat(90), flat(150)])
    world = await World(tmp_path, loop=loop, painter=painter).open()
    await world.service.receive(refine(iterations=2, review=True, stop="never"))
    await world.service.settle_down()
    session = await world.only_session()
    async with asyncio.timeout(20):
        while not await reviews(world, session):
            await asyncio.sleep(0.01)
    (run,) = await world.runs(session)
    return world, session, run.id


async def reviews(world: World, session: str) -> list[ReviewRequested | Paused]:
    rows = await world.updates(session)
    return [r.update for r in rows if isinstance(r.update, ReviewRequested | Paused)]


async def closed(world: World, session: str) -> ReviewClosed:
    await world.settle()
    last = (await reviews(world, session))[-1]
    assert isinstance(last, ReviewRequested) and not last.is_open and last.closed is not None
    return last.closed


async def say(world: World, command: Command) -> None:
    await world.service.receive(command)
    await world.service.settle_down()


def revise(run: str, critique: str = "", key: str = "web::2") -> Revise:
    return Revise(dedup_key=key, actor=ANN, place=PAGE, run=run, round=1, critique=critique)


@pytest.mark.parametrize(("critique", "how"), [("more fog", "edited"), ("", "went_on")])
async def test_an_answer_says_whose_it_was_and_what(
    tmp_path: Path, critique: str, how: str
) -> None:
    world, session, run = await reviewed(tmp_path, 60)
    await say(world, revise(run, critique))
    end = await closed(world, session)
    assert (end.how, end.by_name, end.text) == (how, "Ann", critique or None)
    await say(world, revise(run, "too late", "web::3"))
    refused = await world.service.refusal("web::3", ANN)
    assert refused is not None and refused.sentence == "This review is over."
    await world.close()


async def test_the_first_answer_counts_and_the_second_hears_so(tmp_path: Path) -> None:
    world, session, run = await reviewed(tmp_path, 60)
    async with world.store.write():  # the run can't go on in between
        first = asyncio.create_task(world.service.receive(revise(run, "more fog")))
        second = asyncio.create_task(world.service.receive(revise(run, "less fog", "web::3")))
        await asyncio.sleep(0)
    await asyncio.gather(first, second)
    assert (await closed(world, session)).text in ("more fog", "less fog")
    keys = ("web::2", "web::3")
    said = [await world.service.refusal(key, ANN) for key in keys]
    assert sum(each is not None for each in said) == 1
    await world.close()


async def test_time_that_is_up_closes_it(tmp_path: Path) -> None:
    world, session, _ = await reviewed(tmp_path, 0.05)
    end = await closed(world, session)
    assert (end.how, end.by, end.text) == ("time_up", None, None)
    await world.close()


async def test_a_stop_and_a_run_that_broke_close_it(tmp_path: Path) -> None:
    world, session, run = await reviewed(tmp_path, 60)
    await say(world, Stop(dedup_key="web::2", actor=ANN, place=PAGE, session=session, run=run))
    assert (await closed(world, session)).how == "stopped"
    await world.close()


async def test_a_run_that_broke_closes_it(tmp_path: Path) -> None:
    world, session, run = await reviewed(tmp_path, 60)
    await lifecycle.fail(world.ctx, run, "It broke.")
    last = (await reviews(world, session))[-1]
    assert isinstance(last, ReviewRequested) and last.closed is not None
    assert last.closed.how == "over"
    await world.close()


async def test_a_paused_run_that_was_answered_is_closed_as_well(tmp_path: Path) -> None:
    world, session, run = await reviewed(tmp_path, 0)
    await world.settle()
    assert isinstance((await reviews(world, session))[-1], Paused)
    await say(world, revise(run, "more fog"))
    await world.service.settle_down()
    mine = [r for r in await reviews(world, session) if r.run == run]
    assert isinstance(mine[-1], ReviewRequested) and mine[-1].closed is not None
    assert (mine[-1].closed.by_name, mine[-1].closed.text) == ("Ann", "more fog")
    await world.close()
