"""What a run can cost, before it costs anything."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.records import Plan
from core.domain.views import Quote
from core.domain.work import Work
from core.imaging.blank import blank
from core.models.painter import Margins, PaintRequest
from core.models.sanitize import MAX_SENTENCE
from core.ports.store import UnitOfWork
from core.runtime.models import ModelSet

HELD = 2  # pictures that a painter gets beside the words: the reference, the champion
LIKELY_SHARE = Decimal("0.5")  # of a call's worst case: answers are shorter, nothing is repaired
GUESS_S = {"paint": 15.0, "critic": 6.0}
EMBEDDED_GUESS_S = {"paint": 0.5, "critic": 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A call that a run may pay for. `step` is the name of the step that makes it (a try again
    adds to it), `kind` what is asked or "paint", `price` the most one costs in dollars (None: unknown), `images` what one paints.
    `round` 0 is what comes before the first. `spare`: made only while the quote has room for it.
    """

    step: str
    kind: str
    price: Decimal | None
    times: int = 1
    images: int = 0
    round: int = 0
    spare: bool = False


Calls = Callable[[Plan, ModelSet], Sequence[Paid]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """`reserve` is what is held back: the worst case, unknown prices at their configured worst;
    `images` how many count against a limit."""

    quote: Quote
    reserve: Decimal
    images: int


def paint_request(plan: Plan) -> PaintRequest:
    """A round's picture, painted anew."""
    return PaintRequest(prompt="", width=plan.width, height=plan.height, quality=plan.quality)


def held_request(plan: Plan, sources: int) -> PaintRequest:
    """A round's picture, painted from so many pictures and words."""
    empty = blank(plan.width, plan.height)
    return replace(paint_request(plan), operation="vary", sources=(empty,) * sources)


def edit_request(plan: Plan) -> PaintRequest:
    """A round's picture, mended inside a mask: its prompt is one difference."""
    empty = blank(plan.width, plan.height)
    return replace(
        paint_request(plan),
        operation="edit",
        prompt="x" * MAX_SENTENCE,
        sources=(empty,),
        mask=empty,
    )


def work_request(plan: Plan, work: Work, markup: bool = False) -> PaintRequest:
    """A picture job's picture, with blanks for the pictures that go in; `markup`: its painter takes
    marks as a layer."""
    empty, longest = blank(plan.width, plan.height), max(plan.width, plan.height)
    left, right, up, down = work.margins
    layered = markup and bool(work.marks)
    further = len(work.sources) + (bool(work.marks) and not layered)
    return replace(
        paint_request(plan),
        operation=work.operation,
        prompt=max(work.prompts, key=len, default=""),
        sources=(empty,) * work.over + (blank(longest, longest),) * further,
        mask=empty if work.mask else None,
        markup=empty if layered else None,
        margins=Margins(left=left, right=right, up=up, down=down),
        strength=work.strength,
        transparent=work.transparent,
    )


def worst_round(
    calls: Sequence[Paid], n: int, unknown: Decimal, made: Counter[str] | None = None
) -> Decimal:
    """The most round `n` can cost in dollars, unknown prices counted as `unknown`; without the calls
    that are `made` already, counted by kind."""
    left = Counter(made or {})
    still: list[Decimal | None] = []
    for paid in calls:
        if paid.round != n or paid.spare:
            continue
        done = min(paid.times, left[paid.kind])
        left[paid.kind] -= done
        still += [paid.price] * (paid.times - done)
    return _known(still, unknown)


def _prices(calls: Iterable[Paid]) -> list[Decimal | None]:
    return [paid.price for paid in calls if not paid.spare for _ in range(paid.times)]


def worst_run(calls: Sequence[Paid], unknown: Decimal) -> Decimal:
    """The most a run can cost in dollars, unknown prices counted as `unknown`."""
    return _known(_prices(calls), unknown)


async def estimate(
    uow: UnitOfWork,
    model_set: ModelSet,
    plan: Plan,
    calls: Sequence[Paid],
    unknown: Decimal,
    likely: Decimal = Decimal(1),
) -> Estimate:
    """The quote of a run: the sum of the calls it may pay. `at_most` and `likely` are None where a
    price is unknown; `likely` is the share of its rounds that a run of this job uses on average."""
    prices = _prices(calls)
    total = _total(prices)
    quote = Quote(
        rounds=plan.rounds,
        images=sum(paid.images * paid.times for paid in calls if not paid.spare),
        at_most=total,
        likely=None if total is None else total * likely * LIKELY_SHARE,
        minutes=await _minutes(uow, model_set, plan),
        models=model_set.names,
        embedded=model_set.embedded,
        roles=model_set.roles,
    )
    return Estimate(quote, _known(prices, unknown), quote.images if plan.rationed else 0)


def dearest(costs: Sequence[Estimate]) -> Estimate:
    """Of a run that others may take over: the first one's, at most what any of them costs."""
    known = [cost.quote.at_most for cost in costs]
    most = None if None in known else max(usd for usd in known if usd is not None)
    first = costs[0]
    reserve = max(cost.reserve for cost in costs)
    return replace(first, quote=replace(first.quote, at_most=most), reserve=reserve)


def _known(prices: Sequence[Decimal | None], unknown: Decimal) -> Decimal:
    return sum((unknown if price is None else price for price in prices), Decimal(0))


async def _minutes(uow: UnitOfWork, model_set: ModelSet, plan: Plan) -> float:
    """Measured means of the last calls, a guess before there are any; minutes."""
    guess = EMBEDDED_GUESS_S if model_set.embedded else GUESS_S
    painter, critic = model_set.painter.profile.name, model_set.critic.profile.name
    paint = await uow.calls.mean_seconds(painter, "paint") or guess["paint"]
    kind = plan.mode if plan.departs else "compare"
    say = await uow.calls.mean_seconds(critic, kind) or guess["critic"]
    return round(plan.rounds * (paint + say) / 60, 2)


def _total(prices: Sequence[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for price in prices:
        if price is None:
            return None
        total += price
    return total
