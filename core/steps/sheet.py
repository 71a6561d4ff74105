"""Pictures of one run side by side on one sheet, with what tells them apart and what they cost."""

from core.domain.records import Iteration
from core.domain.updates import IterationFinished
from core.imaging import tasks
from core.runtime.context import RunContext
from core.runtime.snapshot import load
from core.steps.show import letter_of


async def sheet(ctx: RunContext, run_id: str, blind: bool | None = None) -> str:
    """The hash of the sheet, "" where there is one picture or none. `blind`: letters alone; where
    nothing is said as the post that shows the pictures has it. Raises PixelsFailed."""
    snapshot = await load(ctx, run_id)
    nodes = [n for n in snapshot.iterations if n.run == run_id and not n.discarded]
    nodes.sort(key=lambda node: node.candidate)
    if len(nodes) < 2:
        return ""
    frames = [await ctx.images.get(node.image) for node in nodes]
    paid = any(node.cost is None or node.cost > 0 for node in nodes)
    if blind is None:
        blind = await _is_blind(ctx, snapshot.session.id, run_id)
    captions = [letter_of(node) if blind else caption(node, paid=paid) for node in nodes]
    return await ctx.images.put(
        await ctx.pixels.run(tasks.contact_sheet, frames, captions, -1, None)
    )


async def _is_blind(ctx: RunContext, session: str, run_id: str) -> bool:
    async with ctx.store.read() as uow:
        rows = await uow.outbox.of_session(session)
    shown = (row.update for row in rows if row.run == run_id)
    return any(isinstance(each, IterationFinished) and each.blind for each in shown)


def caption(node: Iteration, *, paid: bool) -> str:
    """ "gpt-image-2 · high  $0.211  14 s": the price where anything costs."""
    cost = "price unknown" if node.cost is None else f"${node.cost:.3f}"
    seconds = f"{node.seconds:.1f} s" if node.seconds < 10 else f"{node.seconds:.0f} s"
    return "  ".join(filter(None, (node.style, cost if paid else "", seconds)))
