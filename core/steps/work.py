"""Painting what a picture job asks for: every picture of it at once, each a paid call."""

import asyncio
import zlib
from dataclasses import replace
from functools import partial

from core.domain.errors import Gone
from core.domain.records import CallRow, CallState, Iteration, PaintResult, Plan
from core.domain.work import Work
from core.imaging import tasks
from core.models.painter import Margins, Painter
from core.runtime.asking import failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.reserve import hold_images
from core.runtime.snapshot import Snapshot, load
from core.steps.buy import Admit, Purchase, buy
from core.steps.paint import Painted
from core.steps.paint_progress import Gauge
from core.steps.painting import iteration_of, request_of
from core.steps.previews import watched

ALT_CHARACTERS = 280


async def paint_work(
    ctx: RunContext, run_id: str, step: str, softer: tuple[str, ...] = ()
) -> Painted | StepFailure:
    """Paints `plan.work`, as many pictures as the quote has images for; a failure if not one came
    out. `softer` are prompts instead of its own."""
    snapshot = await load(ctx, run_id)
    work = _work(snapshot)
    prompts = softer or work.prompts
    count = await hold_images(ctx, snapshot.run, step, len(prompts))
    if count == 0:
        return StepFailure("unusable", "The images of this run are used up.")
    line = "painting" if count == 1 else f"painting {count} pictures"
    sources = await _sources(ctx, snapshot, work)
    markup = await ctx.images.get(work.marks) if work.marks and _layered(ctx, work) else None
    mask = await ctx.images.get(work.mask) if work.mask else None
    async with watched(ctx, snapshot, line, count, step, 1) as gauge:
        rows = await asyncio.gather(
            *(
                _one(ctx, snapshot, step, c, prompts[c], sources, mask, markup, gauge)
                for c in range(count)
            )
        )
    done = tuple(f"{run_id}.1.{c}" for c, row in enumerate(rows) if row.state is CallState.DONE)
    if done:
        return Painted(done, count - len(done))
    return failure_of(next((row for row in rows if row.fault == "refused"), rows[0]))


async def only_prompt(ctx: RunContext, run_id: str) -> str:
    """The prompt of a job that paints one picture, "" of others."""
    prompts = _work(await load(ctx, run_id)).prompts
    return prompts[0] if len(prompts) == 1 else ""


def painter_of(ctx: RunContext, work: Work, number: int) -> Painter:
    """Who paints this picture. Raises Gone where no model that is set up can any more."""
    painter = ctx.model_set.doing(work, work.painter(number))
    if painter is None:
        raise Gone(f"No model that is set up here can {work.operation} any more.")
    return painter


def _layered(ctx: RunContext, work: Work) -> bool:
    """Whether its painter takes marks as a layer of their own, not drawn over the picture."""
    painter = ctx.model_set.doing(work)
    return painter is not None and painter.profile.markup


def _work(snapshot: Snapshot) -> Work:
    if snapshot.plan.work is None:
        raise Gone("This run does not say what to paint: start a new one.")
    return snapshot.plan.work


def base_of(snapshot: Snapshot) -> tuple[str, int, int]:
    """The picture a run begins with: its hash ("" for none), width and height in pixels where it is
    an iteration (else 0)."""
    node = snapshot.node(snapshot.plan.base)
    return (node.image, node.width, node.height) if node else (snapshot.session.reference, 0, 0)


async def _sources(ctx: RunContext, snapshot: Snapshot, work: Work) -> tuple[bytes, ...]:
    """What goes in beside the words; further pictures no larger than what is painted, as quoted."""
    longest = max(snapshot.plan.width, snapshot.plan.height)
    base = base_of(snapshot)[0] if work.over else ""
    further = [
        await ctx.pixels.run(tasks.fit, await ctx.images.get(hash), longest)
        for hash in work.sources
    ]
    if not base:
        return tuple(further)
    source = await ctx.images.get(base)
    if work.marks and not _layered(ctx, work):
        drawn = await ctx.pixels.run(
            tasks.marks_drawn_over, source, await ctx.images.get(work.marks)
        )
        further.append(await ctx.pixels.run(tasks.fit, drawn, longest))
    return (source, *further)


async def _one(
    ctx: RunContext,
    snapshot: Snapshot,
    step: str,
    c: int,
    prompt: str,
    sources: tuple[bytes, ...],
    mask: bytes | None,
    markup: bytes | None,
    gauge: Gauge,
) -> CallRow:
    work, plan = _work(snapshot), snapshot.plan
    painter = painter_of(ctx, work, c)
    own = zlib.crc32(f"{snapshot.run.id}/1/{c}".encode()) & 0x7FFFFFFF
    left, right, up, down = work.margins
    request = replace(
        request_of(ctx, snapshot, step, c, prompt),
        operation=work.operation,
        quality=work.quality(c) or plan.quality,
        seed=own if work.seed is None else work.seed + c,
        sources=sources,
        mask=mask,
        markup=markup,
        margins=Margins(left=left, right=right, up=up, down=down),
        strength=work.strength,
        style=work.style(c),
        negative=work.negative,
        search=work.search,
        transparent=work.transparent,
    )
    wanted = Purchase(
        step=step,
        part=c,
        painter=painter,
        request=request,
        node=partial(_node, snapshot, c, prompt),
        admit=admitting(plan, work, sources, mask),
    )
    return await buy(ctx, snapshot, wanted, gauge)


def admitting(plan: Plan, work: Work, sources: tuple[bytes, ...], mask: bytes | None) -> Admit:
    """How a painting is taken in: what must stay is put back from the picture worked on."""
    if work.kept == "size":
        return partial(tasks.keep_size, (plan.width, plan.height))
    if work.kept == "source" and sources:
        return partial(tasks.keep_inside, sources[0], work.margins)
    if work.kept == "outside" and sources and mask is not None:
        return partial(tasks.keep_outside, sources[0], mask)
    return tasks.keep_ground if work.transparent else tasks.admit_painting


def _node(snapshot: Snapshot, c: int, prompt: str, row: CallRow, value: PaintResult) -> Iteration:
    work = _work(snapshot)
    words = snapshot.run.plan.wish or prompt
    label = work.label(c)
    alt = f"{label}: {words}" if label and not work.blind else words
    made = iteration_of(
        snapshot.run, row, value, c=c, parent=snapshot.plan.base, prompt=prompt, words=words
    )
    return replace(made, style=label, alt=alt[:ALT_CHARACTERS])
