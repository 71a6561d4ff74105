"""Another painter takes over where a run's own is down, refuses or can't: offered or taken."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from adapters.engine.inline import InlineRun
from adapters.models.scripted import ScriptedPainter, flat
from core.domain.commands import Instead
from core.domain.errors import AccountProblem, PolicyRefusal, ProviderError, Unavailable
from core.domain.records import RunRecord, RunStatus
from core.domain.updates import Accepted, Finished, IterationFinished, Noticed, Refused
from core.jobs.edit import Edit
from core.jobs.imagine import Imagine
from tests.harness import ANN, BOB, PAGE, World, refine

DOWN = Unavailable("Studio is not answering.", retry_after=1, down=True)
REFUSAL = PolicyRefusal("Studio's safety system refused this.")
EDIT_LESS = frozenset({"generate"})


def second(**more: object) -> ScriptedPainter:
    made = {"model": "second", "worst": Decimal("0.07"), "usd": Decimal("0.05"), **more}
    return ScriptedPainter(**made)  # type: ignore[arg-type]


def imagine(**more: object) -> Imagine:
    return Imagine(dedup_key="web::i", actor=ANN, place=PAGE, prompt="a fox", candidates=1, **more)  # type: ignore[arg-type]


async def said(world: World) -> list[str]:
    rows = await world.updates(await world.only_session())
    return [row.update.sentence for row in rows if isinstance(row.update, Noticed)]


U = TypeVar("U")


async def shown(world: World, kind: type[U]) -> list[U]:
    rows = await world.updates(await world.only_session())
    return [row.update for row in rows if isinstance(row.update, kind)]


@pytest.mark.parametrize("trouble", [DOWN, REFUSAL, AccountProblem("Studio: no credits left.")])
async def test_the_next_painter_takes_over_at_its_price_and_the_thread_is_told(
    tmp_path: Path, trouble: ProviderError
) -> None:
    first, other = ScriptedPainter(moves=[trouble]), second()
    world = await World(tmp_path, painter=first, fallbacks=(other,)).open()
    await world.send(imagine())
    (run,) = await world.runs(await world.only_session())
    assert run.status is RunStatus.DONE
    assert len(other.requests) == 1
    assert any(
        sentence.endswith("second paints from here on, for at most $0.07 a picture.")
        for sentence in await said(world)
    )
    (post,) = await shown(world, IterationFinished)
    assert post.model == "scripted:second"
    assert "Painted by second, which took over." in post.note
    (accepted,) = await shown(world, Accepted)
    assert accepted.quote.at_most is not None
    assert accepted.quote.at_most >= Decimal("0.07")  # the dearer one's
    (end,) = await shown(world, Finished)
    assert end.spent is not None and end.spent >= Decimal("0.05")
    await world.close()


async def test_a_loop_goes_on_with_whoever_took_over(tmp_path: Path) -> None:
    first = ScriptedPainter(moves=[flat(90), DOWN])
    other = second(moves=[flat(150)])
    world = await World(tmp_path, painter=first, fallbacks=(other,)).open()
    await world.send(refine(iterations=3))
    nodes = await world.nodes(await world.only_session())
    assert [node.model for node in nodes] == [
        "scripted:painter",
        "scripted:second",
        "scripted:second",
    ]
    assert len(first.requests) == 2  # it was not asked a third time
    await world.close()


async def test_who_took_over_stays_after_a_restart(tmp_path: Path) -> None:
    """The calls are found by their names, and none is made twice."""
    first, other = ScriptedPainter(moves=[DOWN]), second()
    world = await World(tmp_path, painter=first, fallbacks=(other,)).open()
    await world.send(refine(iterations=2))
    made = len(other.requests)
    await world.restart()
    assert len(other.requests) == made == 2
    await world.close()


async def test_nobody_stands_in_for_a_painter_that_somebody_named(tmp_path: Path) -> None:
    first, other = ScriptedPainter(moves=[REFUSAL]), second()
    world = await World(tmp_path, painter=first, fallbacks=(other,)).open()
    await world.send(imagine(painter="scripted:painter"))
    assert other.requests == []
    await world.close()


async def test_a_busy_painter_is_tried_again_before_another_takes_over(
    tmp_path: Path, no_waiting: Callable[[], None]
) -> None:
    busy = Unavailable("Studio gets too many requests.", retry_after=1, outage=False)
    first, other = ScriptedPainter(moves=[busy, flat(90)]), second()
    world = await World(tmp_path, painter=first, fallbacks=(other,)).open()
    await world.send(imagine())
    assert (len(first.requests), len(other.requests)) == (2, 0)
    await world.close()


async def test_what_the_quote_does_not_pay_for_is_not_painted_by_another(tmp_path: Path) -> None:
    """A refusal that was billed leaves too little of the run's money."""
    billed = PolicyRefusal("Studio refused this.", usd=Decimal("0.069"))
    first, other = ScriptedPainter(moves=[billed]), second()
    world = await World(tmp_path, painter=first, fallbacks=(other,)).open()
    await world.send(imagine())
    assert other.requests == []
    await world.close()


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    async def signal(self: InlineRun, timeout: float) -> None:
        return None

    monkeypatch.setattr(InlineRun, "signal", signal)
    return lambda: None


