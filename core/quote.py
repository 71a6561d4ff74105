"""What a run can cost, before it costs anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.painting import PaintRequest
from core.ports import UnitOfWork
from core.session import Plan
from core.studio import Studio
from core.updates import Quote

LIKELY_ROUNDS = Decimal("0.75")  # refine stops by itself: on average a quarter is given back
GUESS_S = {"paint": 15.0, "critic": 6.0}
EMBEDDED_GUESS_S = {"paint": 0.5, "critic": 2.0}


@dataclass(frozen=True, slots=True)
class Estimate:
    """`reserve` is what is held back: the worst case, unknown prices at their configured worst."""

    quote: Quote
    reserve: Decimal


def paint_request(plan: Plan) -> PaintRequest:
    return PaintRequest(prompt="", width=plan.width, height=plan.height, quality=plan.quality)


def worst_round(studio: Studio, plan: Plan, unknown: Decimal) -> Decimal:
    """The most one round can cost in dollars, unknown prices counted as `unknown`."""
    return sum((unknown if p is None else p for p in _round_prices(studio, plan)), Decimal(0))


def _round_prices(studio: Studio, plan: Plan) -> list[Decimal | None]:
    prices = [studio.painter.price(paint_request(plan))] * plan.candidates
    if plan.mode == "evolve":
        return [*prices, studio.critic.price("evolve")]
    prices += [studio.critic.price("compare"), *[studio.judge.price("check")] * plan.candidates]
    if studio.judge.profile.duels:
        prices += [studio.judge.price("duel")] * 2
    return prices


async def estimate(uow: UnitOfWork, studio: Studio, plan: Plan, unknown: Decimal) -> Estimate:
    """The quote of a run; `at_most` and `likely` are None where a price is unknown."""
    opening = studio.critic.price("describe")
    prices = _round_prices(studio, plan)
    known = _total([opening, *prices])
    reserve = (unknown if opening is None else opening) + worst_round(
        studio, plan, unknown
    ) * plan.rounds
    rounds = Decimal(plan.rounds)
    per_round = _total(prices) or Decimal(0)
    likely_rounds = rounds if plan.mode == "evolve" else max(Decimal(1), rounds * LIKELY_ROUNDS)
    quote = Quote(
        rounds=plan.rounds,
        images=plan.rounds * plan.candidates,
        at_most=None if known is None else (opening or Decimal(0)) + per_round * rounds,
        likely=None if known is None else (opening or Decimal(0)) + per_round * likely_rounds / 2,
        minutes=await _minutes(uow, studio, plan),
        models=studio.names,
        embedded=studio.embedded,
    )
    return Estimate(quote, reserve)


async def _minutes(uow: UnitOfWork, studio: Studio, plan: Plan) -> float:
    """Measured means of the last calls, a guess before there are any; minutes."""
    guess = EMBEDDED_GUESS_S if studio.embedded else GUESS_S
    painter, critic = studio.painter.profile.name, studio.critic.profile.name
    paint = await uow.mean_seconds(painter, "paint") or guess["paint"]
    kind = "evolve" if plan.mode == "evolve" else "compare"
    say = await uow.mean_seconds(critic, kind) or guess["critic"]
    return round(plan.rounds * (paint + say) / 60, 2)


def _total(prices: Sequence[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for price in prices:
        if price is None:
            return None
        total += price
    return total
