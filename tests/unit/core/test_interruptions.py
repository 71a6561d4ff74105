"""Questions that are interrupted, by kills and by broken connections: asked again while the quote has
room, and what is painted is never lost to them."""

from decimal import Decimal
from pathlib import Path

import pytest

from adapters.engine.inline import InlineRun
from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.errors import BadAnswer, InDoubt
from core.domain.records import RunStatus
from core.domain.updates import Failed, Finished, IterationFinished
from tests.harness import World, refine
from tests.unit.core.test_crash_points import Died

RESET = InDoubt("OpenAI broke off before the answer was complete.")
KINDS = ("describe", "compare", "inspect", "duel")
CHECKLIST = ("snow?", "fox?", "dusk?", "moon?", "hut?", "path?")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    async def signal(_: InlineRun, timeout: float) -> bool:
        return False

    monkeypatch.setattr(InlineRun, "signal", signal)


async def world_of(folder: Path, critic: ScriptedCritic) -> World:
    """A close race, so that there are duels."""
    painter = ScriptedPainter([flat(150), flat(151), flat(152)])
    return await World(folder, painter=painter, critic=critic).open()


async def end_of(world: World) -> tuple[RunStatus, list[int], list[Finished | Failed]]:
    session = await world.only_session()
    (run,) = await world.runs(session)
    updates = [d.update for d in await world.updates(session)]
    rounds = [u.round for u in updates if isinstance(u, IterationFinished)]
    return run.status, rounds, [u for u in updates if isinstance(u, (Finished, Failed))]


async def booked(world: World) -> tuple[Decimal, Decimal]:
    """What a run's calls came to at most, and its quote."""
    (run,) = await world.runs(await world.only_session())
    async with world.store.read() as uow:
        rows = await uow.ledger.of_run(run.id)
    spent = sum((r.usd or Decimal(0) for r in rows if r.kind in ("settle", "unknown")), Decimal(0))
    return spent, run.quote.at_most or Decimal(0)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_question_is_asked_again_as_long_as_there_is_room(
    tmp_path: Path, kind: str
) -> None:
    critic = ScriptedCritic(
        checklist=CHECKLIST, eyes=True, duels=("second", "first"), faults={kind: [RESET] * 4}
    )
    world = await world_of(tmp_path, critic)
    await world.send(refine(iterations=3, stop="never"))
    status, rounds, (end,) = await end_of(world)
    assert (status, rounds) == (RunStatus.DONE, [1, 2, 3])
    assert isinstance(end, Finished)
    assert end.reason == "All rounds are done."
    spent, ceiling = await booked(world)
    assert spent <= ceiling
    await world.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
async def test_a_container_that_restarts_in_every_question_loses_no_run(
    tmp_path: Path, kind: str
) -> None:
    faults = {kind: [Died()] * 4}
    critic = ScriptedCritic(
        checklist=CHECKLIST,
        eyes=True,
        duels=("second", "first"),
        faults=faults,  # type: ignore[arg-type]
    )
    world = await world_of(tmp_path, critic)
    await world.send(refine(iterations=3, stop="never"))
    for _ in range(4):
        await world.restart()
    status, rounds, (end,) = await end_of(world)
    assert (status, rounds) == (RunStatus.DONE, [1, 2, 3])
    assert isinstance(end, Finished)
    spent, ceiling = await booked(world)
    assert spent <= ceiling
    await world.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["compare", "inspect", "duel"])
async def test_without_room_a_run_ends_with_what_is_painted(tmp_path: Path, kind: str) -> None:
    critic = ScriptedCritic(
        checklist=CHECKLIST,
        eyes=True,
        duels=("second", "first"),
        faults={kind: [None, None] + [RESET] * 500},
    )
    world = await world_of(tmp_path, critic)
    await world.send(refine(iterations=3, stop="never"))
    status, rounds, (end,) = await end_of(world)
    assert status is RunStatus.DONE
    assert rounds
    assert isinstance(end, Finished)
    assert end.best is not None
    spent, ceiling = await booked(world)
    assert spent <= ceiling
    await world.close()


async def test_what_was_painted_is_kept_when_the_next_prompt_never_comes(tmp_path: Path) -> None:
    critic = ScriptedCritic(usd=Decimal("0.05"), faults={"compare": [RESET] * 500})
    world = await world_of(tmp_path, critic)
    await world.send(refine(iterations=3, stop="never"))
    status, rounds, (end,) = await end_of(world)
    assert (status, rounds) == (RunStatus.DONE, [1])
    assert isinstance(end, Finished)
    assert end.best is not None
    assert end.reason == f"This is as far as it goes: {RESET.sentence}"
    await world.close()


async def test_the_first_question_alone_can_fail_a_run(tmp_path: Path) -> None:
    world = await world_of(tmp_path, ScriptedCritic(faults={"describe": [BadAnswer("No use.")]}))
    await world.send(refine(iterations=3))
    status, _, (end,) = await end_of(world)
    assert status is RunStatus.FAILED
    assert isinstance(end, Failed)
    await world.close()


async def test_a_bill_above_the_price_is_told_to_the_operator(tmp_path: Path) -> None:
    class Dear(ScriptedCritic):
        def price(self, ask: str, prompts: int = 1) -> Decimal | None:
            return Decimal("0.0005")

    world = await world_of(tmp_path, Dear())
    await world.send(refine(iterations=1))
    (said,) = {sentence for _, sentence in world.told}
    assert said == (
        "scripted:critic billed $0.0010 for a call that costs at most $0.0005: the operator has to "
        'correct [prices."critic"] and start the program again.'
    )
    await world.close()
