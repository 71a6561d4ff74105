"""The ledger: what is booked to whom."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import from_nano, run_codec, stamp, to_nano
from adapters.storage.dialect import insert_once, one_of
from core.domain.budgets import Usage
from core.domain.commands import Actor, Place
from core.domain.ledger import LedgerRow


class LedgerRows:
    """Implements `core.ports.repositories.Ledger`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def book(self, row: LedgerRow) -> bool:
        """What the run counts is brought up to date with it."""
        values = {
            "run": row.run,
            "call": row.call,
            "kind": row.kind,
            "images": row.images,
            "usd_nano": to_nano(row.usd),
            "at": stamp(row.at),
            "day": row.day.isoformat(),
            "platform": row.platform,
            "tenant": row.tenant,
            "actor": row.actor,
        }
        booked = await insert_once(self._c, t.ledger, values, ["call", "kind"])
        if booked:
            await self._count(row)
        return booked

    async def _count(self, row: LedgerRow) -> None:
        if row.kind == "reserve" and row.call == row.run:  # a run's first
            counts = {"images": row.images, "usd_nano": to_nano(row.usd) or 0}
            values = await self._whose(row) | counts
            if await insert_once(self._c, t.holdings, values, ["run"]):
                return
        images, nano = (await self._c.execute(_counts(row.run))).one()
        counts = {"images": int(images), "usd_nano": int(nano)}
        changed = update(t.holdings).where(t.holdings.c.run == row.run).values(counts)
        if (await self._c.execute(changed)).rowcount == 0:
            await self._c.execute(insert(t.holdings).values(await self._whose(row) | counts))

    async def _whose(self, row: LedgerRow) -> dict[str, str]:
        """Whom a run counts for: its person with the roles they had, the place where it lives."""
        query = (
            select(t.runs.c.created, t.runs.c.payload, t.sessions.c.tenant, t.sessions.c.channel)
            .join(t.sessions, t.sessions.c.id == t.runs.c.session)
            .where(t.runs.c.id == row.run)
        )
        run = (await self._c.execute(query)).one()
        roles = run_codec.load(run.payload).actor.roles
        return {
            "run": row.run,
            "at": run.created,
            "day": row.day.isoformat(),
            "platform": row.platform,
            "tenant": run.tenant,
            "actor": row.actor,
            "channel": run.channel,
            "roles": f"|{'|'.join(roles)}|" if roles else "",
        }

    async def of_run(self, run: str) -> Sequence[LedgerRow]:
        query = select(t.ledger).where(t.ledger.c.run == run).order_by(t.ledger.c.id)
        return [_entry(row) for row in await self._c.execute(query)]

    async def of_person(self, actor: Actor) -> Sequence[LedgerRow]:
        mine = (t.ledger.c.platform == actor.platform) & (t.ledger.c.actor == actor.id)
        query = select(t.ledger).where(mine).order_by(t.ledger.c.id)
        return [_entry(row) for row in await self._c.execute(query)]

    async def usage(
        self, day: date, actor: Actor | None = None, *, home: Place | None = None
    ) -> Usage:
        held = t.holdings.c
        query = select(
            func.coalesce(func.sum(held.images), 0), func.coalesce(func.sum(held.usd_nano), 0)
        ).where(held.day == day.isoformat())
        if actor is not None:
            mine = one_of(held.platform, held.actor, actor.known)
            query = query.where(mine, held.grant_id == "")
        if home is not None:
            query = query.where(held.tenant == home.tenant)
            if not home.tenant:  # a server's name is its own over all platforms, none is not
                query = query.where(held.platform == home.platform)
        images, nano = (await self._c.execute(query)).one()
        return Usage(int(images), from_nano(int(nano)) or Decimal(0))


def _counts(run: str) -> Select[int, int]:
    """What a run counts: the bookings if the rest was released, else the larger of reservation and
    bookings; of one call with both `unknown` and a later `settle`, the settle."""
    row, settlement = t.ledger, t.ledger.alias()
    settled = exists().where(settlement.c.call == row.c.call, settlement.c.kind == "settle")
    is_booked = or_(row.c.kind == "settle", and_(row.c.kind == "unknown", ~settled))
    is_reserved = row.c.kind == "reserve"

    def summed(condition: ColumnElement[bool], column: ColumnElement[Any]) -> ColumnElement[int]:
        return func.sum(case((condition, func.coalesce(column, 0)), else_=0))

    released = func.max(case((row.c.kind == "release", 1), else_=0))

    def counts(column: ColumnElement[Any]) -> ColumnElement[int]:
        booked, reserved = summed(is_booked, column), summed(is_reserved, column)
        return case((or_(released == 1, booked >= reserved), booked), else_=reserved)

    return select(counts(row.c.images), counts(row.c.usd_nano)).where(row.c.run == run)


def _entry(row: Row[Any]) -> LedgerRow:
    return LedgerRow(
        run=row.run,
        call=row.call,
        kind=row.kind,
        images=row.images,
        usd=from_nano(row.usd_nano),
        at=datetime.fromisoformat(row.at),
        day=date.fromisoformat(row.day),
        platform=row.platform,
        tenant=row.tenant,
        actor=row.actor,
    )
