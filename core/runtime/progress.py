"""Where a run stands, told in its status post."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal

from core.domain.records import (
    CallRow,
    CallState,
    Iteration,
)
from core.domain.takedown import without
from core.domain.updates import Progressed, RunPhase, Update
from core.domain.views import CandidateView
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.snapshot import Snapshot, gone


def spent(calls: list[CallRow]) -> Decimal | None:
    """Dollars of the calls so far; None if a cost among them is unknown."""
    total = Decimal(0)
    for row in calls:
        if row.usd is not None:
            total += row.usd
        elif row.state in (CallState.DONE, CallState.UNKNOWN):
            return None
    return total


async def progress(
    ctx: RunContext,
    snapshot: Snapshot,
    line: str,
    *,
    n: int = 0,
    phase: RunPhase = "running",
    preview: str = "",
) -> None:
    """Overwrites the run's progress line, and the preview beside it."""
    async with ctx.store.write() as uow:
        await post_progress(uow, snapshot, line, n=n, phase=phase, preview=preview)
    ctx.nudge()


@asynccontextmanager
async def telling(
    ctx: RunContext, snapshot: Snapshot, line: str, *, n: int = 0
) -> AsyncGenerator[None]:
    """Overwrites the run's progress line while the block works: nothing paid for waits for it."""
    told = asyncio.create_task(
        progress(ctx, snapshot, line, n=n), name=f"progress of {snapshot.run.id}"
    )
    try:
        yield
    finally:
        await asyncio.wait({told})
        trouble = None if told.cancelled() else told.exception()  # heard, whatever else broke
    if trouble is not None:
        raise trouble


async def post_progress(
    uow: UnitOfWork,
    snapshot: Snapshot,
    line: str,
    *,
    n: int = 0,
    phase: RunPhase = "running",
    champion: str = "",
    preview: str = "",
) -> None:
    run, session = snapshot.run, snapshot.session
    mine = [node for node in await uow.iterations.of_session(session.id) if node.run == run.id]
    now = await uow.runs.get(run.id)
    update = Progressed(
        session=session.id,
        run=run.id,
        phase=phase,
        line=line,
        round=n,
        rounds=run.plan.rounds,
        spent=spent(list(await uow.calls.of_run(run.id))),
        review=now.review if now else False,
        candidates=tuple(view(node) for node in mine if not node.discarded),
        champion=champion or next((node.id for node in reversed(mine) if node.won), ""),
        preview=preview,
    )
    await uow.outbox.post(update, run, session)


async def post_standing(uow: UnitOfWork, update: Update, snapshot: Snapshot) -> None:
    """Posts an update without what was taken down since its pictures were looked at."""
    taken_down = await gone(uow, snapshot.session.id)
    await uow.outbox.post(without(update, taken_down), snapshot.run, snapshot.session)


def view(node: Iteration) -> CandidateView:
    return CandidateView(
        iteration=node.id,
        image=node.image,
        width=node.width,
        height=node.height,
        alt=node.alt,
        score=node.score,
        checks=node.checks,
        seed=node.seed,
        revised_prompt=node.revised_prompt,
    )
