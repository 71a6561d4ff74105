"""The door of core: commands in, answers out, and the sweep that leaves nobody waiting."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core import access
from core.commands import (
    Actor,
    Command,
    Confirm,
    Continue,
    Discard,
    EditPrompt,
    Evolve,
    PaintAgain,
    Pick,
    Refine,
    Repost,
    Review,
    Revise,
    Stop,
    Unpick,
    pick_key,
)
from core.defaults import LoopDefaults
from core.door import ModelsView, QuotaView, SessionSummary
from core.engine import Engine, RunState
from core.errors import DarkroomError, Gone, Refused, Transient
from core.intake import Intake, champion_of
from core.ledger import Limits, midnight_after
from core.ports import Images, InboxRow, UnitOfWork, Uploads
from core.session import (
    OPEN,
    Delivery,
    DeliveryState,
    InboxState,
    Iteration,
    RunRecord,
    RunStatus,
    Session,
    Signal,
    Tree,
)
from core.steps import closing
from core.studio import Tools
from core.updates import Discarded, Noticed
from core.updates import Refused as RefusedUpdate

log = logging.getLogger(__name__)
SWEEP_S = 60.0
CONFIRM_FOR = timedelta(minutes=15)
MAX_ATTEMPTS = 3
INTAKE_AT_ONCE = 16


class Service:
    """Implements `core.door.Door`. `run` is its long-lived task."""

    def __init__(
        self,
        tools: Tools,
        engine: Engine,
        loop: LoopDefaults,
        limits: Limits,
        uploads: dict[str, Uploads],
    ) -> None:
        self._tools, self._engine, self._limits = tools, engine, limits
        self._intake = Intake(tools, loop, limits, uploads)
        self._work: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(INTAKE_AT_ONCE)
        self._taking: set[str] = set()

    # commands

    async def receive(self, command: Command) -> bool:
        row = InboxRow(
            key=command.dedup_key, command=command, state=InboxState.NEW, at=self._tools.clock()
        )
        async with self._tools.store.write() as uow:
            if not await uow.add_inbox(row):
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
        try:
            async with self._slots:
                await self._obey(row)
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
                free_at=getattr(exc, "free_at", None),
                dedup_key=command.dedup_key,
            )
            await uow.post(update, None, command)
        self._tools.nudge()

    async def _obey(self, row: InboxRow) -> None:
        match row.command:
            case Refine() | Evolve() as command:
                await self._start(await self._intake.start(row, command))
            case Pick() | PaintAgain() | EditPrompt() | Continue() as command:
                await self._start(await self._intake.branch(row, command))
            case Revise() as command:
                await self._revise(row, command)
            case Stop() as command:
                await self._stop(row, command)
            case Confirm() as command:
                await self._confirm(row, command)
            case Review() as command:
                await self._review(row, command)
            case Unpick() as command:
                await self._unpick(row, command)
            case Discard() as command:
                await self._discard(row, command)
            case Repost() as command:
                await self._repost(row, command)

    async def _start(self, run: RunRecord) -> None:
        if run.status is RunStatus.QUEUED:
            await self._engine.start(run.engine_id, _who(run.actor))

    async def _stop(self, row: InboxRow, command: Stop) -> None:
        async with self._tools.store.write() as uow:
            session = await _session(uow, command.session)
            runs = [run for run in await uow.runs_of_session(session.id) if run.status in OPEN]
            runs = [run for run in runs if command.run in ("", run.id)]
            if not runs:
                raise Gone("There is no run to stop.")
            for run in runs:
                access.authorise(command, session.owner, run.actor)
                await self._signal(uow, run, "stop", command.actor)
                if run.status is RunStatus.CONFIRMING:
                    await self._cancel(uow, run, "Cancelled before it started.")
            await uow.end_inbox(row.key, InboxState.TAKEN)
        await self._wake(runs)

    async def _confirm(self, row: InboxRow, command: Confirm) -> None:
        async with self._tools.store.write() as uow:
            run = await _run(uow, command.run)
            access.authorise(command, None, run.actor)
            if run.status is not RunStatus.CONFIRMING:
                raise Gone("This run does not wait for a confirmation any more.")
            if command.yes:
                run = replace(run, status=RunStatus.QUEUED)
                await uow.save_run(run)
            else:
                await self._cancel(uow, run, "Cancelled before it started.")
            await uow.end_inbox(row.key, InboxState.TAKEN, run=run.id)
        self._tools.nudge()
        if command.yes:
            await self._start(run)

    async def _cancel(self, uow: UnitOfWork, run: RunRecord, reason: str) -> None:
        """Ends a run that never began: everything reserved is given back."""
        now = self._tools.clock()
        await closing.release(uow, run, now)
        await closing.end_run(uow, run, RunStatus.STOPPED, reason, now)
        await closing.post_cancelled(uow, run, reason)

    async def _revise(self, row: InboxRow, command: Revise) -> None:
        async with self._tools.store.write() as uow:
            run = await _run(uow, command.run)
            session = await _session(uow, run.session)
            access.authorise(command, session.owner, run.actor)
            paused = run.status is RunStatus.PAUSED
            if not paused and run.status is not RunStatus.RUNNING:
                raise Gone("This review is over.")
            if not paused:
                await self._signal(
                    uow, run, "revise", command.actor, command.critique, command.round
                )
                await uow.end_inbox(row.key, InboxState.TAKEN, run=run.id)
            nodes = list(await uow.iterations(session.id))
        if not paused:
            return await self._wake([run])
        best = champion_of([node for node in nodes if node.run == run.id] or nodes)
        if best is None:
            raise Gone("There is no image to go on from.")
        await self._start(await self._intake.resume(row, command, run, best.id, command.critique))
        return None

    async def _review(self, row: InboxRow, command: Review) -> None:
        async with self._tools.store.write() as uow:
            run = await _run(uow, command.run)
            session = await _session(uow, run.session)
            access.authorise(command, session.owner, run.actor)
            if run.status not in OPEN:
                raise Gone("This run is over.")
            await uow.save_run(replace(run, review=command.on))
            said = "Review of each round is on." if command.on else "Review of each round is off."
            await uow.post(
                Noticed(session=session.id, run=run.id, about="review", sentence=said), run, session
            )
            await uow.end_inbox(row.key, InboxState.TAKEN, run=run.id)
        self._tools.nudge()

    async def _unpick(self, row: InboxRow, command: Unpick) -> None:
        actor = command.actor
        key = pick_key(actor.platform, actor.tenant, command.iteration, actor.id)
        async with self._tools.store.write() as uow:
            await uow.end_inbox(row.key, InboxState.TAKEN)
            picked = await uow.inbox(key)
            run = await uow.run(picked.run) if picked and picked.run else None
            if run is None or run.status not in OPEN:
                return
            if any(node.run == run.id for node in await uow.iterations(run.session)):
                return
            await self._signal(uow, run, "stop", actor)
            if run.status is RunStatus.CONFIRMING:
                await self._cancel(uow, run, "The star was taken back.")
        await self._wake([run])

    async def _discard(self, row: InboxRow, command: Discard) -> None:
        async with self._tools.store.write() as uow:
            node = await uow.iteration(command.iteration)
            if node is None:
                raise Gone("This image is not there any more.")
            session, run = await _session(uow, node.session), await _run(uow, node.run)
            access.authorise(command, session.owner, run.actor)
            await uow.save_iteration(replace(node, discarded=True))
            update = Discarded(session=session.id, run=run.id, round=node.round, iteration=node.id)
            await uow.post(update, run, session)
            await uow.end_inbox(row.key, InboxState.TAKEN, run=run.id)
        self._tools.nudge()

    async def _repost(self, row: InboxRow, command: Repost) -> None:
        async with self._tools.store.write() as uow:
            delivery = await uow.delivery(command.delivery)
            if delivery is None:
                raise Gone("This post is not there any more.")
            session = await _session(uow, delivery.session)
            access.authorise(command, session.owner)
            if delivery.state is DeliveryState.UNKNOWN:
                await uow.save_delivery(delivery.id, DeliveryState.PENDING)
            await uow.end_inbox(row.key, InboxState.TAKEN)
        self._tools.nudge()

    async def _signal(
        self, uow: UnitOfWork, run: RunRecord, kind: str, actor: Actor, text: str = "", n: int = 0
    ) -> None:
        word = Signal(
            run=run.id,
            kind="revise" if kind == "revise" else "stop",
            actor=actor,
            text=text[:4000],
            round=n,
            at=self._tools.clock(),
        )
        await uow.add_signal(word)

    async def _wake(self, runs: Sequence[RunRecord]) -> None:
        self._tools.nudge()
        for run in runs:
            await self._engine.wake(run.engine_id)

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
        """Takes in what was only written down, starts what was only written, ends what is lost."""
        async with self._tools.store.read() as uow:
            rows = await uow.inbox_new()
            runs = await uow.runs_in(sorted(OPEN))
        for row in rows:
            self._take_soon(row)
        for run in runs:
            await self._look_after(run)

    async def _look_after(self, run: RunRecord) -> None:
        if run.status is RunStatus.CONFIRMING:
            if self._tools.clock() - run.created > CONFIRM_FOR:
                async with self._tools.store.write() as uow:
                    await self._cancel(uow, run, "Nobody confirmed it in time.")
                self._tools.nudge()
            return
        state = await self._engine.state(run.engine_id)
        if state is RunState.UNKNOWN:
            await self._engine.start(run.engine_id, _who(run.actor))
        elif state in (RunState.DONE, RunState.FAILED):
            await self._restart(run)

    async def _restart(self, run: RunRecord) -> None:
        """A run the engine gave up on is started anew and finds its calls done; thrice, then over."""
        async with self._tools.store.write() as uow:
            fresh = await uow.run(run.id)
            if fresh is None or fresh.status not in OPEN or fresh.attempt != run.attempt:
                return
            if fresh.attempt < MAX_ATTEMPTS:
                fresh = replace(fresh, attempt=fresh.attempt + 1)
                await uow.save_run(fresh)
        if fresh.attempt == run.attempt:
            await closing.fail(
                self._tools, run.id, "Something broke here; what was painted is kept."
            )
            return
        await self._engine.start(fresh.engine_id, _who(fresh.actor))

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
        )

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

    async def session_in(self, platform: str, channel: str, thread: str) -> Session | None:
        async with self._tools.store.read() as uow:
            return await uow.session_in(platform, channel, thread)

    async def deliveries(self, session: str, after: int = 0) -> Sequence[Delivery]:
        async with self._tools.store.read() as uow:
            return await uow.deliveries(session, after)


def _who(actor: Actor) -> str:
    return f"{actor.platform}:{actor.tenant}:{actor.id}"


async def _session(uow: UnitOfWork, id: str) -> Session:
    session = await uow.session(id)
    if session is None:
        raise Gone("This session is not there any more.")
    return session


async def _run(uow: UnitOfWork, id: str) -> RunRecord:
    run = await uow.run(id)
    if run is None:
        raise Gone("This run is not there any more.")
    return run


async def _summary(uow: UnitOfWork, session: Session) -> SessionSummary:
    nodes = list(await uow.iterations(session.id))
    runs = await uow.runs_of_session(session.id)
    return SessionSummary(
        session=session,
        run=runs[-1] if runs else None,
        best=champion_of(nodes),
        iterations=len(nodes),
    )
