"""Calls and the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import call_codec, from_nano, stamp, to_nano
from adapters.storage.dialect import insert_once
from core.commands import Actor
from core.ledger import LedgerRow, Usage
from core.session import CallRow, CallState


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
        query = select(t.ledger).where(t.ledger.c.day == day.isoformat())
        if actor is not None:
            query = query.where(
                t.ledger.c.platform == actor.platform,
                t.ledger.c.tenant == actor.tenant,
                t.ledger.c.actor == actor.id,
            )
        by_run: dict[str, list[LedgerRow]] = defaultdict(list)
        for row in await self._c.execute(query):
            entry = _entry(row)
            by_run[entry.run].append(entry)
        images, usd = 0, Decimal(0)
        for entries in by_run.values():
            used = _used(entries)
            images, usd = images + used.images, usd + used.usd
        return Usage(images, usd)


def _used(entries: Iterable[LedgerRow]) -> Usage:
    """One run: its bookings if it is over, else the larger of reservation and bookings."""
    rows = list(entries)
    settled = {row.call for row in rows if row.kind == "settle"}
    booked = [
        row
        for row in rows
        if row.kind == "settle" or (row.kind == "unknown" and row.call not in settled)
    ]
    images = sum(row.images for row in booked)
    usd = sum((row.usd or Decimal(0) for row in booked), Decimal(0))
    if any(row.kind == "release" for row in rows):
        return Usage(images, usd)
    reserved = [row for row in rows if row.kind == "reserve"]
    return Usage(
        max(images, sum(row.images for row in reserved)),
        max(usd, sum((row.usd or Decimal(0) for row in reserved), Decimal(0))),
    )


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
