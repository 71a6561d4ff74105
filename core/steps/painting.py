"""What every painting of a run has in common: what its painter is asked, and the iteration it becomes."""

from core.domain.call_key import CallKey, StepName
from core.domain.records import CallRow, Iteration, PaintResult, RunRecord
from core.models.painter import PaintRequest
from core.runtime.context import RunContext
from core.runtime.snapshot import Snapshot


def request_of(
    ctx: RunContext, snapshot: Snapshot, step: str, part: int, prompt: str
) -> PaintRequest:
    """From words alone, in the size and quality of the run; `part` of a step has a call of its own."""
    plan = snapshot.plan
    return PaintRequest(
        prompt=prompt,
        width=plan.width,
        height=plan.height,
        quality=plan.quality,
        moderation="low" if plan.relaxed else "auto",
        user=ctx.user_hash(snapshot.run.actor),
        key=str(CallKey(snapshot.run.id, StepName(step), part)),
    )


def iteration_of(
    run: RunRecord,
    row: CallRow,
    value: PaintResult,
    *,
    n: int = 1,
    c: int = 0,
    parent: str,
    prompt: str,
    words: str,
) -> Iteration:
    """Candidate `c` of round `n`, out of a call that is done."""
    ended = row.ended or row.begun
    return Iteration(
        id=f"{run.id}.{n}.{c}",
        session=run.session,
        run=run.id,
        parent=parent,
        round=n,
        candidate=c,
        prompt=prompt,
        words=words,
        image=value.image,
        width=value.width,
        height=value.height,
        model=row.model,
        created=ended,
        seconds=round((ended - row.begun).total_seconds(), 2),
        cost=row.usd,
        seed=value.seed,
        revised_prompt=value.revised_prompt,
    )
