"""Before an edit: the part that may change, shown on the picture, as its mask was read."""

from decimal import Decimal

from core.domain.errors import PixelsFailed
from core.domain.updates import Described
from core.imaging import tasks
from core.runtime.context import RunContext
from core.runtime.snapshot import load
from core.steps import origin
from core.steps.work import base_of

ALT = "The part that may change in red; the rest, dimmed, stays."


async def overlay(ctx: RunContext, run_id: str) -> str:
    """Posts it; returns the picture's hash, "" where no part is named."""
    snapshot = await load(ctx, run_id)
    work, base = snapshot.plan.work, base_of(snapshot)[0]
    part = (work.mask or work.outside) if work else ""
    if not part or not base:
        return ""
    picture, mask = await ctx.images.get(base), await ctx.images.get(part)
    try:
        made = await ctx.pixels.run(tasks.overlay, picture, mask)
    except PixelsFailed:  # the edit goes on without
        return ""
    image = await ctx.images.put(made)
    await origin.derived(ctx, image, [base])
    update = Described(
        session=snapshot.session.id,
        run=run_id,
        image=image,
        alt=ALT,
        prompts=(),
        shows="mask",
        made_of=(snapshot.plan.base,) if snapshot.plan.base else (),
        cost=Decimal(0),
        label=snapshot.run.label,
    )
    async with ctx.store.write() as uow:
        await uow.outbox.post(update, snapshot.run, snapshot.session)
    ctx.nudge()
    return image
