"""One paid question to a critic."""

import re
from collections.abc import Awaitable, Callable

from core.domain.records import CallRow, CallState, CallValue, RunRecord
from core.models.critic import Answer, Ask, Critic
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.payments import After, CallResult, Order

TRY = re.compile(r"/(again\d+|repeated)(?=[/#])")  # what the loop appends to a step it tries again


async def ask(
    ctx: RunContext,
    run: RunRecord,
    key: str,
    ask_kind: Ask,
    critic: Critic,
    call: Callable[[], Awaitable[Answer[CallValue]]],
    after: After | None = None,
) -> CallRow:
    """One paid call to a critic; `key` without the run's id. What an earlier try of the same step
    was answered is not paid for again."""
    if before := await _answered_before(ctx, run, key):
        return before

    async def outcome() -> CallResult:
        answer = await call()
        usd = answer.cost.usd if answer.cost else None
        return CallResult(answer.value, usd, answer.request_id)

    order = Order(
        run=run,
        key=f"{run.id}/{key}",
        kind=ask_kind,
        model=critic.profile.name,
        repeatable=critic.profile.repeatable,
        images=0,
        worst=critic.price(ask_kind),
        call=outcome,
    )
    return await ctx.payer.pay(order, after)


async def _answered_before(ctx: RunContext, run: RunRecord, key: str) -> CallRow | None:
    first = TRY.sub("", key)
    if first == key:
        return None
    async with ctx.store.read() as uow:
        rows = await uow.calls.of_run(run.id)
    begin = len(run.id) + 1
    return next(
        (r for r in rows if r.state is CallState.DONE and TRY.sub("", r.key[begin:]) == first), None
    )


def failure_of(row: CallRow) -> StepFailure:
    """Why a call brought nothing, as a step result."""
    booked = row.state is CallState.UNKNOWN
    return StepFailure(row.fault or "unusable", row.error, row.retry_after, booked)
