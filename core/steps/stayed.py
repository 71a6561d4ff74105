"""After an edit: what should have stayed is measured, and may be put back from the original."""

from functools import partial

from core.domain.errors import Gone, PixelsFailed
from core.domain.records import Iteration
from core.imaging import tasks
from core.imaging.results import Stayed
from core.runtime.context import RunContext
from core.runtime.snapshot import Snapshot, load
from core.steps.derive import derive
from core.steps.work import base_of

WORDS = "Everything but the edit as it was in the original"


async def stayed(ctx: RunContext, run_id: str, ids: tuple[str, ...]) -> Stayed:
    """Of the first of these iterations against the picture that the run worked on."""
    snapshot = await load(ctx, run_id)
    node, work = snapshot.node(ids[0]), snapshot.plan.work
    original = base_of(snapshot)[0]
    if node is None or work is None or not original:
        return Stayed("")
    part = work.mask or work.outside
    mask = await ctx.images.get(part) if part else None
    pictures = await ctx.images.get(original), await ctx.images.get(node.image)
    try:
        return await ctx.pixels.run(tasks.what_stayed, *pictures, mask)
    except PixelsFailed as exc:  # the picture is paid for, and is shown all the same
        return Stayed(f"What stayed was not measured: {exc.sentence}")


async def put_back(ctx: RunContext, run_id: str) -> str:
    """An iteration like the edited one that the run begins with, and outside of the edit like what
    was edited. Returns its id. Raises Gone, PixelsFailed."""
    snapshot = await load(ctx, run_id)
    node, work = snapshot.node(snapshot.plan.base), snapshot.plan.work
    if node is None or work is None:
        raise Gone("The edited picture is not there any more.")
    original = await ctx.images.get(_original(snapshot, node))
    mask = await ctx.images.get(work.mask) if work.mask else None
    return await derive(ctx, run_id, partial(tasks.rest_put_back, original, mask), WORDS)


def _original(snapshot: Snapshot, node: Iteration) -> str:
    parent = snapshot.node(node.parent)
    hash = parent.image if parent else snapshot.session.reference
    if not hash:
        raise Gone("The original is not there any more.")
    return hash
