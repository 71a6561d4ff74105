"""What doors read: each question says who asks, and what is not theirs is not there."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.domain import access
from core.domain.access import Reader
from core.domain.commands import Actor, Command, Place
from core.domain.defaults import LoopDefaults
from core.domain.ledger import Limits, midnight_after
from core.domain.preferences import Preferences
from core.domain.records import Delivery, InboxState, Iteration, Receipt, Session, Tree
from core.domain.settings import ServerSettings, allowed_painters
from core.domain.takedown import seen_in
from core.domain.updates import Refused
from core.jobs.registry import offers
from core.ports.api import MaskLink, ModelsView, QuotaView, SessionSummary
from core.ports.images import Images
from core.ports.offers import Offer
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.gate import frozen
from core.runtime.standing import server_day
from core.service.asking import refusal_of
from core.service.champions import champion_of
from core.service.identity import known
from core.service.leaving import LeavingImages
from core.service.looking import Looking
from core.service.offers import is_quiet
from core.service.takedown import FLAG

MOST_SESSIONS = 500  # of one person, looked through for a picture


class Reading(Looking):
    """The questions of `core.ports.api.CoreApi`."""

    def __init__(
        self,
        ctx: RunContext,
        loop: LoopDefaults,
        limits: Limits,
        link: Callable[[str], str],
        mask_link: Callable[[MaskLink], str] | None,
    ) -> None:
        super().__init__(ctx)
        self._loop, self._limits = loop, limits
        self._link, self._mask_link = link, mask_link
        self._leaving = LeavingImages(ctx.images, ctx.seal)

    @property
    def offers(self) -> Sequence[Offer]:
        return offers(self._ctx.model_set, self._loop)

    @property
    def masks(self) -> bool:
        if self._mask_link is None:
            return False
        can = [each for each in self.offers if each.grows and not each.missing]
        return any(field.name == "mask" for each in can for field in each.fields)

    @property
    def images(self) -> Images:
        return self._leaving

    @property
    def models(self) -> ModelsView:
        model_set = self._ctx.model_set
        return ModelsView(
            painter=model_set.painter.profile.name,
            editor=model_set.editor.profile.name if model_set.editor else "",
            critic=model_set.critic.profile.name,
            judge=model_set.judge.profile.name,
            embedded=model_set.embedded,
            styles=model_set.styles,
            painters=self._ctx.painters,
        )

    async def settings(self, platform: str, tenant: str) -> ServerSettings:
        async with self._ctx.store.read() as uow:
            return await uow.servers.settings(platform, tenant)

    async def preferences(self, actor: Actor) -> Preferences:
        async with self._ctx.store.read() as uow:
            return await uow.people.preferences(actor)

    async def painters(self, platform: str, tenant: str) -> Sequence[str]:
        return allowed_painters(await self.settings(platform, tenant), self._ctx.painters)

    def link(self, session: str) -> str:
        return self._link(session)

    async def mask_link(self, link: MaskLink) -> str:
        """Of the person's roles it carries those that the server's rules ask for: it has to be short."""
        if self._mask_link is None:
            return ""
        settings = await self.settings(link.actor.platform, link.actor.tenant)
        roles = tuple(role for role in link.actor.roles if role in settings.roles)
        return self._mask_link(replace(link, actor=replace(link.actor, roles=roles)))

    async def fate(self, dedup_key: str) -> InboxState | None:
        async with self._ctx.store.read() as uow:
            row = await uow.inbox.get(dedup_key)
        return row.state if row else None

    async def picked_before(self, key: str) -> bool:
        async with self._ctx.store.read() as uow:
            return await uow.inbox.picked_before(key)

    async def quota(self, actor: Actor) -> QuotaView:
        now, limits = self._ctx.clock(), self._limits
        async with self._ctx.store.read() as uow:
            actor = await known(uow, actor)
            mine = await uow.ledger.usage(now.date(), actor)
            all_ = await uow.ledger.usage(now.date())
            open_runs = await uow.runs.open_count(actor)
            home = Place(actor.platform, actor.tenant, "")
            is_frozen = bool(await frozen(uow, home))
            server = await server_day(uow, limits, home, now.date())
        return QuotaView(
            images=mine.images,
            images_limit=limits.images_per_user_per_day,
            usd=mine.usd,
            usd_limit=limits.usd_per_user_per_day,
            usd_per_run=limits.usd_per_run,
            open_runs=open_runs,
            open_runs_limit=limits.concurrent_runs_per_user,
            total_usd=all_.usd,
            total_usd_limit=limits.usd_total_per_day,
            free_at=midnight_after(now),
            frozen=is_frozen,
            server_images=server.used.images,
            server_images_limit=server.images,
            server_usd=server.used.usd,
            server_usd_limit=server.usd,
        )

    async def may(
        self, actor: Actor, act: str, place: Place, *, iteration: str = "", run: str = ""
    ) -> str:
        return await refusal_of(
            self._ctx, self._limits, actor, act, place, iteration=iteration, run=run
        )

    async def sessions(self, actor: Actor, limit: int = 25) -> Sequence[SessionSummary]:
        async with self._ctx.store.read() as uow:
            actor = await known(uow, actor)
            mine = await uow.sessions.of_actor(actor, limit)
            return [await _summary(uow, each) for each in mine if access.is_there(each, actor)]

    async def sessions_in(
        self, reader: Reader, platform: str, channel: str, limit: int = 25
    ) -> Sequence[SessionSummary]:
        async with self._ctx.store.read() as uow:
            reader = await known(uow, reader)
            found = await uow.sessions.in_channel(platform, channel, limit)
            return [await _summary(uow, each) for each in found if access.is_there(each, reader)]

    async def tree(self, session: str, reader: Reader) -> Tree | None:
        async with self._ctx.store.read() as uow:
            found = await _theirs(uow, session, reader)
            if found is None:
                return None
            runs = await uow.runs.of_session(session)
            nodes = await uow.iterations.of_session(session)
            return Tree(session=found, runs=tuple(runs), iterations=tuple(nodes))

    async def iteration(self, id: str, reader: Reader) -> Iteration | None:
        async with self._ctx.store.read() as uow:
            node = await uow.iterations.get(id)
            if node is None or await _theirs(uow, node.session, reader) is None:
                return None
            return node

    async def delivery_of(
        self, platform: str, channel: str, message: str, reader: Reader
    ) -> Delivery | None:
        async with self._ctx.store.read() as uow:
            found = await uow.outbox.find_message(platform, channel, message)
            if found is None:
                return None
            session = await uow.sessions.get(found.session) if found.session else None
            reader = await known(uow, reader)
            return found if access.may_read(found, session, reader) else None

    async def shows(self, platform: str, file: str, but: Receipt) -> bool:
        async with self._ctx.store.read() as uow:
            return await uow.outbox.shows(platform, file, but)

    async def shown(self, platform: str, limit: int = 100) -> Sequence[Delivery]:
        async with self._ctx.store.read() as uow:
            return await uow.outbox.shown(platform, limit)

    async def session_in(
        self, reader: Reader, platform: str, channel: str, thread: str
    ) -> Session | None:
        async with self._ctx.store.read() as uow:
            found = await uow.sessions.in_thread(platform, channel, thread)
            reader = await known(uow, reader)
            return found if found is not None and access.is_there(found, reader) else None

    async def taken_down(self, image: str) -> bool:
        async with self._ctx.store.read() as uow:
            known = (await uow.servers.flag(FLAG)).split()
        return any(each.endswith(f"/{image}") for each in known)

    async def owns(self, image: str, actor: Actor) -> bool:
        if await self.taken_down(image):
            return False
        async with self._ctx.store.read() as uow:
            actor = await known(uow, actor)
            for session in await uow.sessions.of_actor(actor, MOST_SESSIONS):
                rows = await uow.outbox.of_session(session.id)
                if image == session.reference or any(image in seen_in(r.update) for r in rows):
                    return True
        return False

    async def refusal(self, dedup_key: str, reader: Reader) -> Refused | None:
        async with self._ctx.store.read() as uow:
            found = await uow.outbox.refusal(dedup_key)
        if found is None or not access.may_read(found, None, reader):
            return None
        return found.update if isinstance(found.update, Refused) else None

    async def refused(self, dedup_key: str, actor: Actor) -> Command | None:
        async with self._ctx.store.read() as uow:
            row = await uow.inbox.get(dedup_key)
        if row is None or row.state is not InboxState.REFUSED:
            return None
        return row.command if access.same_person(row.command.actor, actor) else None

    async def question(self, dedup_key: str, reader: Reader) -> Delivery | None:
        async with self._ctx.store.read() as uow:
            found = await uow.outbox.question(dedup_key)
        return found if found is not None and access.may_read(found, None, reader) else None

    async def deliveries(self, session: str, reader: Reader, after: int = 0) -> Sequence[Delivery]:
        async with self._ctx.store.read() as uow:
            home = await uow.sessions.get(session) if session else None
            rows = await uow.outbox.of_session(session, after)
            reader = await known(uow, reader)
            mine = [row for row in rows if access.may_read(row, home, reader)]
            return [row for row in mine if reader is access.PROGRAM or not is_quiet(row.update)]


async def _theirs(uow: UnitOfWork, session: str, reader: Reader) -> Session | None:
    found = await uow.sessions.get(session)
    reader = await known(uow, reader)
    return found if found is not None and access.is_there(found, reader) else None


async def _summary(uow: UnitOfWork, session: Session) -> SessionSummary:
    nodes = list(await uow.iterations.of_session(session.id))
    runs = await uow.runs.of_session(session.id)
    return SessionSummary(
        session=session,
        run=runs[-1] if runs else None,
        best=champion_of(nodes, session),
        iterations=len(nodes),
    )
