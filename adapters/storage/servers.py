"""What belongs to a server as a whole: its settings, and its leaving."""

import re
from dataclasses import dataclass, replace

from sqlalchemy import Delete, Select, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import run_codec, session_codec, settings_codec
from adapters.storage.dialect import upsert
from core.domain.commands import Actor, Place
from core.domain.records import Session
from core.domain.settings import ServerSettings
from core.ports.repositories import Purged

HASH = re.compile(r"\b[0-9a-f]{64}\b")
NOBODY = "purged"


@dataclass(frozen=True, slots=True)
class Theirs:
    """What belongs to one server, as subqueries of ids."""

    platform: str
    tenant: str

    @property
    def sessions(self) -> Select[tuple[str]]:
        return select(t.sessions.c.id).where(
            t.sessions.c.platform == self.platform, t.sessions.c.tenant == self.tenant
        )

    @property
    def runs(self) -> Select[tuple[str]]:
        return select(t.runs.c.id).where(t.runs.c.session.in_(self.sessions))


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
        theirs = Theirs(platform, tenant)
        mine = await self._pictures(theirs)
        calls = await self._texts(select(t.calls.c.key).where(t.calls.c.run.in_(theirs.runs)))
        for statement in _deletions(theirs):
            await self._c.execute(statement)
        await self._anonymise(theirs)
        return Purged(tuple(sorted(mine - await self._pictures(None))), tuple(calls))

    async def flag(self, name: str) -> str:
        query = select(t.flags.c.value).where(t.flags.c.name == name)
        return (await self._c.execute(query)).scalar() or ""

    async def set_flag(self, name: str, value: str) -> None:
        await upsert(self._c, t.flags, {"name": name, "value": value}, ["name"])

    async def _pictures(self, theirs: Theirs | None) -> set[str]:
        """Every image hash that a server's sessions, or all that are left, name anywhere."""
        found: set[str] = set()
        for column, session in (
            (t.sessions.c.payload, t.sessions.c.id),
            (t.iterations.c.payload, t.iterations.c.session),
            (t.outbox.c.update, t.outbox.c.session),
        ):
            query = select(column)
            if theirs is not None:
                query = query.where(session.in_(theirs.sessions))
            for text in await self._texts(query):
                found.update(HASH.findall(text))
        return found

    async def _anonymise(self, theirs: Theirs) -> None:
        """What was spent still counts against the day's limit: ledger, runs and sessions stay."""
        nobody = Actor(theirs.platform, theirs.tenant, NOBODY)
        nowhere = Place(theirs.platform, theirs.tenant, "")
        query = select(t.runs.c.payload).where(t.runs.c.id.in_(theirs.runs))
        for text in await self._texts(query):
            run = run_codec.load(text)
            plan = replace(run.plan, first_prompt="", wish="", styles=())
            run = replace(run, actor=nobody, place=nowhere, command_key="", plan=plan)
            values = {"actor": NOBODY, "payload": run_codec.dump(run)}
            await self._c.execute(update(t.runs).where(t.runs.c.id == run.id).values(values))
        await self._c.execute(
            update(t.ledger).where(t.ledger.c.run.in_(theirs.runs)).values(actor=NOBODY)
        )
        query = select(t.sessions.c.payload).where(t.sessions.c.id.in_(theirs.sessions))
        for text in await self._texts(query):
            was = session_codec.load(text)
            blank = Session(
                id=was.id, mode=was.mode, owner=nobody, place=nowhere, created=was.created
            )
            values = {
                "owner": NOBODY,
                "channel": "",
                "thread": "",
                "payload": session_codec.dump(blank),
            }
            await self._c.execute(
                update(t.sessions).where(t.sessions.c.id == was.id).values(values)
            )

    async def _texts(self, query: Select[str]) -> list[str]:
        return list((await self._c.execute(query)).scalars())


def _deletions(theirs: Theirs) -> list[Delete]:
    """In the order that foreign keys allow."""
    posts = select(t.outbox.c.id).where(t.outbox.c.session.in_(theirs.sessions))
    prefix = f"{theirs.platform}:{theirs.tenant}:"
    return [
        delete(t.posts).where(t.posts.c.delivery.in_(posts)),
        delete(t.outbox).where(t.outbox.c.session.in_(theirs.sessions)),
        delete(t.outbox).where(
            t.outbox.c.session == "",
            t.outbox.c.platform == theirs.platform,
            t.outbox.c.place.contains(f'"tenant":"{theirs.tenant}"', autoescape=True),
        ),
        delete(t.iterations).where(t.iterations.c.session.in_(theirs.sessions)),
        delete(t.calls).where(t.calls.c.run.in_(theirs.runs)),
        delete(t.signals).where(t.signals.c.run.in_(theirs.runs)),
        delete(t.inbox).where(
            or_(
                t.inbox.c.key.startswith(prefix, autoescape=True),
                t.inbox.c.key.startswith(f"pick:{prefix}", autoescape=True),
            )
        ),
        delete(t.servers).where(
            t.servers.c.platform == theirs.platform, t.servers.c.tenant == theirs.tenant
        ),
    ]
