"""How a run ends: what is given back, what is posted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from core.domain.ledger import LedgerRow, entry
from core.domain.records import (
    RunRecord,
    RunStatus,
)
from core.domain.updates import Failed
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.progress import post_progress, spent
from core.runtime.snapshot import Snapshot, load


async def cancel(ctx: RunContext, uow: UnitOfWork, run: RunRecord, reason: str) -> None:
    """Ends a run that never began: everything reserved is given back."""
    now = ctx.clock()
    await release(uow, run, now)
    await end_run(uow, run, RunStatus.STOPPED, reason, now)
    await post_cancelled(uow, run, reason)


def owner_of(run: RunRecord) -> str:
    """The engine's name for who pays: runs of one person wait for each other, not for others."""
    return f"{run.actor.platform}:{run.actor.tenant}:{run.actor.id}"


async def release(uow: UnitOfWork, run: RunRecord, now: datetime) -> Decimal | None:
    """Books what the reservation has left; returns the dollars given back. Once per run."""
    rows = await uow.ledger.of_run(run.id)
    left = _left(rows)
    if left is None:
        return None
    images, usd = left
    row = entry(
        run.actor, run.id, run.created, call=run.id, kind="release", images=images, usd=usd, at=now
    )
    await uow.ledger.book(row)
    return usd


def _left(rows: Sequence[LedgerRow]) -> tuple[int, Decimal] | None:
    reserve = next((row for row in rows if row.kind == "reserve"), None)
    if reserve is None:
        return None
    if ended := next((row for row in rows if row.kind == "release"), None):
        return ended.images, ended.usd or Decimal(0)
    booked = [row for row in rows if row.kind in ("settle", "unknown")]
    images = reserve.images - sum(row.images for row in booked)
    usd = (reserve.usd or Decimal(0)) - sum((row.usd or Decimal(0) for row in booked), Decimal(0))
    return max(0, images), max(Decimal(0), usd)


async def end_run(
    uow: UnitOfWork, run: RunRecord, status: RunStatus, reason: str, now: datetime
) -> None:
    """Writes a run's end, and lets a pick be made again."""
    await uow.runs.save(replace(run, status=status, reason=reason, ended=run.ended or now))
    if run.command_key.startswith("pick:"):
        await uow.inbox.free_key(run.command_key, run.id)


async def fail(ctx: RunContext, run_id: str, sentence: str) -> None:
    """Ends a run that can't go on: what was painted is kept, the rest is given back."""
    snapshot = await load(ctx, run_id)
    async with ctx.store.write() as uow:
        run = await uow.runs.get(run_id) or snapshot.run
        await release(uow, run, ctx.clock())
        await end_run(uow, run, RunStatus.FAILED, sentence, ctx.clock())
        paid = spent(list(await uow.calls.of_run(run_id)))
        update = Failed(session=run.session, run=run_id, sentence=sentence, spent=paid)
        await uow.outbox.post(update, run, snapshot.session)
        await post_progress(uow, snapshot, sentence, phase="failed")
    ctx.nudge()


async def post_cancelled(uow: UnitOfWork, run: RunRecord, reason: str) -> None:
    """Tells that a run ended before it began."""
    session = await uow.sessions.get(run.session)
    if session is not None:
        snapshot = Snapshot(run, session, ())
        await post_progress(uow, snapshot, reason, phase="stopped")
