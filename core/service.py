"""The door of core: commands in, answers out."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from core import access
from core.commands import Actor, Command
from core.defaults import LoopDefaults
from core.door import ModelsView, QuotaView, SessionSummary
from core.engine import Engine
from core.errors import DarkroomError, OverQuota, Refused, Transient
from core.intake import Intake, champion_of
from core.leaving import Leaving
from core.ledger import Limits, midnight_after
from core.obedience import Obedience
from core.ports import Images, InboxRow, UnitOfWork, Uploads
from core.reception import Reception
from core.session import Delivery, InboxState, Iteration, Session, Tree
from core.settings import ServerSettings, allowed_painters, checked
from core.studio import Tools
from core.sweep import Sweep
from core.updates import Refused as RefusedUpdate

log = logging.getLogger(__name__)
SWEEP_S = 60.0
INTAKE_AT_ONCE = 16
GLANCE_S, LEISURE_S = 0.01, 0.5


class Service:
    """Implements `core.door.Door`. `run` is its long-lived task."""

    def __init__(
        self,
        tools: Tools,
        engine: Engine,
        loop: LoopDefaults,
        limits: Limits,
        uploads: dict[str, Uploads],
        link: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._tools, self._loop, self._limits, self._link = tools, loop, limits, link
        self._leaving = Leaving(tools, engine)
        self._reception = Reception(tools.store)
        self._obedience = Obedience(tools, engine, Intake(tools, loop, limits, uploads))
        self._sweep = Sweep(tools, engine, self._take_soon)
        self._work: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(INTAKE_AT_ONCE)
        self._taking: set[str] = set()

    # commands

    async def receive(self, command: Command) -> bool:
        row = InboxRow(
            key=command.dedup_key, command=command, state=InboxState.NEW, at=self._tools.clock()
        )
        if not await self._reception.write_down(row):
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
                await self._obedience.obey(row)
        except Transient as exc:
            log.warning("intake of %s waits for the sweep: %s", row.key, exc)
        except Refused as exc:
            await self._refuse(row, exc)
        except DarkroomError as exc:
            await self._refuse(row, Refused(exc.sentence))
        except Exception:
            log.exception("intake of %s broke", row.key)
            await self._refuse(row, Refused("Something went wrong here; nothing was charged."))
        finally:
            self._taking.discard(row.key)

    async def _refuse(self, row: InboxRow, exc: Refused) -> None:
        command = row.command
        async with self._tools.store.write() as uow:
            await uow.end_inbox(row.key, InboxState.REFUSED, error=exc.sentence)
            if row.key.startswith("pick:"):
                await uow.free_inbox_key(row.key, f"refused at {row.at.isoformat()}")
            update = RefusedUpdate(
                command=command.kind,
                sentence=exc.sentence,
                actor=command.actor.id,
                free_at=exc.free_at if isinstance(exc, OverQuota) else None,
                dedup_key=command.dedup_key,
            )
            await uow.post(update, None, command)
        self._tools.nudge()

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
        await self._leaving.once()
        await self._sweep.once()

    async def look_after(self, command: str, run: str = "") -> None:
        """A sweep for one command and its run: for a program that carries nobody else's."""
        await self._sweep.of(command, run)

    async def configure(self, actor: Actor, settings: ServerSettings) -> ServerSettings:
        access.administer(actor)
        settings = checked(settings, self._loop, self._tools.painters)
        async with self._tools.store.write() as uow:
            await uow.save_settings(actor.platform, actor.tenant, settings)
        return settings

    async def purge(self, platform: str, tenant: str) -> bool:
        return await self._leaving.leave(platform, tenant)

    # questions

    @property
    def images(self) -> Images:
        return self._tools.images

    @property
    def models(self) -> ModelsView:
        studio = self._tools.studio
        return ModelsView(
            painter=studio.painter.profile.name,
            editor=studio.editor.profile.name if studio.editor else "",
            critic=studio.critic.profile.name,
            judge=studio.judge.profile.name,
            embedded=studio.embedded,
            styles=studio.styles,
            painters=self._tools.painters,
        )

    async def settings(self, platform: str, tenant: str) -> ServerSettings:
        async with self._tools.store.read() as uow:
            return await uow.settings(platform, tenant)

    async def painters(self, platform: str, tenant: str) -> Sequence[str]:
        return allowed_painters(await self.settings(platform, tenant), self._tools.painters)

    def link(self, session: str) -> str:
        return self._link(session)

    async def picked_before(self, key: str) -> bool:
        async with self._tools.store.read() as uow:
            return await uow.picked_before(key)

    async def quota(self, actor: Actor) -> QuotaView:
        now, limits = self._tools.clock(), self._limits
        async with self._tools.store.read() as uow:
            mine, all_ = await uow.usage(now.date(), actor), await uow.usage(now.date())
            open_runs, frozen = await uow.open_runs(actor), bool(await uow.flag("frozen"))
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
        async with self._tools.store.read() as uow:
            return [await _summary(uow, each) for each in await uow.sessions_of(actor, limit)]

    async def sessions_in(
        self, platform: str, channel: str, limit: int = 25
    ) -> Sequence[SessionSummary]:
        async with self._tools.store.read() as uow:
            found = await uow.sessions_in(platform, channel, limit)
            return [await _summary(uow, each) for each in found]

    async def tree(self, session: str) -> Tree | None:
        async with self._tools.store.read() as uow:
            found = await uow.session(session)
            if found is None:
                return None
            runs, nodes = await uow.runs_of_session(session), await uow.iterations(session)
            return Tree(session=found, runs=tuple(runs), iterations=tuple(nodes))

    async def iteration(self, id: str) -> Iteration | None:
        async with self._tools.store.read() as uow:
            return await uow.iteration(id)

    async def delivery_of(self, platform: str, channel: str, message: str) -> Delivery | None:
        async with self._tools.store.read() as uow:
            return await uow.find_message(platform, channel, message)

    async def shown(self, platform: str, limit: int = 100) -> Sequence[Delivery]:
        async with self._tools.store.read() as uow:
            return await uow.shown(platform, limit)

    async def session_in(self, platform: str, channel: str, thread: str) -> Session | None:
        async with self._tools.store.read() as uow:
            return await uow.session_in(platform, channel, thread)

    async def deliveries(self, session: str, after: int = 0) -> Sequence[Delivery]:
        async with self._tools.store.read() as uow:
            return await uow.deliveries(session, after)


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
    nodes = list(await uow.iterations(session.id))
    runs = await uow.runs_of_session(session.id)
    return SessionSummary(
        session=session,
        run=runs[-1] if runs else None,
        best=champion_of(nodes),
        iterations=len(nodes),
    )
