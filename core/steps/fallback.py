"""Another painter takes over where a run's own fails: offered or taken, at its price, and said."""

from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal

from core.domain.errors import Gone
from core.domain.updates import INSTEAD, Noticed
from core.runtime.asking import account_topic
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.pricing import paint_request
from core.runtime.snapshot import Snapshot, load
from core.steps.review import halt

CENT = Decimal("0.01")
AGAIN = "Ask again with that model."
PATIENCE_S = 120.0  # where no time is set for reviews


async def take_over(ctx: RunContext, run_id: str, number: int, failure: StepFailure) -> str:
    """The name of the painter that goes on, "" where it is not there any more or what is left of
    the quote does not pay for it."""
    snapshot = await load(ctx, run_id)
    name = snapshot.plan.instead[number]
    try:
        fallback = ctx.taken_over(name)
    except Gone:
        return ""
    if await halt(fallback, run_id, 1, again=True):
        return ""
    if failure.fault == "account":
        await ctx.tell(account_topic(failure.sentence), failure.sentence)
    why = failure.sentence.rstrip(".")
    model = fallback.model_set.painter.profile.model
    sentence = f"{why}. {model} paints from here on{_price(fallback, snapshot)}."
    await _say(ctx, snapshot, number, sentence, offered=snapshot.plan.asks, closed=True)
    return name


async def offer(ctx: RunContext, run_id: str, number: int, failure: StepFailure) -> datetime | None:
    """Asks whether the next painter shall go on; until when a refusal waits for that, None where
    nobody can answer."""
    snapshot = await load(ctx, run_id)
    name = snapshot.plan.instead[number]
    try:
        fallback = ctx.taken_over(name)
    except Gone:
        return None
    model, price = fallback.model_set.painter.profile.model, _price(fallback, snapshot)
    sentence = f"{failure.sentence.rstrip('.')}. {model} could go on{price}."
    if not ctx.patient:
        sentence = f"{sentence} {AGAIN}"
    await _say(ctx, snapshot, number, sentence, offered=True)
    if not ctx.patient:
        return None
    return ctx.clock() + timedelta(seconds=snapshot.plan.review_timeout_s or PATIENCE_S)


async def agreed(ctx: RunContext, run_id: str, number: int) -> bool:
    async with ctx.store.read() as uow:
        signals = await uow.runs.signals(run_id)
    return any(signal.kind == "instead" and signal.round == number for signal in signals)


def _price(ctx: RunContext, snapshot: Snapshot) -> str:
    usd = ctx.model_set.painter.price(paint_request(snapshot.plan))
    if usd is None:
        return ", its price is not known"
    if usd == 0:
        return ", for free"
    return f", for at most ${usd.quantize(CENT, ROUND_UP)} a picture"


async def _say(
    ctx: RunContext,
    snapshot: Snapshot,
    number: int,
    sentence: str,
    *,
    offered: bool,
    closed: bool = False,
) -> None:
    """What was offered is edited; what was not is a message of its own."""
    notice = Noticed(
        session=snapshot.session.id,
        run=snapshot.run.id,
        about=f"{INSTEAD}{number}" if offered else f"fallback/{number}",
        sentence=sentence,
        closed=offered and closed,
    )
    async with ctx.store.write() as uow:
        await uow.outbox.post(notice, snapshot.run, snapshot.session)
    ctx.nudge()
