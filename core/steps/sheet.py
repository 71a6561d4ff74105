"""Pictures of one run side by side on one sheet, with what tells them apart and what they cost."""

from core.domain.records import Iteration
from core.imaging import tasks
from core.runtime.context import RunContext
from core.runtime.snapshot import load
from core.steps import origin
from core.steps.show import letter_of


async def sheet(ctx: RunContext, run_id: str) -> str:
    """The hash of the sheet, "" where there is one picture or none. Raises PixelsFailed."""
    snapshot = await load(ctx, run_id)
    nodes = [n for n in snapshot.iterations if n.run == run_id and not n.discarded]
    nodes.sort(key=lambda node: node.candidate)
    if len(nodes) < 2:
        return ""
    frames = [await ctx.images.get(node.image) for node in nodes]
    paid = any(node.cost is None or node.cost > 0 for node in nodes)
    work = snapshot.plan.work
    blind = work is not None and work.blind
    captions = [letter_of(node) if blind else caption(node, paid=paid) for node in nodes]
    image = await ctx.images.put(
        await ctx.pixels.run(tasks.contact_sheet, frames, captions, -1, None)
    )
    await origin.derived(ctx, image, [node.image for node in nodes])
    return image


def caption(node: Iteration, *, paid: bool) -> str:
    """ "gpt-image-2 · high  $0.211  14 s": the price where anything costs."""
    cost = "price unknown" if node.cost is None else f"${node.cost:.3f}"
    seconds = f"{node.seconds:.1f} s" if node.seconds < 10 else f"{node.seconds:.0f} s"
    return "  ".join(filter(None, (node.style, cost if paid else "", seconds)))
