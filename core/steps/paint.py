"""Painting a round: k candidates at once, each a paid call with its own row."""

import asyncio
import zlib
from dataclasses import dataclass, replace
from functools import partial

from core.domain.records import CallRow, CallState, Iteration, PaintResult
from core.domain.text import clip
from core.imaging import tasks
from core.models.painter import PaintRequest
from core.runtime.asking import failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import NextPrompt, StepFailure
from core.runtime.pricing import HELD
from core.runtime.reserve import hold_images
from core.runtime.snapshot import Snapshot, load
from core.steps.buy import Purchase, buy
from core.steps.paint_progress import Gauge
from core.steps.painting import iteration_of, request_of
from core.steps.previews import watched

TWO_PICTURES = (
    "The first picture is the reference: keep what it shows where the words say nothing else. The "
    "second is the best try so far."
)


@dataclass(frozen=True, slots=True)
class Painted:
    """The iterations of a round; `lost` counts candidates that came to nothing."""

    iterations: tuple[str, ...]
    lost: int = 0


async def paint(
    ctx: RunContext, run_id: str, step: str, n: int, next_prompt: NextPrompt
) -> Painted | StepFailure:
    """Paints the round's candidates, as many as the quote has images for; a failure if not one of
    them came out."""
    snapshot = await load(ctx, run_id)
    line = f"painting round {n} of {snapshot.plan.rounds}"
    count = await hold_images(ctx, snapshot.run, step, snapshot.plan.candidates)
    if count == 0:
        return StepFailure("unusable", "The images of this run are used up.")
    async with watched(ctx, snapshot, line, count, step, n) as gauge:
        rows = await asyncio.gather(
            *(_candidate(ctx, snapshot, step, n, c, next_prompt, gauge) for c in range(count))
        )
    done = tuple(f"{run_id}.{n}.{c}" for c, row in enumerate(rows) if row.state is CallState.DONE)
    if done:
        return Painted(done, count - len(done))
    return failure_of(next((row for row in rows if row.fault == "refused"), rows[0]))


async def _candidate(
    ctx: RunContext,
    snapshot: Snapshot,
    step: str,
    n: int,
    c: int,
    next_prompt: NextPrompt,
    gauge: Gauge,
) -> CallRow:
    next_prompt = _possible(ctx, _of_candidate(next_prompt, c))
    painter = ctx.model_set.painter
    if next_prompt.box is not None and ctx.model_set.editor is not None:
        painter = ctx.model_set.editor
    request = await _request(ctx, snapshot, step, n, c, next_prompt)
    node = partial(_node, snapshot, n, c, next_prompt)
    wanted = Purchase(step=step, part=c, painter=painter, request=request, node=node)
    return await buy(ctx, snapshot, wanted, gauge)


def _possible(ctx: RunContext, next_prompt: NextPrompt) -> NextPrompt:
    """What was to be mended is painted anew by a painter that took over and takes no masks."""
    if next_prompt.box is None or ctx.model_set.can_edit:
        return next_prompt
    return replace(next_prompt, box=None, prompt=next_prompt.whole or next_prompt.prompt)


def _of_candidate(next_prompt: NextPrompt, c: int) -> NextPrompt:
    """Every candidate paints a prompt of its own, as far as there are some."""
    if not 0 < c <= len(next_prompt.variants):
        return next_prompt
    own = next_prompt.variants[c - 1]
    return replace(next_prompt, prompt=own, words="")


def seed_of(snapshot: Snapshot, n: int, c: int, next_prompt: NextPrompt) -> int:
    """The champion's seed while only words change, so that what changes is what they say; else one
    of the run's own: two branches from one image, and a prompt painted again, are other pictures."""
    own = zlib.crc32(f"{snapshot.run.id}/{n}/{c}".encode()) & 0x7FFFFFFF
    parent = snapshot.node(next_prompt.parent)
    if parent is None or parent.seed is None or parent.run != snapshot.run.id:
        return own
    if snapshot.plan.mode != "refine" or next_prompt.box is not None:
        return own
    if c > 0 and next_prompt.words != "":
        return own  # the same words as the first candidate's
    tried = any(
        (node.prompt, node.seed) == (next_prompt.prompt, parent.seed)
        for node in snapshot.iterations
    )
    return own if tried else parent.seed


async def _request(
    ctx: RunContext, snapshot: Snapshot, step: str, n: int, c: int, next_prompt: NextPrompt
) -> PaintRequest:
    plain = request_of(ctx, snapshot, step, c, next_prompt.prompt)
    plain = replace(plain, seed=seed_of(snapshot, n, c, next_prompt))
    parent = snapshot.node(next_prompt.parent)
    if next_prompt.box is None or parent is None:
        sources = await held(ctx, snapshot, parent)
        return replace(
            plain,
            operation="vary" if sources else "generate",
            prompt=_with_names(next_prompt.prompt, sources),
            sources=sources,
            style=next_prompt.style,
        )
    box = next_prompt.box
    mask = await ctx.pixels.run(
        tasks.box_mask, parent.width, parent.height, box.x, box.y, box.width, box.height
    )
    return replace(
        plain,
        operation="edit",
        width=parent.width,
        height=parent.height,
        sources=(await ctx.images.get(parent.image),),
        mask=mask,
    )


async def held(
    ctx: RunContext, snapshot: Snapshot, champion: Iteration | None
) -> tuple[bytes, ...]:
    """The pictures that the painter gets beside the words: the reference and the champion, the
    champion alone where it takes one. None of them is larger than what is painted."""
    plan, painter = snapshot.plan, ctx.model_set.painter.profile
    if plan.hold != "picture" or not painter.takes_pictures:
        return ()
    hashes = [snapshot.session.reference, champion.image if champion else ""]
    kept = [hash for hash in hashes if hash][-min(HELD, painter.max_sources) :]
    longest = max(plan.width, plan.height)
    return tuple(
        [await ctx.pixels.run(tasks.fit, await ctx.images.get(hash), longest) for hash in kept]
    )


def _with_names(prompt: str, sources: tuple[bytes, ...]) -> str:
    """Which picture is which, where there are two."""
    if len(sources) < HELD:
        return prompt
    return f"{prompt}\n\n{TWO_PICTURES}"


def _node(
    snapshot: Snapshot, n: int, c: int, next_prompt: NextPrompt, row: CallRow, value: PaintResult
) -> Iteration:
    parent = snapshot.node(next_prompt.parent)
    whole = next_prompt.whole or (parent.prompt if parent else "")
    kept = whole if next_prompt.box is not None and whole else next_prompt.prompt
    words = next_prompt.words or next_prompt.prompt
    made = iteration_of(
        snapshot.run, row, value, n=n, c=c, parent=next_prompt.parent, prompt=kept, words=words
    )
    return replace(
        made,
        style=next_prompt.style,
        alt=clip(f"Round {n}: {words}", 300),
        because=next_prompt.because,
    )
