"""Before anything is bought a run's first post is made: where it can't be, nobody would see the rest."""

import asyncio

from core.domain.records import Delivery, DeliveryState, RunRecord
from core.domain.updates import Accepted
from core.runtime.context import RunContext

WAIT_S = 5.0  # a platform that is slow or away is no closed place: the run goes on without it
LOOK_S = 0.02
SLOWEST_LOOK_S = 0.25


async def unpostable(ctx: RunContext, run: RunRecord) -> str:
    """Why the first post can't be made (an archived channel, a read-only one, one without the bot),
    as a sentence; "" once it is made or was tried, or where nobody here drains its outbox."""
    if not ctx.drains(run.place.platform):
        return ""
    end, pause = asyncio.get_running_loop().time() + WAIT_S, LOOK_S
    while (post := await _first_post(ctx, run)) is not None:
        if post.state is DeliveryState.PARKED:
            return post.error or "There is no place to post this."
        tried = post.attempts or post.since is not None
        undecided = post.state is DeliveryState.SENDING or not tried
        if post.state in (DeliveryState.SENT, DeliveryState.UNKNOWN) or not undecided:
            return ""
        if asyncio.get_running_loop().time() > end:
            return ""
        await asyncio.sleep(pause)
        pause = min(2 * pause, SLOWEST_LOOK_S)
    return ""


async def _first_post(ctx: RunContext, run: RunRecord) -> Delivery | None:
    async with ctx.store.read() as uow:
        rows = await uow.outbox.of_session(run.session)
    mine = (row for row in rows if row.run == run.id)
    return next((row for row in mine if isinstance(row.update, Accepted)), None)
