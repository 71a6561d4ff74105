"""Calls: what was paid for, with its answer."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import call_codec, from_nano, stamp, to_nano, why
from adapters.storage.dialect import insert_once
from core.domain.commands import Actor
from core.domain.records import CallRow, CallState

log = logging.getLogger(__name__)
NEWER = "A newer version of the program made this call; its answer can't be read here."


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
        row = (await self._c.execute(select(t.calls).where(t.calls.c.key == key))).first()
        return _row(row) if row else None

    async def save(self, row: CallRow) -> None:
        await self._c.execute(update(t.calls).where(t.calls.c.key == row.key).values(_call(row)))

    async def of_run(self, run: str) -> Sequence[CallRow]:
        query = select(t.calls).where(t.calls.c.run == run)
        rows = await self._c.execute(query.order_by(t.calls.c.begun, t.calls.c.key))
        return [_row(row) for row in rows]

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

    async def refusals(self, actor: Actor, since: datetime) -> int:
        mine = select(t.runs.c.id).where(
            t.runs.c.platform == actor.platform, t.runs.c.actor == actor.id
        )
        query = select(func.count(func.distinct(t.calls.c.run))).where(
            t.calls.c.run.in_(mine),
            t.calls.c.kind == "paint",
            t.calls.c.state == CallState.REFUSED.value,
            t.calls.c.begun >= stamp(since),
        )
        return int((await self._c.execute(query)).scalar() or 0)


def _row(row: Row[Any]) -> CallRow:
    """The call as it was stored. One that another version made in its own way is a call of unknown
    outcome: what it cost counts, what it brought is asked for anew."""
    try:
        return call_codec.load(row.payload)
    except ValueError as exc:
        log.warning("call %s is quarantined: %s", row.key, why(exc))
    begun = datetime.fromisoformat(row.begun)
    return CallRow(
        key=row.key,
        run=row.run,
        kind=row.kind,
        model=row.model,
        state=CallState.UNKNOWN,
        by="",
        begun=begun,
        ended=begun,
        usd=from_nano(row.usd_nano),
        fault="doubt",
        error=NEWER,
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
