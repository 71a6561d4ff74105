"""The door of core: commands in, answers out."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from core.domain import access, preferences
from core.domain.admin import Act, ActAnswer, PersonalAct, SaveAs
from core.domain.commands import Actor, Command
from core.domain.defaults import LoopDefaults
from core.domain.errors import (
    BadRequest,
    DarkroomError,
    OverQuota,
    Refusal,
    StoreUnavailable,
    Transient,
)
from core.domain.ledger import Limits
from core.domain.preferences import Preferences
from core.domain.records import InboxState
from core.domain.settings import ServerSettings, changes, checked, merged
from core.domain.updates import Refused as RefusedUpdate
from core.domain.views import Quote
from core.jobs.registry import job_of
from core.ports.api import Cancelled, MaskLink
from core.ports.engine import Engine
from core.ports.images import Uploads
from core.ports.repositories import InboxRow
from core.runtime.context import RunContext
from core.service.admin import Admin
from core.service.cancelling import cancel_all
from core.service.dispatcher import Dispatcher
from core.service.forgetting import delete_session
from core.service.housekeeping import Housekeeping
from core.service.identity import as_known
from core.service.inbox import InboxWriter
from core.service.intake import Intake
from core.service.mine import Mine
from core.service.monthly import Monthly
from core.service.purge import Purge
from core.service.reading import Reading
from core.service.renaming import rename_session
from core.service.retention import Retention
from core.service.saving import Saving
from core.service.sweeper import EVERYBODYS, Apart, Sweeper, each
from core.service.takedown import TakeDown

log = logging.getLogger(__name__)
SWEEP_S = 60.0
INTAKE_AT_ONCE = 16
GLANCE_S, LEISURE_S = 0.01, 0.5


class Service(Reading):
    """Implements `core.ports.api.CoreApi`. `run` is its long-lived task."""

    def __init__(
        self,
        ctx: RunContext,
        engine: Engine,
        loop: LoopDefaults,
        limits: Limits,
        uploads: dict[str, Uploads],
        link: Callable[[str], str] = lambda _: "",
        mask_link: Callable[[MaskLink], str] | None = None,
        others: Apart = EVERYBODYS,
    ) -> None:
        super().__init__(ctx, loop, limits, link, mask_link)
        self._loop, self._engine = loop, engine
        self._purge = Purge(ctx, engine)
        self._inbox_writer = InboxWriter(ctx.store)
        self._intake = Intake(ctx, loop, limits, uploads)
        self._dispatcher = Dispatcher(ctx, engine, self._intake)
        self._take_down = TakeDown(ctx)
        self._mine = Mine(ctx, engine)
        self._saving = Saving(ctx, self.images)
        self._admin = Admin(ctx.store, ctx.clock, ctx.pixels, limits, engine.wake, ctx.nudge, loop)
        self._housekeeping = Housekeeping(ctx.store, ctx.clock)
        self._retention = Retention(ctx.store, ctx.images, ctx.clock)
        self._monthly = Monthly(ctx)
        self._sweeper = Sweeper(ctx, engine, self._take_soon, others)
        self._work: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(INTAKE_AT_ONCE)
        self._taking: set[str] = set()
        ctx.heir.receive = self.receive

    # commands

    async def receive(self, command: Command) -> bool:
        row = InboxRow(
            key=command.dedup_key, command=command, state=InboxState.NEW, at=self._ctx.clock()
        )
        if not await self._inbox_writer.write_down(row):
            return False
        self._take_soon(row)
        return True

    async def quote(self, command: Command) -> Quote:
        job = job_of(command)
        if job is None:
            raise BadRequest("That costs nothing: it begins no run.")
        async with self._ctx.store.read() as uow:
            command = await as_known(uow, command)
        return await self._intake.quote(command, job)

    async def delete(self, actor: Actor, session: str) -> None:
        await delete_session(self._ctx.store, self._ctx.images, actor, session)

    async def rename(self, actor: Actor, session: str, name: str) -> str:
        return (await rename_session(self._ctx.store, actor, session, name)).name

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
        except (Transient, StoreUnavailable) as exc:
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
        try:
            await self._write_refusal(row, exc)
        except StoreUnavailable as trouble:
            log.warning("intake of %s waits for the sweep: %s", row.key, trouble)

    async def _write_refusal(self, row: InboxRow, exc: Refusal) -> None:
        command = row.command
        async with self._ctx.store.write() as uow:
            await uow.inbox.end(row.key, InboxState.REFUSED, error=exc.sentence)
            if row.key.startswith("pick:"):
                await uow.inbox.free_key(row.key, f"refused at {row.at.isoformat()}")
            update = RefusedUpdate(
                command=command.kind,
                sentence=exc.sentence,
                actor=command.actor.id,
                locale=command.actor.locale,
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
                try:
                    await self.sweep()
                except (Transient, StoreUnavailable) as exc:
                    log.warning("the sweep comes again: %s", exc.sentence)
                await asyncio.sleep(SWEEP_S)
        finally:
            await self.settle_down()

    async def settle_down(self) -> None:
        """Waits for commands that are being taken in."""
        while self._work:
            await asyncio.gather(*self._work, return_exceptions=True)

    async def sweep(self) -> None:
        """One sweep now. Raises the first trouble of its parts once all had their turn."""
        await each(
            self._housekeeping.once,
            self._retention.once,
            self._take_down.once,
            self._purge.once,
            self._sweeper.once,
            self._monthly.once,
        )

    async def end_orphans(self, platform: str) -> None:
        """What a process of this platform left behind is ended: by the one that follows it."""
        await self._sweeper.end_orphans(platform)

    async def look_after(self, command: str, run: str = "") -> None:
        """A sweep for one command and its run: for a program that carries nobody else's."""
        await self._sweeper.of(command, run)

    async def configure(
        self, actor: Actor, settings: ServerSettings, seen: ServerSettings | None = None
    ) -> ServerSettings:
        access.administer(actor)
        async with self._ctx.store.write() as uow:
            now = await uow.servers.settings(actor.platform, actor.tenant)
            settings = settings if seen is None else merged(now, seen, settings)
            settings = replace(
                checked(settings, self._loop, self._ctx.painters),
                frozen=now.frozen,  # what an admin's command set is no part of a panel
                timezone=settings.timezone or now.timezone,
                galleries=now.galleries,
                story_rating=now.story_rating,
                story_words=now.story_words,
                story_scenes=now.story_scenes,
            )
            await uow.audit.add("settings", actor, self._ctx.clock(), changes(now, settings))
            await uow.servers.save_settings(actor.platform, actor.tenant, settings)
        return settings

    async def prefer(
        self, actor: Actor, wanted: Preferences, seen: Preferences | None = None
    ) -> Preferences:
        async with self._ctx.store.write() as uow:
            now = await uow.people.preferences(actor)
            kept = wanted if seen is None else preferences.merged(now, seen, wanted)
            kept = preferences.checked(kept, self._ctx.painters)
            await uow.people.save_preferences(actor, kept)
        return kept

    async def cancel_all(self, actor: Actor) -> Cancelled:
        return await cancel_all(self._ctx, self._engine, actor)

    async def administer(self, act: Act) -> ActAnswer:
        return await self._admin.act(act)

    async def about_me(self, act: PersonalAct) -> ActAnswer:
        if isinstance(act, SaveAs):
            return await self._saving.file(act)
        return await self._mine.act(act)

    async def tell_operator(self, about: str, sentence: str) -> None:
        await self._ctx.tell(about, sentence)

    async def leave(self, platform: str, tenant: str) -> None:
        await self._purge.note(platform, tenant)
        task = asyncio.create_task(self._purge.once(), name=f"purge {platform}:{tenant}")
        self._work.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a purge broke; the sweep goes on with it", exc_info=error)

    async def purge(self, platform: str, tenant: str) -> bool:
        """The same, waited for. False while runs are still ending."""
        return await self._purge.leave(platform, tenant)


async def _leisure() -> None:
    """Until this process is not busy, within bounds: when many ask at once, all of them are
    acknowledged before the first is served."""
    clock = asyncio.get_running_loop().time
    end = clock() + LEISURE_S
    while (began := clock()) < end:
        await asyncio.sleep(GLANCE_S)
        if clock() - began < 2 * GLANCE_S:
            return
