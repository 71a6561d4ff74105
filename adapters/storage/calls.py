"""Calls: what was paid for, with its answer."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import call_codec, stamp, to_nano
from adapters.storage.dialect import insert_once
from core.domain.records import CallRow, CallState


class CallRows:
    """Implements `core.ports.repositories.Calls`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def begin(self, row: CallRow) -> CallRow:
        if await insert_once(self._c, t.calls, _call(row), ["key"]):
            return row
        found = await self.get(row.key)
        return found or row

    async def get(self, key: str) -> CallRow | None:
        text = (
            await self._c.execute(select(t.calls.c.payload).where(t.calls.c.key == key))
        ).scalar()
        return call_codec.load(text) if text else None

    async def save(self, row: CallRow) -> None:
        await self._c.execute(update(t.calls).where(t.calls.c.key == row.key).values(_call(row)))

    async def of_run(self, run: str) -> Sequence[CallRow]:
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
