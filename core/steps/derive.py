"""A picture made here from another one, for nothing: no model is asked."""

from collections.abc import Callable
from decimal import Decimal

from core.domain.records import Iteration
from core.imaging import tasks
from core.runtime.context import RunContext
from core.runtime.snapshot import load
from core.steps import origin
from core.steps.show import show


async def derive(ctx: RunContext, run_id: str, make: Callable[[bytes], bytes], words: str) -> str:
    """One iteration: what `make` makes of the picture that the run begins with. `make` is a
    picklable function from encoded bytes to encoded bytes; `words` says what it did. Returns the
    iteration's id; raises PixelsFailed."""
    snapshot = await load(ctx, run_id)
    base = snapshot.node(snapshot.plan.base)
    source = base.image if base else snapshot.session.reference
    admitted = await ctx.pixels.run(tasks.admit_made, make, await ctx.images.get(source))
    node = Iteration(
        id=f"{run_id}.1.0",
        session=snapshot.session.id,
        run=run_id,
        parent=snapshot.plan.base,
        round=1,
        candidate=0,
        prompt=words,
        words=words,
        image=await ctx.images.put(admitted.data),
        width=admitted.width,
        height=admitted.height,
        model="",
        created=ctx.clock(),
        cost=Decimal(0),
        alt=words,
        won=True,
    )
    await origin.derived(ctx, node.image, [source])
    async with ctx.store.write() as uow:
        await uow.iterations.add(node)
    how = words if snapshot.plan.wish else ""  # beside the person's own words, else in their place
    return await show(ctx, run_id, (node.id,), how)
