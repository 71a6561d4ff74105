"""What jobs have in common that paint pictures once, without rounds: their calls and their recipe."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from core.domain.errors import BadRequest
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs.job import Basis, Job
from core.jobs.planning import quality_of
from core.models.language import reads_english
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid, work_request
from core.steps import overlay as overlays
from core.steps import sheet as sheets
from core.steps import stayed
from core.steps.describe import Opening
from core.steps.loop import Loop


def worked(
    mode: str,
    basis: Basis,
    work: Work,
    size: tuple[int, int],
    quality: str | None = None,
    wish: str = "",
) -> Plan:
    """The plan of such a job; `wish` is what people read of it, where that is not the prompt."""
    return Plan(
        mode=mode,
        rounds=1,
        candidates=len(work.prompts),
        quality=quality_of(quality, basis.model_set),
        width=size[0],
        height=size[1],
        base=basis.node.id if basis.node is not None and work.over else "",
        wish=wish,
        work=work,
    )


def able(work: Work, basis: Basis, said: str = "") -> Work:
    """The work as who does it takes it: what shall not be there goes into the words where there is
    no field for it. `said` are the person's own words. Raises BadRequest where nobody here can."""
    painter = basis.model_set.doing(work)
    if painter is None:
        raise BadRequest(_why_not(work, basis.model_set))
    profile = painter.profile
    if work.transparent and not profile.transparent:
        raise BadRequest(f"{profile.name} paints no transparent background: leave it out.")
    if work.seed is not None and not profile.seed:
        raise BadRequest(f"{profile.name} takes no seed: leave it out.")
    if profile.english and not reads_english(said):
        raise BadRequest(f"{profile.name} reads English alone: say it in English.")
    if work.negative and not profile.negative:
        told = tuple(f"{prompt}\n\nWithout {work.negative}." for prompt in work.prompts)
        work = replace(work, prompts=told, negative="")
    longest = max(map(len, work.prompts), default=0)
    if longest > profile.prompt_limit:
        raise BadRequest(
            f"This comes to {longest} characters; {profile.name} reads {profile.prompt_limit}."
        )
    return work


def _why_not(work: Work, model_set: ModelSet) -> str:
    """What nobody here can do of this work, and what to do instead."""
    painters = [each.profile for each in (model_set.painter, model_set.editor) if each]
    able = [each for each in painters if work.operation in each.operations]
    if not able:
        return (
            f"No model that is set up here can {work.operation}: the operator can name one that "
            "can in models.painter or models.editor."
        )
    name, most = able[0].name, max(each.max_sources for each in able)
    if work.operation == "edit" and not work.mask and all(each.only_masked for each in able):
        return (
            f"{name} edits inside a part alone: name it with region (left, top right, the "
            "background…), or send a mask."
        )
    if work.mask and not any(each.mask for each in able):
        return f"{name} takes no mask: leave it out, and say in words where."
    if not work.over and not any(each.follows_pictures for each in able):
        return f"{name} paints from words, not from several pictures: leave them out."
    return f"{name} takes {most} picture{'s' * (most != 1)} at once: leave some out."


def labelled(work: Work, labels: Sequence[str]) -> Work:
    """The work with what tells its pictures apart."""
    return replace(work, labels=tuple(labels))


def size_of(basis: Basis) -> tuple[int, int]:
    """The picture worked on, in pixels. While only the words are checked, a size that fits."""
    return basis.size or (1024, 1024)


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """A painting for each prompt; one that is refused may be softened and painted once more, while
    the quote has room for it."""
    work = plan.work
    if work is None:
        raise BadRequest("This run does not say what to paint: start a new one.")
    soften = model_set.critic.price("rewrite")
    return [
        *(_painting(plan, work, model_set, number) for number in range(len(work.prompts))),
        Paid(step="soften/1", kind="rewrite", price=soften, round=1, spare=True),
    ]


def _painting(plan: Plan, work: Work, model_set: ModelSet, number: int) -> Paid:
    painter = model_set.doing(work, work.painter(number))
    own = replace(plan, quality=work.quality(number) or plan.quality)
    price = painter.price(work_request(own, work, painter.profile.markup)) if painter else None
    return Paid(step="paint/1", kind="paint", price=price, images=1, round=1)


async def recipe(loop: Loop, opening: Opening) -> str:
    """Paints and posts."""
    return await loop.picture()


async def measured(loop: Loop, opening: Opening) -> str:
    """Shows the part that may change, paints, looks at what should have stayed, and posts."""
    await loop.step("overlay/1", overlays.overlay)
    return await loop.picture(measure=stayed.stayed)


async def sheet(loop: Loop, opening: Opening) -> str:
    """Paints, posts, and puts all of it on one sheet for the closing post."""
    reason = await loop.picture()
    if loop.painted:
        loop.sheet = await loop.step("sheet/1", sheets.sheet)
    return reason


painting = partial(Job, calls=calls, recipe=recipe, shown="picture")
"""Declares such a job."""
