"""Whether people of a story look as they did: measured by colours, and asked of the judge."""

from dataclasses import replace

from core.domain.answers import Inspection
from core.domain.call_key import StepName
from core.domain.errors import PictureLost, PixelsFailed
from core.domain.faults import AWAITED
from core.domain.records import CallState, Iteration
from core.domain.story import Character, Likeness
from core.domain.storytelling import path_to
from core.domain.views import Check
from core.imaging import tasks
from core.models.critic import Inspect
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.progress import telling
from core.runtime.snapshot import Snapshot, load

ENOUGH = 0.6  # of a portrait's colours: below, somebody wears something else


async def look(ctx: RunContext, run_id: str, step: str, id: str) -> str | StepFailure:
    """Keeps with the scene's iteration how alike everybody is. What can't be told is left open; a
    failure is one to wait for."""
    snapshot = await load(ctx, run_id)
    node = snapshot.node(id)
    if node is None or node.chapter is None:
        return ""
    told = node.chapter.scene
    here = [c for c in told.cast if c.name.casefold() in {n.casefold() for n in told.here}]
    if not here:
        return ""
    async with telling(ctx, snapshot, "looking at who is in it", n=1):
        seen = await _seen(ctx, snapshot, step, node, here)
        if isinstance(seen, StepFailure):
            return seen
        found = [await _colours(ctx, snapshot, node, who) for who in here]
    await _keep(ctx, id, here, found, seen)
    return ""


def question_of(who: Character) -> str:
    return f"Does {who.name} look like this: {who.look.rstrip('. ')}?"


async def _seen(
    ctx: RunContext, snapshot: Snapshot, step: str, node: Iteration, here: list[Character]
) -> tuple[bool | None, ...] | StepFailure:
    request = Inspect(
        image=await ctx.images.get(node.image),
        goal="",
        checklist=tuple(map(question_of, here)),
        user=ctx.user_hash(snapshot.run.actor),
    )
    judge = ctx.model_set.judge
    row = await ask(
        ctx, snapshot.run, StepName(step), "check", judge, lambda: judge.inspect(request)
    )
    if row.fault in AWAITED:
        return failure_of(row)
    said = row.value.answers if isinstance(row.value, Inspection) else ()
    answers = said if row.state is CallState.DONE else ()
    return tuple(answers[n] if n < len(answers) else None for n in range(len(here)))


async def _colours(
    ctx: RunContext, snapshot: Snapshot, node: Iteration, who: Character
) -> float | None:
    """Against the portrait; where there is none, against the scene in which they came."""
    against = _portrait(snapshot, node, who)
    if not against:
        return None
    try:
        first, now = await ctx.images.get(against), await ctx.images.get(node.image)
        return await ctx.pixels.run(tasks.share, first, now)
    except (PictureLost, PixelsFailed):
        return None


def _portrait(snapshot: Snapshot, node: Iteration, who: Character) -> str:
    chapter = node.chapter
    if chapter and (own := chapter.portrait(who.name)):
        return own
    for earlier in path_to(snapshot.iterations, node.parent):
        if earlier.chapter and who.name in earlier.chapter.scene.here:
            return earlier.image
    return ""


async def _keep(
    ctx: RunContext,
    id: str,
    here: list[Character],
    colours: list[float | None],
    seen: tuple[bool | None, ...],
) -> None:
    alike = tuple(
        Likeness(who.name, colour, same)
        for who, colour, same in zip(here, colours, seen, strict=True)
        if colour is not None
    )
    checks = [Check(question_of(who), same) for who, same in zip(here, seen, strict=True)]
    checks += [
        Check(f"Does {each.name} have the colours of the portrait?", each.colours >= ENOUGH)
        for each in alike
    ]
    async with ctx.store.write() as uow:
        node = await uow.iterations.get(id)
        if node is not None and node.chapter is not None:
            chapter = replace(node.chapter, likeness=alike)
            await uow.iterations.save(replace(node, chapter=chapter, checks=tuple(checks)))
