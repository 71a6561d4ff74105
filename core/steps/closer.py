"""Where judge and eye contradict each other the judge is asked once more: the part alone, enlarged."""

from dataclasses import replace

from core.domain.answers import Box, Inspection
from core.domain.call_key import CallKey, StepName
from core.domain.errors import PixelsFailed
from core.domain.records import CallState, Iteration
from core.domain.views import Check, CloserLook
from core.imaging import tasks
from core.models.critic import Inspect
from core.runtime.asking import ask, has_room
from core.runtime.context import RunContext
from core.runtime.snapshot import Snapshot

MOST = 2  # questions a round


async def closer_look(ctx: RunContext, snapshot: Snapshot, step: str, node: Iteration) -> Iteration:
    """The iteration with what the judge says of each contradiction that has a place. What was
    measured holds, whatever it says; a question that brings nothing ends no run."""
    if ctx.model_set.judge.profile.embedded:
        return node
    checks, asked = list(node.checks), 0
    for i, check in enumerate(checks):
        if check.claimed is None or check.box is None or asked == MOST:
            continue
        name = StepName(f"{step}/closer/{asked}")
        checks[i] = replace(check, closer=await _asked(ctx, snapshot, name, node, check, check.box))
        asked += 1
    return replace(node, checks=tuple(checks)) if asked else node


async def _asked(
    ctx: RunContext, snapshot: Snapshot, name: StepName, node: Iteration, check: Check, box: Box
) -> CloserLook:
    run, judge = snapshot.run, ctx.model_set.judge
    if not await has_room(ctx, run, CallKey(run.id, name), judge.price("check")):
        return ""
    try:
        image = await ctx.images.get(node.image)
        part = await ctx.pixels.run(tasks.magnified, image, box)
    except PixelsFailed:
        return ""
    request = Inspect(
        image=part,
        goal=snapshot.session.goal,
        checklist=(check.question,),
        user=ctx.user_hash(run.actor),
    )
    row = await ask(ctx, run, name, "check", judge, lambda: judge.inspect(request))
    if row.state is not CallState.DONE or not isinstance(row.value, Inspection):
        return ""
    answer = row.value.answers[0] if row.value.answers else None
    if answer is None:
        return "unsure"
    return "agrees" if answer is check.passed else "insists"
