"""The figures of an installation, counted from its rows."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import from_nano, stamp
from core.ports.figures import Counts, OfCalls


class FigureRows:
    """Implements `core.ports.figures.Figures`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def counts(self) -> Counts:
        runs, box = t.runs.c, t.outbox.c
        by_status = select(runs.status, func.count()).group_by(runs.status)
        waiting = select(func.count()).select_from(t.inbox).where(t.inbox.c.state == "new")
        unsent = (
            select(box.platform, box.state, func.count())
            .where(box.state != "sent")
            .group_by(box.platform, box.state)
        )
        aside = select(func.count()).select_from(t.outbox)
        aside = aside.where(box.state == "parked", box.since.is_not(None))
        rounds = select(func.count()).select_from(t.iterations)
        return Counts(
            runs=[(row[0], row[1]) for row in await self._c.execute(by_status)],
            rounds=(await self._c.execute(rounds)).scalar_one(),
            calls=await self._calls(),
            waiting=(await self._c.execute(waiting)).scalar_one(),
            set_aside=(await self._c.execute(aside)).scalar_one(),
            outbox=[(row[0], row[1], row[2]) for row in await self._c.execute(unsent)],
        )

    async def lately(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        calls, found = t.calls.c, dict[str, dict[str, int]]()
        query = select(calls.model, calls.state, func.count())
        query = query.where(calls.begun >= stamp(since)).group_by(calls.model, calls.state)
        for model, state, number in await self._c.execute(query):
            found.setdefault(model, {})[state] = number
        return found

    async def _calls(self) -> list[OfCalls]:
        calls = t.calls.c
        query = select(
            calls.model,
            calls.kind,
            calls.state,
            func.count().label("count"),
            func.sum(func.coalesce(calls.seconds, 0)).label("seconds"),
            func.sum(func.coalesce(calls.usd_nano, 0)).label("nano"),
        ).group_by(calls.model, calls.kind, calls.state)
        return [
            OfCalls(
                model=row.model,
                kind=row.kind,
                state=row.state,
                count=row[3],
                seconds=float(row.seconds),
                usd=from_nano(int(row.nano)) or Decimal(0),
            )
            for row in await self._c.execute(query)
        ]
