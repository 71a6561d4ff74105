"""What a run holds back of its person's day, and what it gives back: dollars and images, both always."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from core.domain.call_key import StepName
from core.domain.ledger import LedgerRow, booked, entry, reserved
from core.domain.records import CallRow, CallState, RunRecord
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.standing import standing

BOUGHT = (CallState.BEGUN, CallState.DONE, CallState.UNKNOWN)


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


def held_back(rows: Sequence[LedgerRow]) -> Decimal:
    """The dollars that a run still holds of its reservation."""
    left = _left(rows)
    return left[1] if left and not any(row.kind == "release" for row in rows) else Decimal(0)


def _left(rows: Sequence[LedgerRow]) -> tuple[int, Decimal] | None:
    if not any(row.kind == "reserve" for row in rows):
        return None
    if ended := next((row for row in rows if row.kind == "release"), None):
        return ended.images, ended.usd or Decimal(0)
    held, spent = reserved(rows), booked(rows)
    return max(0, held.images - spent.images), max(Decimal(0), held.usd - spent.usd)


async def images_left(ctx: RunContext, uow: UnitOfWork, run: RunRecord, step: str = "") -> int:
    """How many more images a run may buy: what it holds, and what all limits have left. The calls of
    `step` itself are not counted: a step done once more finds what it found."""
    session = await uow.sessions.get(run.session)
    home = session.place if session else run.place
    stands = await standing(uow, ctx.limits, run.actor, home, run.created)
    return await _held(uow, run, step) + stands.images_left(await uow.budgets.drawn(run.id))


async def hold_images(ctx: RunContext, run: RunRecord, step: str, wanted: int) -> int:
    """How many of `wanted` images this step may buy. Where one was lost on the way (it may have been
    made, nobody knows) more is taken from the day, while it has some: what is booked
    never exceeds what is held, what is held never exceeds the day. Of a run whose pictures are not
    rationed all may be made."""
    if not run.plan.rationed:
        return wanted
    async with ctx.store.write() as uow:
        begun = sum(_of(row, step) for row in await uow.calls.of_run(run.id))
        may = max(begun, min(wanted, await images_left(ctx, uow, run, step)))
        more = may - await _held(uow, run, step)
        if more > 0:
            key, now = f"{run.id}/{step}", ctx.clock()
            row = entry(
                run.actor,
                run.id,
                run.created,
                call=key,
                kind="reserve",
                images=more,
                usd=Decimal(0),
                at=now,
            )
            await uow.ledger.book(row)
    return may


async def _held(uow: UnitOfWork, run: RunRecord, step: str) -> int:
    """Images that are held and not bought by other steps."""
    rows = await uow.calls.of_run(run.id)
    bought = [row for row in rows if row.state in BOUGHT and not _of(row, step)]
    held = reserved(await uow.ledger.of_run(run.id)).images
    return held - sum(row.images for row in bought)


def _of(row: CallRow, step: str) -> bool:
    return bool(step) and row.name.step == StepName(step)
