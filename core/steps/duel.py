"""Champion against challenger: by the judge's eyes where it has some, else by numbers."""

from dataclasses import dataclass

from core.domain.answers import Verdict
from core.domain.call_key import StepName
from core.domain.faults import AWAITED
from core.domain.judging import (
    EXACT_GAIN,
    MIN_GAIN,
    duel_of,
    lead,
    wants_duel,
    wins_by_eyes,
    wins_by_numbers,
)
from core.domain.records import CallState, Iteration
from core.models.critic import Duel
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Fight:
    """How the challenger fared. `duel`: 1 won, -1 lost, 0 a tie, or none was fought."""

    won: bool
    duel: int = 0


async def fight(
    ctx: RunContext,
    snapshot: Snapshot,
    step: str,
    challenger: Iteration,
    champion: Iteration | None,
) -> Fight | StepFailure:
    off = snapshot.plan.off
    if champion is None or snapshot.plan.departs or "champion" in off:
        return Fight(True)
    reference, duel = bool(snapshot.session.reference), 0
    if not ctx.model_set.eyes or "duel" in off:
        least = EXACT_GAIN if ctx.model_set.by_formula else MIN_GAIN
        return Fight(wins_by_numbers(challenger, champion, measured=reference, least=least))
    if wants_duel(challenger, champion, reference=reference):
        fought = await _both_orders(ctx, snapshot, step, challenger, champion)
        if isinstance(fought, StepFailure):
            return fought
        duel = fought
    return Fight(wins_by_eyes(challenger, champion, duel=duel, reference=reference), duel)


async def _both_orders(
    ctx: RunContext, snapshot: Snapshot, step: str, challenger: Iteration, champion: Iteration
) -> int | StepFailure:
    """The duel's outcome; a duel that can't be fought is a tie, unless the judge may be waited for."""
    first = await _duel(ctx, snapshot, f"{step}/duel/0", champion, challenger)
    if isinstance(first, StepFailure):
        return first if first.fault in AWAITED else 0
    if first.winner != "second" and lead(challenger, champion) < 0:
        return 0  # it has lost either way
    second = await _duel(ctx, snapshot, f"{step}/duel/1", challenger, champion)
    if isinstance(second, StepFailure):
        return second if second.fault in AWAITED else 0
    return duel_of(first, second)


async def _duel(
    ctx: RunContext, snapshot: Snapshot, step: str, first: Iteration, second: Iteration
) -> Verdict | StepFailure:
    session = snapshot.session
    request = Duel(
        reference=await ctx.images.get(session.reference) if session.reference else None,
        goal=session.goal,
        first=await ctx.images.get(first.image),
        second=await ctx.images.get(second.image),
        user=ctx.user_hash(snapshot.run.actor),
    )
    judge_ = ctx.model_set.judge
    row = await ask(ctx, snapshot.run, StepName(step), "duel", judge_, lambda: judge_.duel(request))
    if row.state is CallState.DONE and isinstance(row.value, Verdict):
        return row.value
    return failure_of(row)
