"""One paid question to a critic."""

import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

from core.domain.billing import overcharged
from core.domain.call_key import CallKey, StepName
from core.domain.ledger import booked
from core.domain.records import CallRow, CallState, CallValue, RunRecord
from core.models.critic import Answer, Ask, Critic
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.payments import After, CallResult, Order
from core.runtime.pricing import worst_round


async def ask(
    ctx: RunContext,
    run: RunRecord,
    step: StepName,
    ask_kind: Ask,
    critic: Critic,
    call: Callable[[], Awaitable[Answer[CallValue]]],
    after: After | None = None,
    prompts: int = 1,
) -> CallRow:
    """One paid call to a critic, in a step of its own. What an earlier try of the same step
    was answered is not paid for again. A question that was interrupted (a kill, a broken connection)
    is one to wait for while the quote has room for it: no run ends over it."""
    key = CallKey(run.id, step)
    if before := await _answered_before(ctx, key):
        return before

    async def outcome() -> CallResult:
        answer = await call()
        usd = answer.cost.usd if answer.cost else None
        return CallResult(answer.value, usd, answer.request_id)

    order = Order(
        run=run,
        key=str(key),
        kind=ask_kind,
        model=critic.profile.name,
        repeatable=critic.profile.repeatable,
        images=0,
        worst=critic.price(ask_kind, prompts),
        call=outcome,
    )
    row = await ctx.payer.pay(order, after)
    await tell_if_dearer(ctx, row)
    if row.fault == "doubt" and await _affords(ctx, run, step.round, order.worst):
        return replace(row, fault="wait")
    return row


async def tell_if_dearer(ctx: RunContext, row: CallRow) -> None:
    """Tells the operator of a bill above the declared price; no more is bought there meanwhile."""
    if row.usd is not None and row.worst_usd is not None and row.usd > row.worst_usd:
        said = overcharged(row.model, row.usd, row.worst_usd)
        await ctx.tell(account_topic(said), said)


def account_topic(sentence: str) -> str:
    """What the operator is told once: the same trouble, whoever meets it."""
    return f"account/{zlib.crc32(sentence.rstrip('.').encode()):08x}"


async def has_room(ctx: RunContext, run: RunRecord, key: CallKey, worst: Decimal | None) -> bool:
    """Whether the quote has room for a call that it does not count, beside all that is still to be
    paid in this round and the later ones; a call that was begun before has its room."""
    limit, n = run.plan.usd_limit, max(key.step.round, 1)
    if limit is None:
        return True
    async with ctx.store.read() as uow:
        spent = booked(await uow.ledger.of_run(run.id)).usd
        rows = await uow.calls.of_run(run.id)
    calls = {row.name.base: row.kind for row in rows}
    if key.base in calls:
        return True
    made = Counter(kind for each, kind in calls.items() if each.step.round == n)
    declared = ctx.calls(run.plan, ctx.model_set)
    later = (worst_round(declared, m, ctx.unknown_usd) for m in range(n + 1, run.plan.rounds + 1))
    rest = worst_round(declared, n, ctx.unknown_usd, made) + sum(later)
    return spent + (ctx.unknown_usd if worst is None else worst) + rest <= limit


async def _affords(ctx: RunContext, run: RunRecord, n: int, worst: Decimal | None) -> bool:
    """Whether the quote has room for one more such call, beside what round `n` still has to pay."""
    limit = run.plan.usd_limit
    if limit is None:
        return True
    async with ctx.store.read() as uow:
        spent = booked(await uow.ledger.of_run(run.id)).usd
        rows = await uow.calls.of_run(run.id)
    calls = {row.name.base: row.kind for row in rows}
    made = Counter(kind for key, kind in calls.items() if key.step.round == n)
    calls_left = ctx.calls(run.plan, ctx.model_set)
    rest = worst_round(calls_left, max(n, 1), ctx.unknown_usd, made)
    return spent + (ctx.unknown_usd if worst is None else worst) + rest <= limit


async def _answered_before(ctx: RunContext, key: CallKey) -> CallRow | None:
    if key.base == key:
        return None
    async with ctx.store.read() as uow:
        rows = await uow.calls.of_run(key.run)
    done = (row for row in rows if row.state is CallState.DONE)
    return next((row for row in done if row.name.base == key.base), None)


def failure_of(row: CallRow) -> StepFailure:
    """Why a call brought nothing, as a step result."""
    booked = row.state is CallState.UNKNOWN
    return StepFailure(row.fault or "unusable", row.error, row.retry_after, booked)
