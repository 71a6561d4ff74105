"""How a run ends: what is given back, what is posted."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from core.domain.commands import Command
from core.domain.records import (
    RunRecord,
    RunStatus,
)
from core.domain.updates import Failed, IterationFinished
from core.ports.store import UnitOfWork
from core.runtime import reviews
from core.runtime.context import RunContext
from core.runtime.progress import post_progress, spent
from core.runtime.reserve import release
from core.runtime.snapshot import Snapshot, load

CONFIRMING = frozenset({RunStatus.CONFIRMING})
GOING = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})


async def cancel(ctx: RunContext, uow: UnitOfWork, run: RunRecord, reason: str) -> bool:
    """Ends a run that waits for its confirmation: everything reserved is given back. False, and
    nothing changed, where somebody confirmed or cancelled it a moment before."""
    return await cancel_at(uow, run, reason, ctx.clock())


async def cancel_at(uow: UnitOfWork, run: RunRecord, reason: str, now: datetime) -> bool:
    """The same, without a context."""
    if not await end_run(uow, run, CONFIRMING, RunStatus.STOPPED, reason, now):
        return False
    await release(uow, run, now)
    await post_cancelled(uow, run, reason)
    return True


def owner_of(run: RunRecord) -> str:
    """The engine's name for who pays: runs of one person wait for each other, not for others."""
    return f"{run.actor.platform}:{run.actor.tenant}:{run.actor.id}"


async def end_run(
    uow: UnitOfWork,
    run: RunRecord,
    expected: Collection[RunStatus],
    status: RunStatus,
    reason: str,
    now: datetime,
) -> bool:
    """Writes a run's end, and lets a pick be made again; False where it is over already, or is not
    where the caller saw it: then nothing may be given back or posted."""
    if await uow.runs.transition(run.id, expected, status, reason=reason, at=now) is None:
        return False
    if run.command_key.startswith("pick:"):
        await uow.inbox.free_key(run.command_key, run.id)
    return True


async def follow(ctx: RunContext, run_id: str, command: Command) -> None:
    """Gives the command that this run leads to, as a person would; once, by its key."""
    await ctx.heir.receive(command)


async def fail(ctx: RunContext, run_id: str, sentence: str) -> None:
    """Ends a run that can't go on: what was painted is kept, the rest is given back."""
    snapshot = await load(ctx, run_id)
    async with ctx.store.write() as uow:
        run = snapshot.run
        if not await end_run(uow, run, GOING, RunStatus.FAILED, sentence, ctx.clock()):
            return
        await release(uow, run, ctx.clock())
        await reviews.close_all(uow, run, snapshot.session, reviews.answered("over", ctx.clock()))
        paid = spent(list(await uow.calls.of_run(run_id)))
        update = Failed(session=run.session, run=run_id, sentence=sentence, spent=paid)
        await uow.outbox.post(update, run, snapshot.session)
        await _show_spared(uow, snapshot)
        await post_progress(uow, snapshot, sentence, phase="failed")
    ctx.nudge()


async def _show_spared(uow: UnitOfWork, snapshot: Snapshot) -> None:
    """Without a closing post the best of the rounds that a thread was spared is shown by itself."""
    rows = await uow.outbox.of_session(snapshot.session.id)
    mine = [row.update for row in rows if row.run == snapshot.run.id]
    rounds = [each for each in mine if isinstance(each, IterationFinished) and each.quiet]
    if rounds:
        best = next((each for each in reversed(rounds) if each.won), rounds[-1])
        shown = replace(best, quiet=False, again="end")
        await uow.outbox.post(shown, snapshot.run, snapshot.session)


async def post_cancelled(uow: UnitOfWork, run: RunRecord, reason: str) -> None:
    """Tells that a run ended before it began."""
    session = await uow.sessions.get(run.session)
    if session is not None:
        snapshot = Snapshot(run, session, ())
        await post_progress(uow, snapshot, reason, phase="stopped")
