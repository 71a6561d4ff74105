"""A run, from its first step to its last, in whichever way its job says."""

from collections.abc import Awaitable, Callable

from core.domain.errors import Gone, PictureLost, PixelsFailed
from core.jobs.registry import made_by
from core.ports.engine import Run
from core.runtime import lifecycle
from core.runtime.context import RunContext
from core.steps import describe, finish
from core.steps.loop import Ended, Loop


async def develop(loop: Loop) -> None:
    """Begins the run, follows its job's recipe, and ends it."""
    opening = await loop.step("begin", describe.begin)
    if opening is None:
        return
    plan, loop.champion = opening.plan, opening.champion
    loop.plan = plan
    try:
        loop.ctx = loop.ctx.using(plan.painter)
        reason = await follow(loop, opening)
    except Gone as gone:
        reason = f"failed:{gone.sentence}"
    if reason == "rounds" and loop.skipped and not loop.champion:
        reason = f"No picture came of it: {loop.skipped}"
    if reason.startswith("failed:"):
        await loop.step("fail", lifecycle.fail, reason.removeprefix("failed:"))
        return
    made = finish.Pictures(sheet=loop.sheet)
    if made_by(plan).shown == "rounds":
        made = await loop.step("pictures", finish.pictures, loop.champion)
    await loop.step("finish", finish.finish, loop.champion, reason, made)
    if loop.then is not None:
        await loop.step("then", lifecycle.follow, loop.then)


async def follow(loop: Loop, opening: describe.Opening) -> str:
    """Why the recipe ended. Raises Gone where the plan's job is not there any more."""
    try:
        recipe = made_by(opening.plan).recipe
    except KeyError:
        recipe = None
    if recipe is None:
        raise Gone(f"{opening.plan.mode} is not there any more: start a new session.")
    try:
        return await recipe(loop, opening)
    except Ended as end:
        return str(end)
    except (PictureLost, PixelsFailed) as exc:
        return f"failed:{exc.sentence}"


def workflow(ctx: RunContext) -> Callable[[Run], Awaitable[None]]:
    """The workflow that an engine runs: `run_id` or `run_id/attempt` names the run's row."""

    async def develop_run(run: Run) -> None:
        await develop(Loop(ctx, run, run.run_id.split("/")[0]))

    return develop_run
