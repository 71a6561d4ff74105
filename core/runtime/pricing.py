"""What a run can cost, before it costs anything."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from PIL import Image

from core.domain.records import Plan
from core.domain.updates import Quote
from core.models.painter import PaintRequest
from core.models.sanitize import MAX_SENTENCE
from core.ports.store import UnitOfWork
from core.runtime.models import ModelSet

Price = Decimal | None
LIKELY_ROUNDS = Decimal("0.75")  # refine stops by itself: on average a quarter is given back
LIKELY_SHARE = Decimal("0.5")  # of a call's worst case: answers are shorter, nothing is repaired
GUESS_S = {"paint": 15.0, "critic": 6.0}
EMBEDDED_GUESS_S = {"paint": 0.5, "critic": 2.0}


@dataclass(frozen=True, slots=True)
class Estimate:
    """`reserve` is what is held back: the worst case, unknown prices at their configured worst."""

    quote: Quote
    reserve: Decimal


def paint_request(plan: Plan) -> PaintRequest:
    """A round's picture, painted anew."""
    return PaintRequest(prompt="", width=plan.width, height=plan.height, quality=plan.quality)


def edit_request(plan: Plan) -> PaintRequest:
    """A round's picture, mended inside a mask: its prompt is one difference."""
    blank = _blank(plan.width, plan.height)
    return replace(
        paint_request(plan),
        operation="edit",
        prompt="x" * MAX_SENTENCE,
        sources=(blank,),
        mask=blank,
    )


@lru_cache(maxsize=32)
def _blank(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def worst_round(
    model_set: ModelSet,
    plan: Plan,
    unknown: Decimal,
    n: int = 2,
    made: Counter[str] | None = None,
) -> Decimal:
    """The most round `n` can cost in dollars, unknown prices counted as `unknown`; without the calls
    that are `made` already, counted by kind."""
    left = Counter(made or {})
    still: list[Price] = []
    for kind, price in _round_prices(model_set, plan, n):
        if left[kind] > 0:
            left[kind] -= 1
        else:
            still.append(price)
    return _known(still, unknown)


def _round_prices(model_set: ModelSet, plan: Plan, n: int) -> list[tuple[str, Price]]:
    """Of every call a round can make, by kind: the last one needs no next prompt, the first one has
    no champion to fight or to mend unless it follows from an image."""
    follows, critic, judge = n > 1 or bool(plan.base), model_set.critic, model_set.judge
    prices = [("paint", _painting(model_set, plan, follows))] * plan.candidates
    if model_set.painter.profile.english:
        prices.append(("rewrite", critic.price("rewrite")))
    if plan.mode == "evolve":
        return [*prices, ("evolve", critic.price("evolve"))]
    prices += [("check", judge.price("check"))] * plan.candidates
    if follows and model_set.eyes:
        prices += [("duel", judge.price("duel"))] * 2
    if n < plan.rounds:
        prices += [("compare", critic.price("compare"))] * (2 if plan.review else 1)
    return prices


def _painting(model_set: ModelSet, plan: Plan, follows: bool) -> Price:
    paints = [model_set.painter.price(paint_request(plan))]
    if follows and plan.mode == "refine" and model_set.can_edit and model_set.editor is not None:
        paints.append(model_set.editor.price(edit_request(plan)))
    return None if None in paints else max(price or Decimal(0) for price in paints)


def _run_prices(model_set: ModelSet, plan: Plan) -> list[Price]:
    opening = model_set.critic.price(
        "compare" if plan.base and plan.mode == "refine" else "describe"
    )
    rounds = [_round_prices(model_set, plan, n) for n in range(1, plan.rounds + 1)]
    return [opening, *(price for prices in rounds for _, price in prices)]


def worst_run(model_set: ModelSet, plan: Plan, unknown: Decimal) -> Decimal:
    """The most a run can cost in dollars, unknown prices counted as `unknown`."""
    return _known(_run_prices(model_set, plan), unknown)


async def estimate(uow: UnitOfWork, model_set: ModelSet, plan: Plan, unknown: Decimal) -> Estimate:
    """The quote of a run; `at_most` and `likely` are None where a price is unknown."""
    prices = _run_prices(model_set, plan)
    total = _total(prices)
    rounds = Decimal(plan.rounds)
    share = Decimal(1) if plan.mode == "evolve" else max(1 / rounds, LIKELY_ROUNDS)
    quote = Quote(
        rounds=plan.rounds,
        images=plan.rounds * plan.candidates,
        at_most=total,
        likely=None if total is None else total * share * LIKELY_SHARE,
        minutes=await _minutes(uow, model_set, plan),
        models=model_set.names,
        embedded=model_set.embedded,
    )
    return Estimate(quote, _known(prices, unknown))


def _known(prices: Sequence[Decimal | None], unknown: Decimal) -> Decimal:
    return sum((unknown if price is None else price for price in prices), Decimal(0))


async def _minutes(uow: UnitOfWork, model_set: ModelSet, plan: Plan) -> float:
    """Measured means of the last calls, a guess before there are any; minutes."""
    guess = EMBEDDED_GUESS_S if model_set.embedded else GUESS_S
    painter, critic = model_set.painter.profile.name, model_set.critic.profile.name
    paint = await uow.calls.mean_seconds(painter, "paint") or guess["paint"]
    kind = "evolve" if plan.mode == "evolve" else "compare"
    say = await uow.calls.mean_seconds(critic, kind) or guess["critic"]
    return round(plan.rounds * (paint + say) / 60, 2)


def _total(prices: Sequence[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for price in prices:
        if price is None:
            return None
        total += price
    return total
