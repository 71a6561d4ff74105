"""Sessions, runs and iterations."""

from collections.abc import Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import iteration_codec, run_codec, session_codec, stamp
from adapters.storage.dialect import insert_once
from core.domain.commands import Actor
from core.domain.records import OPEN, Iteration, RunRecord, RunStatus, Session


class TreeRows:
    """The session tree; append-only but for what judging and people add to a node."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def add_session(self, session: Session) -> None:
        await self._c.execute(insert(t.sessions).values(_session(session)))

    async def session(self, id: str) -> Session | None:
        query = select(t.sessions.c.payload).where(t.sessions.c.id == id)
        text = (await self._c.execute(query)).scalar()
        return session_codec.load(text) if text else None

    async def save_session(self, session: Session) -> None:
        values = _session(session)
        await self._c.execute(
            update(t.sessions).where(t.sessions.c.id == session.id).values(values)
        )

    async def sessions_of(self, actor: Actor, limit: int = 25) -> Sequence[Session]:
        mine = (
            (t.sessions.c.platform == actor.platform)
            & (t.sessions.c.tenant == actor.tenant)
            & (t.sessions.c.owner == actor.id)
        )
        query = select(t.sessions.c.payload).where(mine).order_by(t.sessions.c.created.desc())
        rows = (await self._c.execute(query.limit(limit))).scalars()
        return [session_codec.load(text) for text in rows]

    async def sessions_in(self, platform: str, channel: str, limit: int = 25) -> Sequence[Session]:
        here = (t.sessions.c.platform == platform) & (t.sessions.c.channel == channel)
        query = select(t.sessions.c.payload).where(here).order_by(t.sessions.c.created.desc())
        rows = (await self._c.execute(query.limit(limit))).scalars()
        return [session_codec.load(text) for text in rows]

    async def session_in(self, platform: str, channel: str, thread: str) -> Session | None:
        here = (
            (t.sessions.c.platform == platform)
            & (t.sessions.c.channel == channel)
            & (t.sessions.c.thread == thread)
        )
        query = select(t.sessions.c.payload).where(here).order_by(t.sessions.c.created.desc())
        text = (await self._c.execute(query.limit(1))).scalar()
        return session_codec.load(text) if text else None

    async def add_run(self, run: RunRecord) -> bool:
        return await insert_once(self._c, t.runs, _run(run), ["id"])

    async def run(self, id: str) -> RunRecord | None:
        text = (await self._c.execute(select(t.runs.c.payload).where(t.runs.c.id == id))).scalar()
        return run_codec.load(text) if text else None

    async def save_run(self, run: RunRecord) -> None:
        await self._c.execute(update(t.runs).where(t.runs.c.id == run.id).values(_run(run)))

    async def runs_of_session(self, session: str) -> Sequence[RunRecord]:
        query = select(t.runs.c.payload).where(t.runs.c.session == session)
        rows = (await self._c.execute(query.order_by(t.runs.c.created, t.runs.c.id))).scalars()
        return [run_codec.load(text) for text in rows]

    async def runs_in(self, statuses: Sequence[RunStatus]) -> Sequence[RunRecord]:
        wanted = [status.value for status in statuses]
        query = select(t.runs.c.payload).where(t.runs.c.status.in_(wanted))
        rows = (await self._c.execute(query.order_by(t.runs.c.created))).scalars()
        return [run_codec.load(text) for text in rows]

    async def open_runs(self, actor: Actor) -> int:
        query = select(func.count()).where(
            t.runs.c.status.in_([status.value for status in OPEN]),
            t.runs.c.platform == actor.platform,
            t.runs.c.tenant == actor.tenant,
            t.runs.c.actor == actor.id,
        )
        return int((await self._c.execute(query)).scalar_one())

    async def add_iteration(self, iteration: Iteration) -> bool:
        return await insert_once(self._c, t.iterations, _iteration(iteration), ["id"])

    async def iteration(self, id: str) -> Iteration | None:
        query = select(t.iterations.c.payload).where(t.iterations.c.id == id)
        text = (await self._c.execute(query)).scalar()
        return iteration_codec.load(text) if text else None

    async def save_iteration(self, iteration: Iteration) -> None:
        changed = update(t.iterations).where(t.iterations.c.id == iteration.id)
        await self._c.execute(changed.values(_iteration(iteration)))

    async def iterations(self, session: str) -> Sequence[Iteration]:
        query = select(t.iterations.c.payload).where(t.iterations.c.session == session)
        rows = (await self._c.execute(query.order_by(t.iterations.c.ord))).scalars()
        return [iteration_codec.load(text) for text in rows]


def _session(session: Session) -> dict[str, object]:
    return {
        "id": session.id,
        "platform": session.owner.platform,
        "tenant": session.owner.tenant,
        "owner": session.owner.id,
        "channel": session.place.channel,
        "thread": session.thread,
        "created": stamp(session.created),
        "payload": session_codec.dump(session),
    }


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


def _iteration(iteration: Iteration) -> dict[str, object]:
    return {
        "id": iteration.id,
        "session": iteration.session,
        "run": iteration.run,
        "payload": iteration_codec.dump(iteration),
    }
