"""Calls and the ledger."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import call_codec, from_nano, stamp, to_nano
from adapters.storage.dialect import insert_once
from core.domain.commands import Actor
from core.domain.ledger import LedgerRow, Usage
from core.domain.records import CallRow, CallState


class MoneyRows:
    """What was paid for, and what is booked to whom."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def begin_call(self, row: CallRow) -> CallRow:
        if await insert_once(self._c, t.calls, _call(row), ["key"]):
            return row
        found = await self.call(row.key)
        return found or row

    async def call(self, key: str) -> CallRow | None:
        text = (
            await self._c.execute(select(t.calls.c.payload).where(t.calls.c.key == key))
        ).scalar()
        return call_codec.load(text) if text else None

    async def save_call(self, row: CallRow) -> None:
        await self._c.execute(update(t.calls).where(t.calls.c.key == row.key).values(_call(row)))

    async def calls_of_run(self, run: str) -> Sequence[CallRow]:
        query = select(t.calls.c.payload).where(t.calls.c.run == run)
        rows = (await self._c.execute(query.order_by(t.calls.c.begun, t.calls.c.key))).scalars()
        return [call_codec.load(text) for text in rows]

    async def mean_seconds(self, model: str, kind: str, last: int = 20) -> float | None:
        recent = (
            select(t.calls.c.seconds)
            .where(
                t.calls.c.model == model,
                t.calls.c.kind == kind,
                t.calls.c.state == CallState.DONE.value,
            )
            .order_by(t.calls.c.begun.desc())
            .limit(last)
            .subquery()
        )
        mean = (await self._c.execute(select(func.avg(recent.c.seconds)))).scalar()
        return None if mean is None else float(mean)

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

    async def ledger(self, run: str) -> Sequence[LedgerRow]:
        query = select(t.ledger).where(t.ledger.c.run == run).order_by(t.ledger.c.id)
        return [_entry(row) for row in await self._c.execute(query)]

    async def usage(self, day: date, actor: Actor | None = None) -> Usage:
        runs = _use_of_runs(day, actor).subquery()

        def total(what: str) -> ColumnElement[int]:
            booked, reserved = runs.c[f"booked_{what}"], runs.c[f"reserved_{what}"]
            is_over = or_(runs.c.released == 1, booked >= reserved)
            return func.coalesce(func.sum(case((is_over, booked), else_=reserved)), 0)

        images, nano = (await self._c.execute(select(total("images"), total("usd")))).one()
        return Usage(int(images), from_nano(int(nano)) or Decimal(0))


def _use_of_runs(day: date, actor: Actor | None) -> Select[Any, Any, Any, Any, Any]:
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
        query = query.where(
            row.c.platform == actor.platform,
            row.c.tenant == actor.tenant,
            row.c.actor == actor.id,
        )
    return query.group_by(row.c.run)


def _call(row: CallRow) -> dict[str, object]:
    seconds = (row.ended - row.begun).total_seconds() if row.ended else None
    return {
        "key": row.key,
        "run": row.run,
        "model": row.model,
        "kind": row.kind,
        "state": row.state.value,
        "begun": stamp(row.begun),
        "seconds": seconds,
        "usd_nano": to_nano(row.usd),
        "payload": call_codec.dump(row),
    }


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
