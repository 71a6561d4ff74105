"""The door of core: commands in, answers out."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from core.domain import access
from core.domain.commands import Actor, Command
from core.domain.defaults import LoopDefaults
from core.domain.errors import DarkroomError, OverQuota, Refusal, Transient
from core.domain.ledger import Limits, midnight_after
from core.domain.records import Delivery, InboxState, Iteration, Session, Tree
from core.domain.settings import ServerSettings, allowed_painters, checked
from core.domain.updates import Refused as RefusedUpdate
from core.ports.api import ModelsView, QuotaView, SessionSummary
from core.ports.engine import Engine
from core.ports.images import Images, Uploads
from core.ports.repositories import InboxRow
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.service.dispatcher import Dispatcher
from core.service.housekeeping import Housekeeping
from core.service.inbox import InboxWriter
from core.service.intake import Intake, champion_of
from core.service.purge import Purge
from core.service.sweeper import Sweeper

log = logging.getLogger(__name__)
SWEEP_S = 60.0
INTAKE_AT_ONCE = 16
GLANCE_S, LEISURE_S = 0.01, 0.5


class Service:
    """Implements `core.ports.api.CoreApi`. `run` is its long-lived task."""

    def __init__(
        self,
        ctx: RunContext,
        engine: Engine,
        loop: LoopDefaults,
        limits: Limits,
        uploads: dict[str, Uploads],
        link: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._ctx, self._loop, self._limits, self._link = ctx, loop, limits, link
        self._purge = Purge(ctx, engine)
        self._inbox_writer = InboxWriter(ctx.store)
        self._dispatcher = Dispatcher(ctx, engine, Intake(ctx, loop, limits, uploads))
        self._housekeeping = Housekeeping(ctx.store, ctx.clock)
        self._sweeper = Sweeper(ctx, engine, self._take_soon)
        self._work: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(INTAKE_AT_ONCE)
        self._taking: set[str] = set()

    # commands

    async def receive(self, command: Command) -> bool:
        row = InboxRow(
            key=command.dedup_key, command=command, state=InboxState.NEW, at=self._ctx.clock()
        )
        if not await self._inbox_writer.write_down(row):
            return False
        self._take_soon(row)
        return True

    def _take_soon(self, row: InboxRow) -> None:
        if row.key in self._taking:
            return
        self._taking.add(row.key)
        task = asyncio.create_task(self._take(row), name=f"intake {row.key}")
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _take(self, row: InboxRow) -> None:
        await _leisure()
        try:
            async with self._slots:
                await self._dispatcher.dispatch(row)
        except Transient as exc:
            log.warning("intake of %s waits for the sweep: %s", row.key, exc)
        except Refusal as exc:
            await self._refuse(row, exc)
        except DarkroomError as exc:
            await self._refuse(row, Refusal(exc.sentence))
        except Exception:
            log.exception("intake of %s broke", row.key)
            await self._refuse(row, Refusal("Something went wrong here; nothing was charged."))
        finally:
            self._taking.discard(row.key)

    async def _refuse(self, row: InboxRow, exc: Refusal) -> None:
        command = row.command
        async with self._ctx.store.write() as uow:
            await uow.inbox.end(row.key, InboxState.REFUSED, error=exc.sentence)
            if row.key.startswith("pick:"):
                await uow.inbox.free_key(row.key, f"refused at {row.at.isoformat()}")
            update = RefusedUpdate(
                command=command.kind,
                sentence=exc.sentence,
                actor=command.actor.id,
                free_at=exc.free_at if isinstance(exc, OverQuota) else None,
                dedup_key=command.dedup_key,
            )
            await uow.outbox.post(update, None, command)
        self._ctx.nudge()

    # the long-lived side

    async def run(self) -> None:
        """Sweeps at once and every minute, until cancelled."""
        try:
            while True:
                with contextlib.suppress(Transient):
                    await self.sweep()
                await asyncio.sleep(SWEEP_S)
        finally:
            await self.settle_down()

    async def settle_down(self) -> None:
        """Waits for commands that are being taken in."""
        while self._work:
            await asyncio.gather(*self._work, return_exceptions=True)

    async def sweep(self) -> None:
        """One sweep now."""
        await self._housekeeping.once()
        await self._purge.once()
        await self._sweeper.once()

    async def look_after(self, command: str, run: str = "") -> None:
        """A sweep for one command and its run: for a program that carries nobody else's."""
        await self._sweeper.of(command, run)

    async def configure(self, actor: Actor, settings: ServerSettings) -> ServerSettings:
        access.administer(actor)
        settings = checked(settings, self._loop, self._ctx.painters)
        async with self._ctx.store.write() as uow:
            await uow.servers.save_settings(actor.platform, actor.tenant, settings)
        return settings

    async def purge(self, platform: str, tenant: str) -> bool:
        return await self._purge.leave(platform, tenant)

    # questions

    @property
    def images(self) -> Images:
        return self._ctx.images

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

    async def painters(self, platform: str, tenant: str) -> Sequence[str]:
        return allowed_painters(await self.settings(platform, tenant), self._ctx.painters)

    def link(self, session: str) -> str:
        return self._link(session)

    async def picked_before(self, key: str) -> bool:
        async with self._ctx.store.read() as uow:
            return await uow.inbox.picked_before(key)

    async def quota(self, actor: Actor) -> QuotaView:
        now, limits = self._ctx.clock(), self._limits
        async with self._ctx.store.read() as uow:
            mine, all_ = (
                await uow.ledger.usage(now.date(), actor),
                await uow.ledger.usage(now.date()),
            )
            open_runs, frozen = (
                await uow.runs.open_count(actor),
                bool(await uow.servers.flag("frozen")),
            )
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
            frozen=frozen,
        )

    async def sessions(self, actor: Actor, limit: int = 25) -> Sequence[SessionSummary]:
        async with self._ctx.store.read() as uow:
            return [await _summary(uow, each) for each in await uow.sessions.of_actor(actor, limit)]

    async def sessions_in(
        self, platform: str, channel: str, limit: int = 25
    ) -> Sequence[SessionSummary]:
        async with self._ctx.store.read() as uow:
            found = await uow.sessions.in_channel(platform, channel, limit)
            return [await _summary(uow, each) for each in found]

    async def tree(self, session: str) -> Tree | None:
        async with self._ctx.store.read() as uow:
            found = await uow.sessions.get(session)
            if found is None:
                return None
            runs, nodes = (
                await uow.runs.of_session(session),
                await uow.iterations.of_session(session),
            )
            return Tree(session=found, runs=tuple(runs), iterations=tuple(nodes))

    async def iteration(self, id: str) -> Iteration | None:
        async with self._ctx.store.read() as uow:
            return await uow.iterations.get(id)

    async def delivery_of(self, platform: str, channel: str, message: str) -> Delivery | None:
        async with self._ctx.store.read() as uow:
            return await uow.outbox.find_message(platform, channel, message)

    async def shown(self, platform: str, limit: int = 100) -> Sequence[Delivery]:
        async with self._ctx.store.read() as uow:
            return await uow.outbox.shown(platform, limit)

    async def session_in(self, platform: str, channel: str, thread: str) -> Session | None:
        async with self._ctx.store.read() as uow:
            return await uow.sessions.in_thread(platform, channel, thread)

    async def refusal(self, dedup_key: str) -> RefusedUpdate | None:
        async with self._ctx.store.read() as uow:
            found = await uow.outbox.refusal(dedup_key)
        update = found.update if found else None
        return update if isinstance(update, RefusedUpdate) else None

    async def deliveries(self, session: str, after: int = 0) -> Sequence[Delivery]:
        async with self._ctx.store.read() as uow:
            return await uow.outbox.of_session(session, after)


async def _leisure() -> None:
    """Until this process is not busy, within bounds: when many ask at once, all of them are
    acknowledged before the first is served."""
    clock = asyncio.get_running_loop().time
    end = clock() + LEISURE_S
    while (began := clock()) < end:
        await asyncio.sleep(GLANCE_S)
        if clock() - began < 2 * GLANCE_S:
            return


async def _summary(uow: UnitOfWork, session: Session) -> SessionSummary:
    nodes = list(await uow.iterations.of_session(session.id))
    runs = await uow.runs.of_session(session.id)
    return SessionSummary(
        session=session,
        run=runs[-1] if runs else None,
        best=champion_of(nodes),
        iterations=len(nodes),
    )
