"""What a person prefers."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import preferences_codec
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