async def offered(world: World, answer: Callable[[RunRecord], Instead | None]) -> list[Noticed]:
    """Waits take no time; at the first of them `answer` is given. The offers that were open then."""
    asked: list[str] = []
    found: list[Noticed] = []
    real = InlineRun.signal

    async def signal(self: InlineRun, timeout: float) -> None:
        run = await _run(world)
        if not asked and (word := answer(run)) is not None:
            asked.append(run.id)
            found.extend(each for each in await shown(world, Noticed) if each.fallback)
            await world.service.receive(word)
            await world.service.settle_down()
        elif asked or answer(run) is None:
            later = world.now()
            world.now = lambda: later.replace(year=later.year + 1)

    InlineRun.signal = signal  # type: ignore[method-assign]
    try:
        await world.send(imagine())
    finally:
        InlineRun.signal = real  # type: ignore[method-assign]
    return found


async def _run(world: World) -> RunRecord:
    (run,) = await world.runs(await world.only_session())
    return run


def yes(run: RunRecord) -> Instead:
    return Instead(dedup_key="web::yes", actor=ANN, place=PAGE, run=run.id, number=0)


@pytest.mark.parametrize("trouble", [DOWN, REFUSAL])
async def test_an_offer_waits_for_a_yes(tmp_path: Path, trouble: ProviderError) -> None:
    first, other = ScriptedPainter(moves=[trouble]), second()
    world = await World(tmp_path, painter=first, fallbacks=(other,), asks=True).open()
    offers = await offered(world, yes)
    assert len(other.requests) == 1
    assert [each.sentence.split(". ")[-1] for each in offers] == [
        "second could go on, for at most $0.07 a picture."
    ]
    rows = await world.updates(await world.only_session())
    taken = [r.update for r in rows if isinstance(r.update, Noticed) and r.update.closed]
    assert any("paints from here on" in each.sentence for each in taken)
    await world.close()


async def test_an_offer_that_nobody_takes_ends_as_before(tmp_path: Path) -> None:
    first, other = ScriptedPainter(moves=[REFUSAL]), second()
    world = await World(tmp_path, painter=first, fallbacks=(other,), asks=True).open()
    await offered(world, lambda run: None)
    assert other.requests == []
    assert (await _run(world)).status is RunStatus.FAILED
    await world.close()


async def test_only_who_pays_may_take_an_offer(tmp_path: Path) -> None:
    first, other = ScriptedPainter(moves=[REFUSAL]), second()
    world = await World(tmp_path, painter=first, fallbacks=(other,), asks=True).open()
    await offered(world, lambda run: replace(yes(run), actor=BOB))
    assert other.requests == []
    refusals = await shown(world, Refused)
    assert all("Only the person who pays" in each.sentence for each in refusals)
    await world.close()


async def test_what_the_painter_can_not_do_the_next_one_does(tmp_path: Path) -> None:
    first = ScriptedPainter(operations=EDIT_LESS)  # type: ignore[arg-type]
    other = second()
    world = await World(tmp_path, painter=first, fallbacks=(other,)).open()
    await world.send(edit())
    assert [request.operation for request in other.requests] == ["edit"]
    assert any(
        sentence.endswith("second can and does it instead.") for sentence in await said(world)
    )
    await world.close()


async def test_what_the_painter_can_not_do_is_asked_first(tmp_path: Path) -> None:
    first = ScriptedPainter(operations=EDIT_LESS)  # type: ignore[arg-type]
    world = await World(tmp_path, painter=first, fallbacks=(second(),), asks=True).open()
    await world.send(edit())
    (accepted,) = await shown(world, Accepted)
    assert accepted.confirm
    assert accepted.reason.endswith("second can and does it instead.")
    await world.close()


def edit() -> Edit:
    image = refine().image
    return Edit(
        dedup_key="web::e", actor=ANN, place=PAGE, image=image, instruction="paint the door red"
    )
