"""Starred images, and images by their words."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import iteration_codec, stamp
from adapters.storage.dialect import insert_once
from core.domain.commands import Actor
from core.domain.records import Iteration

KEY = ("iteration", "platform", "person")


class StarRows:
    """Implements `core.ports.looking.Stars`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def star(self, actor: Actor, session: str, iteration: str, at: datetime) -> None:
        values = {
            "iteration": iteration,
            "platform": actor.platform,
            "person": actor.id,
            "session": session,
            "at": stamp(at),
        }
        await insert_once(self._c, t.stars, values, KEY)

    async def unstar(self, actor: Actor, iteration: str) -> None:
        of = t.stars.c
        mine = (of.iteration == iteration) & or_(
            *((of.platform == platform) & (of.person == id) for platform, id in actor.known)
        )
        await self._c.execute(delete(t.stars).where(mine))

    async def of_session(self, session: str) -> Sequence[tuple[str, str, str]]:
        of = t.stars.c
        query = select(of.iteration, of.platform, of.person).where(of.session == session)
        return [(row[0], row[1], row[2]) for row in await self._c.execute(query)]

    async def in_channel(
        self, platform: str, tenant: str, channel: str, limit: int
    ) -> Sequence[Iteration]:
        """Those that somebody starred, and those that somebody went on from by a star."""
        here = select(t.sessions.c.id).where(
            t.sessions.c.platform == platform,
            t.sessions.c.tenant == tenant,
            t.sessions.c.channel == channel,
        )
        starred = select(t.stars.c.iteration).where(t.stars.c.session.in_(here))
        nodes = t.iterations.c
        query = select(nodes.payload).where(nodes.session.in_(here), nodes.id.in_(starred))
        rows = (await self._c.execute(query.order_by(nodes.ord.desc()).limit(limit))).scalars()
        return [node for node in iteration_codec.load_all(rows) if not node.discarded]

    async def search(
        self, sessions: Sequence[str], words: Sequence[str], limit: int
    ) -> Sequence[Iteration]:
        nodes = t.iterations.c
        query = select(nodes.payload).where(nodes.session.in_(sessions))
        for word in words:
            written = json.dumps(word, ensure_ascii=False)[1:-1]
            if written.isascii():  # of others a database does not know what is a capital
                query = query.where(nodes.payload.icontains(written, autoescape=True))
        rows = (await self._c.execute(query.order_by(nodes.ord.desc()).limit(limit))).scalars()
        return iteration_codec.load_all(rows)
