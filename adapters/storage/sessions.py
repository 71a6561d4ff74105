"""Sessions: one request and all that grows from it."""

from collections.abc import Sequence

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import session_codec, stamp
from adapters.storage.dialect import changed, one_of
from core.domain.commands import Actor
from core.domain.records import Session


class SessionRows:
    """Implements `core.ports.repositories.Sessions`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def add(self, session: Session) -> None:
        await self._c.execute(insert(t.sessions).values(_session(session)))

    async def get(self, id: str) -> Session | None:
        query = select(t.sessions.c.payload).where(t.sessions.c.id == id)
        text = (await self._c.execute(query)).scalar()
        return session_codec.load(text) if text else None

    async def save(self, session: Session) -> None:
        values = changed(_session(session))
        await self._c.execute(
            update(t.sessions).where(t.sessions.c.id == session.id).values(values)
        )

    async def of_actor(self, actor: Actor, limit: int = 25) -> Sequence[Session]:
        of, others = t.sessions.c, actor.known[1:]
        here = (of.platform == actor.platform) & (of.tenant == actor.tenant)
        mine = here & (of.owner == actor.id)
        if others:  # at their other doors wherever they are
            mine = or_(mine, one_of(of.platform, of.owner, others))
        query = select(t.sessions.c.payload).where(mine).order_by(t.sessions.c.created.desc())
        rows = (await self._c.execute(query.limit(limit))).scalars()
        return session_codec.load_all(rows)

    async def of_person(self, platform: str, person: str) -> Sequence[Session]:
        mine = (t.sessions.c.platform == platform) & (t.sessions.c.owner == person)
        query = select(t.sessions.c.payload).where(mine).order_by(t.sessions.c.created.desc())
        return session_codec.load_all((await self._c.execute(query)).scalars())

    async def in_channel(self, platform: str, channel: str, limit: int = 25) -> Sequence[Session]:
        here = (t.sessions.c.platform == platform) & (t.sessions.c.channel == channel)
        query = select(t.sessions.c.payload).where(here).order_by(t.sessions.c.created.desc())
        rows = (await self._c.execute(query.limit(limit))).scalars()
        return session_codec.load_all(rows)

    async def in_thread(self, platform: str, channel: str, thread: str) -> Session | None:
        here = (
            (t.sessions.c.platform == platform)
            & (t.sessions.c.channel == channel)
            & (t.sessions.c.thread == thread)
        )
        query = select(t.sessions.c.payload).where(here).order_by(t.sessions.c.created.desc())
        text = (await self._c.execute(query.limit(1))).scalar()
        return session_codec.load(text) if text else None


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
