"""What a run holds back of its person's day, and what it gives back: dollars and images, both always."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from core.domain.call_key import StepName
from core.domain.commands import Place
from core.domain.ledger import UNLIMITED, LedgerRow, Limits, ServerDay, booked, entry, reserved
from core.domain.records import CallRow, CallState, RunRecord
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext

N = TypeVar("N", int, Decimal)
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
    """How many more images a run may buy: what it holds, and what its person's day and its server's
    have left. The
    calls of `step` itself are not counted: a step done once more finds what it found."""
    day, session = run.created.date(), await uow.sessions.get(run.session)
    used = (await uow.ledger.usage(day, run.actor)).images
    left = max(0, ctx.limits.images_per_user_per_day - used)
    if session is not None:
        server = (await server_day(uow, ctx.limits, session.place, day)).images_left
        left = left if server is None else min(left, server)
    return await _held(uow, run, step) + left


async def server_day(uow: UnitOfWork, limits: Limits, home: Place, day: date) -> ServerDay:
    """A server's day against its limits: the stricter of the operator's and its admins' own."""
    own = await uow.servers.settings(home.platform, home.tenant)
    images = _stricter(own.images_per_day or 0, limits.images_per_server_per_day)
    usd = _stricter(own.usd_per_day or Decimal(0), limits.usd_per_server_per_day)
    if not images and not usd:
        return UNLIMITED
    return ServerDay(await uow.ledger.usage(day, home=home), images, usd)


def _stricter(a: N, b: N) -> N:
    """0 is no limit."""
    return min(a, b) if a and b else a or b


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
