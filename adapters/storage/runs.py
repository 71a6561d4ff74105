"""Runs, and what people say to them while they go."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import run_codec, signal_codec, stamp
from adapters.storage.dialect import changed, insert_once, one_of
from core.domain.commands import Actor
from core.domain.records import OPEN, RunRecord, RunStatus, Signal


class RunRows:
    """Implements `core.ports.repositories.Runs`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def add(self, run: RunRecord) -> bool:
        return await insert_once(self._c, t.runs, _run(run), ["id"])

    async def get(self, id: str) -> RunRecord | None:
        text = (await self._c.execute(select(t.runs.c.payload).where(t.runs.c.id == id))).scalar()
        return run_codec.load(text) if text else None

    async def save(self, run: RunRecord) -> None:
        stands = await self.get(run.id)
        if stands is None:
            return
        run = replace(
            run,
            status=stands.status,
            reason=stands.reason,
            started=stands.started,
            ended=stands.ended,
        )
        await self._c.execute(
            update(t.runs).where(t.runs.c.id == run.id).values(changed(_run(run)))
        )

    async def transition(
        self,
        id: str,
        expected: Collection[RunStatus],
        new: RunStatus,
        *,
        reason: str = "",
        at: datetime | None = None,
    ) -> RunRecord | None:
        run = await self.get(id)
        if run is None or run.status not in expected:
            return None
        after = replace(run, status=new, reason=reason or run.reason)
        if new is RunStatus.RUNNING:
            after = replace(after, started=run.started or at)
        elif new not in OPEN:
            after = replace(after, ended=run.ended or at)
        values = changed(_run(after))
        stands = (t.runs.c.id == id) & (t.runs.c.status == run.status.value)
        result = await self._c.execute(update(t.runs).where(stands).values(values))
        return after if result.rowcount == 1 else None

    async def of_session(self, session: str) -> Sequence[RunRecord]:
        query = select(t.runs.c.payload).where(t.runs.c.session == session)
        rows = (await self._c.execute(query.order_by(t.runs.c.created, t.runs.c.id))).scalars()
        return run_codec.load_all(rows)

    async def with_status(self, statuses: Collection[RunStatus]) -> Sequence[RunRecord]:
        wanted = [status.value for status in statuses]
        query = select(t.runs.c.payload).where(t.runs.c.status.in_(wanted))
        rows = (await self._c.execute(query.order_by(t.runs.c.created))).scalars()
        return run_codec.load_all(rows)

    async def open_count(self, actor: Actor) -> int:
        query = select(func.count()).where(
            t.runs.c.status.in_([status.value for status in OPEN]),
            one_of(t.runs.c.platform, t.runs.c.actor, actor.known),
        )
        return int((await self._c.execute(query)).scalar_one())

    async def add_signal(self, signal: Signal) -> None:
        values = {"run": signal.run, "payload": signal_codec.dump(signal)}
        await self._c.execute(insert(t.signals).values(values))

    async def signals(self, run: str) -> Sequence[Signal]:
        query = select(t.signals.c.payload).where(t.signals.c.run == run).order_by(t.signals.c.id)
        return signal_codec.load_all((await self._c.execute(query)).scalars())


def _run(run: RunRecord) -> dict[str, object]:
    return {
        "id": run.id,
        "session": run.session,
        "status": run.status.value,
        "platform": run.actor.platform,
        "tenant": run.actor.tenant,
        "actor": run.actor.id,
        "created": stamp(run.created),
        "payload": run_codec.dump(run),
    }
