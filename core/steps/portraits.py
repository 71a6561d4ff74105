"""How people and places of a story look: painted once each, where the painter takes pictures in."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from core.domain.call_key import StepName
from core.domain.faults import AWAITED
from core.domain.records import CallRow, PaintResult
from core.domain.story import Character, Portrait, Scene, Site
from core.imaging import tasks
from core.models.story import shown
from core.ports.store import UnitOfWork
from core.runtime.asking import failure_of
from core.runtime.context import RunContext
from core.runtime.models import ModelSet
from core.runtime.outcome import StepFailure
from core.runtime.reserve import hold_images
from core.runtime.snapshot import Snapshot, load
from core.steps.buy import Purchase, buy
from core.steps.paint_progress import Gauge
from core.steps.painting import request_of
from core.steps.previews import watched

AT_FIRST, LATER = 3, 2  # new portraits of a scene
MOST_SOURCES = 4
NTH = ("first", "second", "third", "fourth")
STEP = StepName("portrait/1")
Named = TypeVar("Named", Character, Site)


def in_a_picture(model_set: ModelSet) -> int:
    """How many portraits go into one picture, 0 where the painter paints from words."""
    profile = model_set.painter.profile
    return min(MOST_SOURCES, profile.max_sources) if profile.follows_pictures else 0


def most_of(model_set: ModelSet, scene: int) -> int:
    """How many new portraits a scene may have."""
    if not in_a_picture(model_set):
        return 0
    return AT_FIRST if scene == 1 else LATER


def wanted(snapshot: Snapshot, told: Scene) -> tuple[Character | Site, ...]:
    """Who and what is in this scene's picture and has no portrait yet, the people first."""
    plan = snapshot.plan.telling
    most = plan.portraits if plan and plan.act == "tell" else 0
    there = {portrait.name.casefold() for portrait in before(snapshot)}
    here: list[Character | Site] = [*_of(told.cast, told.here), *_of(told.sites, (told.site,))]
    return tuple(each for each in here if each.name.casefold() not in there)[:most]


def _of(known: Sequence[Named], names: Sequence[str]) -> list[Named]:
    said = {name.casefold() for name in names if name}
    return [each for each in known if each.name.casefold() in said]


def before(snapshot: Snapshot) -> tuple[Portrait, ...]:
    """Those of the scenes that lead here."""
    plan = snapshot.plan.telling
    again = snapshot.node(plan.of) if plan else None
    node = again or snapshot.node(snapshot.plan.base)
    seen: set[str] = set()
    while node is not None and node.chapter is None and node.id not in seen:
        seen.add(node.id)
        node = snapshot.node(node.parent)
    return node.chapter.portraits if node and node.chapter else ()


async def known(uow: UnitOfWork, snapshot: Snapshot, told: Scene) -> tuple[Portrait, ...]:
    """Those of before and what this run has painted."""
    new = wanted(snapshot, told)
    found = list(before(snapshot))
    for row in await uow.calls.of_run(snapshot.run.id):
        name = row.name.base
        if name.step == STEP and isinstance(row.value, PaintResult) and name.part < len(new):
            found.append(Portrait(new[name.part].name, row.value.image))
    return tuple({each.name.casefold(): each for each in found}.values())


async def paint(ctx: RunContext, run_id: str, step: str, told: Scene) -> str | StepFailure:
    """Paints them; one that can't be painted is left out: its look goes in by words. A failure is
    one to wait for."""
    snapshot = await load(ctx, run_id)
    new = wanted(snapshot, told)
    count = await hold_images(ctx, snapshot.run, step, len(new)) if new else 0
    if not count:
        return ""
    line = "painting portraits" if count > 1 else "painting a portrait"
    async with watched(ctx, snapshot, line, count, step, 0) as gauge:
        rows = await asyncio.gather(
            *(_one(ctx, snapshot, step, part, new[part], gauge) for part in range(count))
        )
    held = next((row for row in rows if row.fault in AWAITED), None)
    return failure_of(held) if held else ""


async def _one(
    ctx: RunContext,
    snapshot: Snapshot,
    step: str,
    part: int,
    who: Character | Site,
    gauge: Gauge,
) -> CallRow:
    plan, painter = snapshot.plan, ctx.model_set.painter
    prompt = prompt_of(who, plan.telling.style if plan.telling else "")
    prompt = prompt[: painter.profile.prompt_limit]
    request = request_of(ctx, snapshot, step, part, prompt)
    portrait = Purchase(step=step, part=part, painter=painter, request=request)
    return await buy(ctx, snapshot, portrait, gauge)


def prompt_of(who: Character | Site, style: str) -> str:
    """The same words as in every scene, and nothing else in the picture."""
    line = f"\nStyle: {style}." if style else ""
    if isinstance(who, Site):
        return f"{who.name}, the place alone, nobody there. {shown((who,), (who.name,))}{line}"
    alone = f"Portrait of {who.name}, alone, whole figure, in front of a plain light background."
    return f"{alone} {shown((who,), (who.name,))}{line}"


def in_picture(model_set: ModelSet, told: Scene, known: Sequence[Portrait]) -> tuple[Portrait, ...]:
    """The portraits of who is in this scene's picture, as many as the painter takes."""
    by_name = {portrait.name.casefold(): portrait for portrait in known}
    names = [*told.here, told.site]
    found = [by_name[name.casefold()] for name in names if name.casefold() in by_name]
    return tuple(dict.fromkeys(found))[: in_a_picture(model_set)]


async def sources(
    ctx: RunContext, snapshot: Snapshot, seen: Sequence[Portrait]
) -> tuple[bytes, ...]:
    """Their pictures, no larger than what is painted."""
    longest = max(snapshot.plan.width, snapshot.plan.height)
    return tuple(
        [await ctx.pixels.run(tasks.fit, await ctx.images.get(p.image), longest) for p in seen]
    )


def roles(seen: Sequence[Portrait]) -> str:
    """What each picture is for, in words."""
    return " ".join(
        f"The {nth} picture shows {portrait.name}: keep it exactly so."
        for nth, portrait in zip(NTH, seen, strict=False)
    )
