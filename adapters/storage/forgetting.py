"""A person asks to be forgotten: their sessions with all that grew on them go, elsewhere they become
nobody. What was spent stays; who is blocked stays blocked."""

import json
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import iteration_codec, run_codec, session_codec, update_codec
from adapters.storage.purging import NOBODY, Owned, named
from core.domain.commands import Actor, Place
from core.domain.records import RunRecord, Session
from core.domain.updates import IterationFinished


@dataclass(frozen=True, slots=True)
class OfPerson(Owned):
    """One person's, of a platform."""

    platform: str
    id: str

    @property
    def sessions(self) -> Select[tuple[str]]:
        return select(t.sessions.c.id).where(
            t.sessions.c.platform == self.platform, t.sessions.c.owner == self.id
        )

    @property
    def elsewhere(self) -> Select[tuple[str]]:
        """Their runs on the sessions of others."""
        return select(t.runs.c.id).where(
            t.runs.c.platform == self.platform,
            t.runs.c.actor == self.id,
            t.runs.c.session.not_in(self.sessions),
        )

    @property
    def deliveries(self) -> Select[tuple[int]]:
        """Of their sessions, and the answers to them."""
        box = t.outbox.c
        alone = (box.session == "") & (box.platform == self.platform)
        mine = alone & or_(*(self._says(box.update, key) for key in ("actor", "id")))
        return select(box.id).where(or_(box.session.in_(self.sessions), mine))

    def _says(self, column: ColumnElement[str], key: str) -> ColumnElement[bool]:
        said = f"{json.dumps(key)}:{json.dumps(self.id, ensure_ascii=False)}"
        return column.contains(said, autoescape=True)

    def wrote(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Of a command or a signal: they gave it."""
        return self._says(column, "id") & column.contains(
            f'"platform":{json.dumps(self.platform)}', autoescape=True
        )


class Forgetting:
    def __init__(self, connection: AsyncConnection, platform: str, person: str) -> None:
        self._c, self._of = connection, OfPerson(platform, person)

    async def forget(self) -> tuple[set[str], list[str]]:
        """The hashes of the pictures that their sessions named, and the keys of their calls."""
        of = self._of
        pictures = await named(self._c, of)
        calls = await self._texts(select(t.calls.c.key).where(t.calls.c.run.in_(of.runs)))
        counters = select("session:" + t.sessions.c.id).where(t.sessions.c.id.in_(of.sessions))
        for gone in (
            delete(t.posts).where(t.posts.c.delivery.in_(of.deliveries)),
            delete(t.outbox).where(t.outbox.c.id.in_(of.deliveries)),
            delete(t.counters).where(t.counters.c.name.in_(counters)),
            delete(t.iterations).where(t.iterations.c.session.in_(of.sessions)),
            delete(t.calls).where(t.calls.c.run.in_(of.runs)),
            delete(t.signals).where(t.signals.c.run.in_(of.runs)),
            delete(t.signals).where(of.wrote(t.signals.c.payload)),
            delete(t.inbox).where(of.wrote(t.inbox.c.payload)),
            delete(t.votes).where(t.votes.c.run.in_(of.runs)),
            delete(t.votes).where(t.votes.c.platform == of.platform, t.votes.c.person == of.id),
            delete(t.preferences).where(
                t.preferences.c.platform == of.platform, t.preferences.c.person == of.id
            ),
            delete(t.identities).where(
                t.identities.c.platform == of.platform, t.identities.c.person == of.id
            ),
            delete(t.link_codes).where(
                t.link_codes.c.platform == of.platform, t.link_codes.c.person == of.id
            ),
            delete(t.stars).where(t.stars.c.session.in_(of.sessions)),
            delete(t.stars).where(t.stars.c.platform == of.platform, t.stars.c.person == of.id),
            delete(t.grants).where(t.grants.c.platform == of.platform, t.grants.c.actor == of.id),
        ):
            await self._c.execute(gone)
        await self._blank_posts()
        await self._blank_runs()
        await self._blank_sessions()
        await self._blank_rows()
        return pictures, calls

    async def _blank_rows(self) -> None:
        of, who = self._of, f"{self._of.platform}:{self._of.id}"
        blank = {"who": "", "name": "", "whom": "", "nonce": ""}
        about = (t.audit.c.platform == of.platform) & (t.audit.c.whom == of.id)
        for changed in (
            update(t.ledger)
            .where(t.ledger.c.platform == of.platform, t.ledger.c.actor == of.id)
            .values(actor=NOBODY),
            update(t.holdings)
            .where(t.holdings.c.platform == of.platform, t.holdings.c.actor == of.id)
            .values(actor=NOBODY, channel="", roles=""),
            update(t.audit).where(or_(t.audit.c.who == who, about)).values(blank),
        ):
            await self._c.execute(changed)

    async def _blank_posts(self) -> None:
        """Of what they did on the sessions of others the pictures' posts stay, to be picked from."""
        box = t.outbox.c
        rows = await self._c.execute(
            select(box.id, box.update).where(box.run.in_(self._of.elsewhere))
        )
        for id, text in rows.all():
            said = update_codec.load(text)
            if isinstance(said, IterationFinished):
                said = replace(said, label="", prompt="", words="", critique="", note="")
                changed = update(t.outbox).where(box.id == id)
                await self._c.execute(changed.values(update=update_codec.dump(said)))
                continue
            await self._c.execute(delete(t.posts).where(t.posts.c.delivery == id))
            await self._c.execute(delete(t.outbox).where(box.id == id))

    async def _blank_runs(self) -> None:
        for mine, own in ((self._of.runs, True), (self._of.elsewhere, False)):
            for text in await self._texts(select(t.runs.c.payload).where(t.runs.c.id.in_(mine))):
                run = run_codec.load(text)
                await self._blank_words(run)
                plan = replace(run.plan, first_prompt="", wish="", styles=())
                run = replace(run, plan=plan, command_key="", reason="")
                if run.actor.id == self._of.id:
                    run = replace(run, actor=_nobody(run.actor))
                if own:
                    run = replace(run, place=Place(run.place.platform, run.place.tenant, ""))
                values = {"actor": run.actor.id, "payload": run_codec.dump(run)}
                await self._c.execute(update(t.runs).where(t.runs.c.id == run.id).values(values))

    async def _blank_words(self, run: RunRecord) -> None:
        """Of what they made on somebody else's session the pictures stay, without their words."""
        query = select(t.iterations.c.payload).where(t.iterations.c.run == run.id)
        for text in await self._texts(query):
            node = replace(iteration_codec.load(text), prompt="", words="", revised_prompt="")
            changed = update(t.iterations).where(t.iterations.c.id == node.id)
            await self._c.execute(changed.values(payload=iteration_codec.dump(node)))

    async def _blank_sessions(self) -> None:
        query = select(t.sessions.c.payload).where(t.sessions.c.id.in_(self._of.sessions))
        for text in await self._texts(query):
            was = session_codec.load(text)
            home = Place(was.place.platform, was.place.tenant, "")
            blank = Session(
                id=was.id, mode=was.mode, owner=_nobody(was.owner), place=home, created=was.created
            )
            values = {
                "owner": NOBODY,
                "channel": "",
                "thread": "",
                "payload": session_codec.dump(blank),
            }
            changed = update(t.sessions).where(t.sessions.c.id == was.id)
            await self._c.execute(changed.values(values))

    async def _texts(self, query: Select[str]) -> list[str]:
        return list((await self._c.execute(query)).scalars())


def _nobody(who: Actor) -> Actor:
    return Actor(who.platform, who.tenant, NOBODY)
