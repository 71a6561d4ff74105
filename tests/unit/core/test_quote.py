"""The quote is a ceiling: every call a run can make is in it, at its worst."""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedCritic, ScriptedPainter
from core.domain.records import Plan, RunStatus
from core.jobs.registry import calls_of
from core.models.critic import Ask
from core.models.painter import PainterProfile, PaintRequest
from core.runtime.models import ModelSet
from core.runtime.pricing import Estimate, edit_request, estimate, worst_round
from tests.harness import World, refine
from tests.quick import quick_store

UNKNOWN = Decimal("0.25")
PRICES: dict[str, Decimal] = {
    "describe": Decimal(1000),
    "compare": Decimal(100),
    "evolve": Decimal(2000),
    "rewrite": Decimal(5000),
    "check": Decimal(10),
    "duel": Decimal(1),
}
REFINE, EVOLVE = Plan(mode="refine", rounds=3), Plan(mode="evolve", rounds=3)


class Priced(ScriptedCritic):
    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        return PRICES[ask]


@dataclass
class Brush(ScriptedPainter):
    """Edits cost more; `english`: it wants its prompts so."""

    english: bool = False

    @property
    def profile(self) -> PainterProfile:
        return replace(super().profile, english=self.english)

    def price(self, request: PaintRequest) -> Decimal | None:
        if self.worst is None:
            return None
        return self.worst * 3 if request.operation == "edit" else self.worst


def model_set(brush: Brush | None = None, *, editor: bool = False, eyes: bool = True) -> ModelSet:
    brush = brush or Brush(worst=Decimal("0.5"), mask=editor)
    critic = Priced(eyes=eyes)
    return ModelSet(
        painter=brush, editor=brush if editor else None, critic=critic, judge=critic, styles=()
    )


async def quoted(tmp_path: Path, model_set: ModelSet, plan: Plan) -> Estimate:
    store = await quick_store(tmp_path / "x.sqlite")
    async with store.read() as uow:
        found = await estimate(uow, model_set, plan, calls_of(plan, model_set), UNKNOWN)
    await store.close()
    return found


@pytest.mark.parametrize(
    ("made", "plan", "dollars"),
    [
        # a description; pictures and checklists; duels from the second on, critiques but the last
        (model_set(), REFINE, 1000 + 3 * 10.5 + 2 * 2 + 2 * 100),
        (model_set(eyes=False), REFINE, 1000 + 3 * 10.5 + 2 * 100),
        (model_set(), replace(REFINE, rounds=1), 1000 + 10.5),
        (model_set(), replace(REFINE, candidates=2), 1000 + 3 * 21 + 2 * 2 + 2 * 100),
        # a review may ask for each critique twice
        (model_set(), replace(REFINE, review=True), 1000 + 3 * 10.5 + 2 * 2 + 4 * 100),
        # from the second round on the champion may be mended
        (model_set(editor=True), REFINE, 1000 + 10.5 + 2 * 11.5 + 2 * 2 + 2 * 100),
        # a branch begins with a critique, and its first round has a champion
        (model_set(editor=True), replace(REFINE, base="n1"), 100 + 3 * 11.5 + 3 * 2 + 2 * 100),
        # every prompt may have to be translated
        (model_set(Brush(worst=Decimal("0.5"), english=True)), EVOLVE, 1000 + 3 * 7000.5),
        (model_set(editor=True), EVOLVE, 1000 + 3 * 2000.5),
    ],
)
async def test_at_most_is_the_sum_of_all_a_run_can_ask(
    tmp_path: Path, made: ModelSet, plan: Plan, dollars: float
) -> None:
    found = await quoted(tmp_path, made, plan)
    assert found.quote.at_most == found.reserve == Decimal(str(dollars))
    assert found.quote.likely is not None
    assert found.quote.likely < found.quote.at_most
    assert found.quote.minutes is not None
    assert found.quote.minutes > 0


async def test_an_unknown_price_is_shown_as_such_and_booked_at_its_configured_worst(
    tmp_path: Path,
) -> None:
    found = await quoted(tmp_path, model_set(Brush(worst=None)), replace(REFINE, rounds=1))
    assert (found.quote.at_most, found.quote.likely) == (None, None)
    assert found.reserve == 1000 + UNKNOWN + 10


async def test_minutes_are_measured_where_there_were_runs(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    for n in (1, 2):
        await world.send(refine(f"web::{n}", iterations=2, stop="never"))
    async with world.store.read() as uow:
        runs = sorted(await uow.runs.with_status([RunStatus.DONE]), key=lambda run: run.created)
    guessed, measured = (run.quote.minutes or 0.0 for run in runs)
    assert guessed == pytest.approx(2 * (15 + 6) / 60)
    assert measured < guessed / 2
    await world.close()


def test_rounds_add_up_to_the_run_without_its_opening() -> None:
    made = model_set(editor=True)
    rounds = sum(worst_round(calls_of(REFINE, made), n, UNKNOWN) for n in (1, 2, 3))
    assert rounds == Decimal("10.5") + 2 * Decimal("11.5") + 2 * 2 + 2 * 100


def test_an_edit_is_priced_with_a_picture_of_its_size() -> None:
    request = edit_request(replace(REFINE, width=640, height=480))
    assert (request.width, request.height, len(request.sources)) == (640, 480, 1)
    assert request.mask is not None
    assert len(request.prompt) == 300
