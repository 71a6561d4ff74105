"""A server's leaving: of every table it is declared what goes, what stays without names, and why."""

import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Table, Update, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import run_codec, session_codec
from core.domain.access import NOBODY
from core.domain.commands import Actor, Place
from core.domain.records import Session

HASH = re.compile(r"\b[0-9a-f]{64}\b")
PAGE = 1000  # rows


class Owned:
    """What belongs to somebody, as subqueries of ids."""

    __slots__ = ()

    @property
    def sessions(self) -> Select[tuple[str]]:
        raise NotImplementedError

    @property
    def runs(self) -> Select[tuple[str]]:
        """On their sessions, whoever began them."""
        return select(t.runs.c.id).where(t.runs.c.session.in_(self.sessions))


@dataclass(frozen=True, slots=True)
class Theirs(Owned):
    """One server's."""

    platform: str
    tenant: str

    @property
    def sessions(self) -> Select[tuple[str]]:
        return select(t.sessions.c.id).where(
            t.sessions.c.platform == self.platform, t.sessions.c.tenant == self.tenant
        )

    @property
    def deliveries(self) -> Select[tuple[int]]:
        """Of their sessions, and the answers to their people, which belong to none."""
        alone = (
            (t.outbox.c.session == "")
            & (t.outbox.c.platform == self.platform)
            & t.outbox.c.place.contains(f'"tenant":"{self.tenant}"', autoescape=True)
        )
        return select(t.outbox.c.id).where(or_(t.outbox.c.session.in_(self.sessions), alone))


@dataclass(frozen=True, slots=True)
class One(Theirs):
    """What belongs to one session."""

    session: str

    @property
    def sessions(self) -> Select[tuple[str]]:
        return select(t.sessions.c.id).where(t.sessions.c.id == self.session)

    @property
    def deliveries(self) -> Select[tuple[int]]:
        return select(t.outbox.c.id).where(t.outbox.c.session == self.session)


def _commands(theirs: Theirs) -> Delete:
    """By key; and by what is written in them, since a key may have had another form once."""
    prefix = f"{theirs.platform}:{theirs.tenant}:"
    said = f'"platform":"{theirs.platform}","tenant":"{theirs.tenant}"'
    return delete(t.inbox).where(
        or_(
            t.inbox.c.key.startswith(prefix, autoescape=True),
            t.inbox.c.key.startswith(f"pick:{prefix}", autoescape=True),
            t.inbox.c.payload.contains(said, autoescape=True),
        )
    )


def _counters(theirs: Theirs) -> Delete:
    named = select("session:" + t.sessions.c.id).where(t.sessions.c.id.in_(theirs.sessions))
    return delete(t.counters).where(t.counters.c.name.in_(named))


def _of_server(table: Table) -> Callable[[Theirs], Delete]:
    """Of a table that says whose each row is."""
    return lambda theirs: delete(table).where(
        table.c.platform == theirs.platform, table.c.tenant == theirs.tenant
    )


def _ledger(theirs: Theirs) -> Update:
    return update(t.ledger).where(t.ledger.c.run.in_(theirs.runs)).values(actor=NOBODY)


def _holdings(theirs: Theirs) -> Update:
    changed = update(t.holdings).where(t.holdings.c.run.in_(theirs.runs))
    return changed.values(actor=NOBODY, channel="", roles="")


def _audit(theirs: Theirs) -> Update:
    """Without the nonce nobody can tell who was meant; the seal over it still holds."""
    mine = (t.audit.c.platform == theirs.platform) & (t.audit.c.tenant == theirs.tenant)
    return update(t.audit).where(mine).values(who="", name="", whom="", nonce="")


