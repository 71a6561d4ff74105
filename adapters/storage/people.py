"""What a person prefers."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import preferences_codec, stamp
from adapters.storage.dialect import upsert
from core.domain.commands import Actor
from core.domain.preferences import Preferences


class PeopleRows:
    """Implements `core.ports.repositories.People`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def preferences(self, actor: Actor) -> Preferences:
        query = select(t.preferences.c.payload).where(
            t.preferences.c.platform == actor.platform, t.preferences.c.person == actor.id
        )
        text = (await self._c.execute(query)).scalar()
        return preferences_codec.load(text) if text else Preferences()

    async def save_preferences(self, actor: Actor, preferences: Preferences) -> None:
        values = {
            "platform": actor.platform,
            "person": actor.id,
            "tenant": actor.tenant,
            "payload": preferences_codec.dump(preferences),
        }
        await upsert(self._c, t.preferences, values, ["platform", "person"])

    async def vote(self, run: str, actor: Actor, iteration: str) -> None:
        values = {
            "run": run,
            "platform": actor.platform,
            "person": actor.id,
            "iteration": iteration,
        }
        await upsert(self._c, t.votes, values, ["run", "platform", "person"])

    async def votes(self, run: str) -> Mapping[str, int]:
        of = t.votes.c
        query = select(of.iteration, func.count()).where(of.run == run).group_by(of.iteration)
        return {row[0]: int(row[1]) for row in await self._c.execute(query)}

    async def also(self, actor: Actor) -> tuple[str, ...]:
        of, name = t.identities.c, await self._known_as(actor)
        if not name:
            return ()
        query = select(of.platform, of.person).where(of.known_as == name)
        rows = (await self._c.execute(query.order_by(of.platform, of.person))).all()
        mine = (actor.platform, actor.id)
        return tuple(f"{row[0]}:{row[1]}" for row in rows if (row[0], row[1]) != mine)

    async def _known_as(self, actor: Actor) -> str:
        of = t.identities.c
        query = select(of.known_as).where(of.platform == actor.platform, of.person == actor.id)
        return (await self._c.execute(query)).scalar() or ""

    async def link(self, one: Actor, other: Actor) -> None:
        name, of = uuid.uuid4().hex, t.identities.c
        was = [known for who in (one, other) if (known := await self._known_as(who))]
        await self._c.execute(
            update(t.identities).where(of.known_as.in_(was)).values(known_as=name)
        )
        for who in (one, other):
            values = {
                "platform": who.platform,
                "person": who.id,
                "tenant": who.tenant,
                "known_as": name,
            }
            await upsert(self._c, t.identities, values, ["platform", "person"])

    async def unlink(self, actor: Actor) -> bool:
        of, name = t.identities.c, await self._known_as(actor)
        mine = (of.platform == actor.platform) & (of.person == actor.id)
        await self._c.execute(delete(t.identities).where(mine))
        rest = select(func.count()).where(of.known_as == name)
        if name and (await self._c.execute(rest)).scalar_one() == 1:  # who is linked to nobody
            await self._c.execute(delete(t.identities).where(of.known_as == name))
        return bool(name)

    async def offer(self, hash: str, actor: Actor, until: datetime) -> None:
        codes = t.link_codes.c
        mine = (codes.platform == actor.platform) & (codes.person == actor.id)
        await self._c.execute(delete(t.link_codes).where(mine))
        values = {
            "hash": hash,
            "platform": actor.platform,
            "person": actor.id,
            "tenant": actor.tenant,
            "until": stamp(until),
        }
        await upsert(self._c, t.link_codes, values, ["hash"])

    async def redeem(self, hash: str, now: datetime) -> Actor | None:
        codes = t.link_codes.c
        row = (await self._c.execute(select(t.link_codes).where(codes.hash == hash))).one_or_none()
        await self._c.execute(
            delete(t.link_codes).where((codes.hash == hash) | (codes.until < stamp(now)))
        )
        if row is None or row.until < stamp(now):
            return None
        return Actor(row.platform, row.tenant, row.person)
