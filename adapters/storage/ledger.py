"""The ledger: what is booked to whom."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import from_nano, stamp, to_nano
from adapters.storage.dialect import insert_once
from core.domain.commands import Actor, Place
from core.domain.ledger import LedgerRow, Usage


class LedgerRows:
    """Implements `core.ports.repositories.Ledger`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def book(self, row: LedgerRow) -> bool:
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
        return await insert_once(self._c, t.ledger, values, ["call", "kind"])

    async def of_run(self, run: str) -> Sequence[LedgerRow]:
        query = select(t.ledger).where(t.ledger.c.run == run).order_by(t.ledger.c.id)
        return [_entry(row) for row in await self._c.execute(query)]

    async def usage(
        self, day: date, actor: Actor | None = None, *, home: Place | None = None
    ) -> Usage:
        runs = _use_of_runs(day, actor, home).subquery()

        def total(what: str) -> ColumnElement[int]:
            booked, reserved = runs.c[f"booked_{what}"], runs.c[f"reserved_{what}"]
            is_over = or_(runs.c.released == 1, booked >= reserved)
            return func.coalesce(func.sum(case((is_over, booked), else_=reserved)), 0)

        images, nano = (await self._c.execute(select(total("images"), total("usd")))).one()
        return Usage(int(images), from_nano(int(nano)) or Decimal(0))


def _use_of_runs(
    day: date, actor: Actor | None, home: Place | None
) -> Select[Any, Any, Any, Any, Any]:
    """One row a run: what is booked, what is reserved, and whether the rest was released."""
    row, settlement = t.ledger, t.ledger.alias()
    settled = exists().where(settlement.c.call == row.c.call, settlement.c.kind == "settle")
    is_booked = or_(row.c.kind == "settle", and_(row.c.kind == "unknown", ~settled))
    is_reserved = row.c.kind == "reserve"

    def summed(condition: ColumnElement[bool], column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.sum(case((condition, func.coalesce(column, 0)), else_=0))

    query = select(
        summed(is_booked, row.c.images).label("booked_images"),
        summed(is_booked, row.c.usd_nano).label("booked_usd"),
        summed(is_reserved, row.c.images).label("reserved_images"),
        summed(is_reserved, row.c.usd_nano).label("reserved_usd"),
        func.max(case((row.c.kind == "release", 1), else_=0)).label("released"),
    ).where(row.c.day == day.isoformat())
    if actor is not None:
        query = query.where(row.c.platform == actor.platform, row.c.actor == actor.id)
    if home is not None:
        there = select(t.runs.c.id).join(t.sessions, t.sessions.c.id == t.runs.c.session)
        here = (t.sessions.c.platform == home.platform) & (t.sessions.c.tenant == home.tenant)
        query = query.where(row.c.run.in_(there.where(here)))
    return query.group_by(row.c.run)


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