# In this order, which foreign keys allow. A table that is in none of the three lists fails a test.
DELETED: dict[Table, Callable[[Theirs], Delete]] = {
    t.posts: lambda theirs: delete(t.posts).where(t.posts.c.delivery.in_(theirs.deliveries)),
    t.outbox: lambda theirs: delete(t.outbox).where(t.outbox.c.id.in_(theirs.deliveries)),
    t.counters: _counters,
    t.iterations: lambda their: delete(t.iterations).where(
        t.iterations.c.session.in_(their.sessions)
    ),
    t.calls: lambda theirs: delete(t.calls).where(t.calls.c.run.in_(theirs.runs)),
    t.signals: lambda theirs: delete(t.signals).where(t.signals.c.run.in_(theirs.runs)),
    t.votes: lambda theirs: delete(t.votes).where(t.votes.c.run.in_(theirs.runs)),
    t.stars: lambda theirs: delete(t.stars).where(t.stars.c.session.in_(theirs.sessions)),
    t.inbox: _commands,
    t.limits: _of_server(t.limits),
    t.grants: _of_server(t.grants),
    t.blocks: _of_server(t.blocks),
    t.servers: _of_server(t.servers),
    t.preferences: _of_server(t.preferences),
    t.identities: _of_server(t.identities),
    t.link_codes: _of_server(t.link_codes),
}
# Of one session: the server's rules and its people's own stay, and of the commands only those that
# began its runs go.
OF_SERVER = (
    t.limits,
    t.grants,
    t.blocks,
    t.servers,
    t.preferences,
    t.identities,
    t.link_codes,
)
OF_ONE: dict[Table, Callable[[Theirs], Delete]] = {
    **{table: deletion for table, deletion in DELETED.items() if table not in OF_SERVER},
    t.inbox: lambda theirs: delete(t.inbox).where(t.inbox.c.run.in_(theirs.runs)),
}
# What was spent still counts against the day's limit of all: these stay, without names and words.
WITHOUT_NAMES = (t.ledger, t.holdings, t.audit, t.runs, t.sessions)
# The installation's own: what was confirmed, what is being left, names on the page.
KEPT = (t.flags,)


class ServerPurge:
    """Deletes what one server's people made and wrote."""

    def __init__(self, connection: AsyncConnection, theirs: Theirs) -> None:
        self._c, self._theirs = connection, theirs

    async def purge(self) -> tuple[set[str], list[str]]:
        """The hashes of the pictures they named, and the keys of their calls."""
        pictures = await named(self._c, self._theirs)
        calls = await self._texts(select(t.calls.c.key).where(t.calls.c.run.in_(self._theirs.runs)))
        one = isinstance(self._theirs, One)
        for deletion in (OF_ONE if one else DELETED).values():
            await self._c.execute(deletion(self._theirs))
        for blanked in (_ledger, _holdings) if one else (_ledger, _holdings, _audit):
            await self._c.execute(blanked(self._theirs))
        await self._blank_runs()
        await self._blank_sessions()
        return pictures, calls

    async def _blank_runs(self) -> None:
        nobody, nowhere = self._nobody()
        query = select(t.runs.c.payload).where(t.runs.c.id.in_(self._theirs.runs))
        for text in await self._texts(query):
            run = run_codec.load(text)
            plan = replace(run.plan, first_prompt="", wish="", styles=(), telling=None)
            run = replace(run, actor=nobody, place=nowhere, command_key="", plan=plan, reason="")
            values = {"actor": NOBODY, "payload": run_codec.dump(run)}
            await self._c.execute(update(t.runs).where(t.runs.c.id == run.id).values(values))

    async def _blank_sessions(self) -> None:
        nobody, nowhere = self._nobody()
        query = select(t.sessions.c.payload).where(t.sessions.c.id.in_(self._theirs.sessions))
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
            changed = update(t.sessions).where(t.sessions.c.id == was.id)
            await self._c.execute(changed.values(values))

    def _nobody(self) -> tuple[Actor, Place]:
        theirs = self._theirs
        return (
            Actor(theirs.platform, theirs.tenant, NOBODY),
            Place(theirs.platform, theirs.tenant, ""),
        )

    async def _texts(self, query: Select[str]) -> list[str]:
        return list((await self._c.execute(query)).scalars())


async def named(connection: AsyncConnection, theirs: Owned | None) -> set[str]:
    """Every image hash that a server's sessions, or all that are left, name anywhere."""
    found: set[str] = set()
    for id, column, session in (
        (t.sessions.c.id, t.sessions.c.payload, t.sessions.c.id),
        (t.iterations.c.ord, t.iterations.c.payload, t.iterations.c.session),
        (t.outbox.c.id, t.outbox.c.update, t.outbox.c.session),
    ):
        query = select(id, column)
        if theirs is not None:
            query = query.where(session.in_(theirs.sessions))
        async for text in _pages(connection, query, id):
            found.update(HASH.findall(text))
    return found


async def _pages(
    connection: AsyncConnection, query: Select[Any, str], id: ColumnElement[Any]
) -> AsyncGenerator[str]:
    """A table's texts, some at a time: others are served in between."""
    page = query.order_by(id).limit(PAGE)
    while rows := list(await connection.execute(page)):
        for row in rows:
            yield row[1]
        page = query.where(id > rows[-1][0]).order_by(id).limit(PAGE)
