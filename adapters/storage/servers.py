"""What belongs to a server as a whole: its settings, and its leaving."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import session_codec, settings_codec, stamp
from adapters.storage.dialect import upsert
from adapters.storage.forgetting import Forgetting
from adapters.storage.purging import One, ServerPurge, Theirs, named
from adapters.storage.redaction import Redaction
from core.domain.access import NOBODY
from core.domain.records import OPEN, Session
from core.domain.settings import ServerSettings
from core.ports.repositories import Purged


class ServerRows:
    """Settings and purges."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def settings(self, platform: str, tenant: str) -> ServerSettings:
        query = select(t.servers.c.payload).where(
            t.servers.c.platform == platform, t.servers.c.tenant == tenant
        )
        text = (await self._c.execute(query)).scalar()
        return settings_codec.load(text) if text else ServerSettings()

    async def save_settings(self, platform: str, tenant: str, settings: ServerSettings) -> None:
        values = {
            "platform": platform,
            "tenant": tenant,
            "payload": settings_codec.dump(settings),
        }
        await upsert(self._c, t.servers, values, ["platform", "tenant"])

    async def purge(self, platform: str, tenant: str) -> Purged:
        pictures, calls = await ServerPurge(self._c, Theirs(platform, tenant)).purge()
        return Purged(tuple(sorted(pictures)), tuple(calls))

    async def forget(self, platform: str, person: str) -> Purged:
        pictures, calls = await Forgetting(self._c, platform, person).forget()
        return Purged(tuple(sorted(pictures)), tuple(calls))

    async def outdated(
        self, platform: str, tenant: str, before: datetime, most: int
    ) -> Sequence[Session]:
        theirs = Theirs(platform, tenant)
        starred = select(t.stars.c.session)
        picked = select(t.runs.c.session).where(t.runs.c.payload.contains('"command_key":"pick:'))
        busy = select(t.runs.c.session).where(
            or_(t.runs.c.created >= stamp(before), t.runs.c.status.in_(sorted(OPEN)))
        )
        query = (
            select(t.sessions.c.payload)
            .where(
                t.sessions.c.id.in_(theirs.sessions),
                t.sessions.c.owner != NOBODY,
                t.sessions.c.created < stamp(before),
                t.sessions.c.id.not_in(starred),
                t.sessions.c.id.not_in(picked),
                t.sessions.c.id.not_in(busy),
            )
            .order_by(t.sessions.c.created)
            .limit(most)
        )
        return [session_codec.load(text) for text in (await self._c.execute(query)).scalars()]

    async def worded(self, platform: str, tenant: str, most: int) -> Sequence[Session]:
        return await Redaction(self._c).due(Theirs(platform, tenant), most)

    async def blank(self, session: Session) -> Sequence[str]:
        return await Redaction(self._c).blank(session)

    async def all_settings(self) -> Sequence[tuple[str, str, ServerSettings]]:
        rows = await self._c.execute(select(t.servers))
        return [(row.platform, row.tenant, settings_codec.load(row.payload)) for row in rows]

    async def purge_session(self, session: Session) -> Purged:
        owner = session.owner
        one = One(owner.platform, owner.tenant, session.id)
        pictures, calls = await ServerPurge(self._c, one).purge()
        return Purged(tuple(sorted(pictures)), tuple(calls))

    async def unused(self, images: Collection[str]) -> Sequence[str]:
        return sorted(set(images) - await named(self._c, None))

    async def flag(self, name: str) -> str:
        query = select(t.flags.c.value).where(t.flags.c.name == name)
        return (await self._c.execute(query)).scalar() or ""

    async def set_flag(self, name: str, value: str) -> None:
        await upsert(self._c, t.flags, {"name": name, "value": value}, ["name"])
