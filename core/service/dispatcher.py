"""What each command does once it is written down. Refusals are raised and end with nothing changed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from core.domain import access
from core.domain.commands import (
    Actor,
    Ask,
    Confirm,
    Discard,
    Instead,
    Report,
    Repost,
    Reveal,
    Review,
    Revise,
    Say,
    Stop,
    Undo,
    Unpick,
    Vote,
    pick_key,
)
from core.domain.errors import BadRequest, Gone
from core.domain.records import OPEN, InboxState, RunRecord, RunStatus, Session, Signal
from core.domain.updates import Asked, Noticed
from core.jobs.journey import Journey
from core.jobs.registry import job_of, who_may
from core.ports.engine import Engine
from core.ports.repositories import InboxRow
from core.ports.store import UnitOfWork
from core.runtime import reviews
from core.runtime.context import RunContext
from core.runtime.lifecycle import CONFIRMING, cancel, owner_of
from core.service import offers, turns
from core.service.champions import champion_of
from core.service.fallbacks import agree
from core.service.identity import as_known
from core.service.intake import Intake
from core.service.reporting import report
from core.service.rules import check_words
from core.service.saying import Saying
from core.service.takedown import TakeDown
from core.service.undoing import undo
from core.service.voting import reveal, vote


class Dispatcher:
    """Carries commands out: starts runs through intake, signals the ones that are going."""

    def __init__(self, ctx: RunContext, engine: Engine, intake: Intake) -> None:
        self._ctx, self._engine, self._intake = ctx, engine, intake
        self._take_down = TakeDown(ctx)
        self._saying = Saying(ctx)

    async def dispatch(self, row: InboxRow) -> None:
        async with self._ctx.store.read() as uow:
            command = await as_known(uow, row.command)
        row = replace(row, command=command)
        if isinstance(command, Say):
            if command.instead:
                await self._stop_instead(command)
            command = await self._saying.meant(command)
        if isinstance(command, Journey) and await self._turn(row, command):
            return None
        if job := job_of(command):
            return await self.start(await self._intake.start(row, command, job))
        match command:
            case Revise() as command:
                await self._revise(row, command)
            case Stop() as command:
                await self._stop(row, command)
            case Confirm() as command:
                await self._confirm(row, command)
            case Instead() as command:
                await self._wake([await agree(self._ctx, row, command)])
            case Review() as command:
                await self._review(row, command)
            case Unpick() as command:
                await self._unpick(row, command)
            case Discard() as command:
                await self._discard(row, command)
            case Report() as command:
                await report(self._ctx, row, command)
            case Repost() as command:
                await self._repost(row, command)
            case Ask() as command:
                await self._ask(row, command)
            case Vote() as command:
                await vote(self._ctx, row, command)
            case Reveal() as command:
                await reveal(self._ctx, row, command)
            case Undo() as command:
                await undo(self._ctx, row, command)
            case _:
                raise BadRequest(f"This version does not know “{command.kind[:40]}”.")
        return None

    async def _turn(self, row: InboxRow, command: Journey) -> bool:
        """Whether it was said to a run that waits for it."""
        run = await turns.say(self._ctx, row, command)
        if run is not None:
            await self._wake([run])
        return run is not None

    async def _stop_instead(self, command: Say) -> None:
        """A run that was begun by mistake; where it is over there is nothing to stop."""
        async with self._ctx.store.write() as uow:
            run = await _run(uow, command.instead)
            access.authorise(command, "owner", await _session(uow, run.session), run.actor)
            if run.status in OPEN:
                await self._end(uow, run, command.actor)
        await self._wake([run])

    async def start(self, run: RunRecord) -> None:
        if run.status is RunStatus.QUEUED:
            await self._engine.start(run.engine_id, owner_of(run))

    async def _stop(self, row: InboxRow, command: Stop) -> None:
        async with self._ctx.store.write() as uow:
            session = await _session(uow, command.session)
            access.enter(session, command.actor)
            runs = [run for run in await uow.runs.of_session(session.id) if run.status in OPEN]
            runs = [run for run in runs if command.run in ("", run.id)]
            if not runs:
                raise Gone("There is no run to stop.")
            for run in runs:
                access.authorise(command, who_may(command), session, run.actor)
                await self._end(uow, run, command.actor)
            await uow.inbox.end(row.key, InboxState.TAKEN)
        await self._wake(runs)

    async def _end(self, uow: UnitOfWork, run: RunRecord, actor: Actor) -> None:
        await self._signal(uow, run, "stop", actor)
        if run.status is RunStatus.CONFIRMING:
            await cancel(self._ctx, uow, run, "Cancelled before it started.")

    async def _confirm(self, row: InboxRow, command: Confirm) -> None:
        async with self._ctx.store.write() as uow:
            run = await _run(uow, command.run)
            access.authorise(command, who_may(command), await _session(uow, run.session), run.actor)
            queued = None
            if command.yes:
                queued = await uow.runs.transition(run.id, CONFIRMING, RunStatus.QUEUED)
                await uow.servers.set_flag("paid_confirmed", "yes")
            elif await cancel(self._ctx, uow, run, "Cancelled before it started."):
                queued = run
            if queued is None:
                raise Gone("This run does not wait for a confirmation any more.")
            await uow.inbox.end(row.key, InboxState.TAKEN, run=run.id)
        self._ctx.nudge()
        await self.start(queued)

    async def _revise(self, row: InboxRow, command: Revise) -> None:
        async with self._ctx.store.write() as uow:
            run = await _run(uow, command.run)
            session = await _session(uow, run.session)
            access.authorise(command, who_may(command), session, run.actor)
            paused = run.status is RunStatus.PAUSED
            if not paused and run.status is not RunStatus.RUNNING:
                raise Gone("This review is over.")
            await check_words(uow, session.place, command.critique)
            if not paused:
                if not await reviews.is_open(uow, run, command.round):
                    raise Gone("This review is over.")
                await self._signal(
                    uow, run, "revise", command.actor, command.critique, command.round
                )
                await uow.inbox.end(row.key, InboxState.TAKEN, run=run.id)
            nodes = list(await uow.iterations.of_session(session.id))
        if not paused:
            return await self._wake([run])
        best = champion_of([node for node in nodes if node.run == run.id] or nodes, session)
        if best is None:
            raise Gone("There is no image to go on from.")
        resumed = await self._intake.resume(row, command, run, best.id, command.critique)
        how = "edited" if command.critique else "went_on"
        said = reviews.answered(how, self._ctx.clock(), command.actor, command.critique)
        async with self._ctx.store.write() as uow:
            await reviews.close_all(uow, run, session, said)
        self._ctx.nudge()
        await self.start(resumed)
        return None

    async def _review(self, row: InboxRow, command: Review) -> None:
        async with self._ctx.store.write() as uow:
            run = await _run(uow, command.run)
            session = await _session(uow, run.session)
            access.authorise(command, who_may(command), session, run.actor)
            if run.status not in OPEN:
                raise Gone("This run is over.")
            await uow.runs.save(replace(run, review=command.on))
            said = "Review of each round is on." if command.on else "Review of each round is off."
            await uow.outbox.post(
                Noticed(session=session.id, run=run.id, about="review", sentence=said), run, session
            )
            await uow.inbox.end(row.key, InboxState.TAKEN, run=run.id)
        self._ctx.nudge()

    async def _unpick(self, row: InboxRow, command: Unpick) -> None:
        actor = command.actor
        key = pick_key(actor.platform, actor.tenant, command.iteration, actor.id)
        async with self._ctx.store.write() as uow:
            await uow.inbox.end(row.key, InboxState.TAKEN)
            await uow.stars.unstar(actor, command.iteration)
            picked = await uow.inbox.get(key)
            run = await uow.runs.get(picked.run) if picked and picked.run else None
            if run is None or run.status not in OPEN:
                return
            access.authorise(command, who_may(command), await _session(uow, run.session), run.actor)
            if any(node.run == run.id for node in await uow.iterations.of_session(run.session)):
                return
            await self._signal(uow, run, "stop", actor)
            if run.status is RunStatus.CONFIRMING:
                await cancel(self._ctx, uow, run, "The star was taken back.")
        await self._wake([run])

    async def _discard(self, row: InboxRow, command: Discard) -> None:
        async with self._ctx.store.write() as uow:
            node = await uow.iterations.get(command.iteration)
            if node is None:
                raise Gone("This image is not there any more.")
            session, run = await _session(uow, node.session), await _run(uow, node.run)
            access.authorise(command, who_may(command), session, run.actor)
            await self._take_down.discard(uow, node, run, session)
            await uow.inbox.end(row.key, InboxState.TAKEN, run=run.id)
        self._ctx.nudge()
        await self._take_down.follow(run.id)

    async def _repost(self, row: InboxRow, command: Repost) -> None:
        async with self._ctx.store.write() as uow:
            delivery = await uow.outbox.get(command.delivery)
            if delivery is None:
                raise Gone("This post is not there any more.")
            session = await _session(uow, delivery.session)
            run = await uow.runs.get(delivery.run)
            access.authorise(command, who_may(command), session, run.actor if run else None)
            await offers.take_up(uow, delivery, command.actor)
            await uow.inbox.end(row.key, InboxState.TAKEN)
        self._ctx.nudge()

    async def _ask(self, row: InboxRow, command: Ask) -> None:
        update = Asked(
            what=command.what,
            actor=command.actor,
            about=command.about,
            dedup_key=command.dedup_key,
        )
        async with self._ctx.store.write() as uow:
            if command.what == "image":
                node = await uow.iterations.get(command.about)
                if node is None or node.discarded:
                    raise Gone("This image is not there any more.")
                access.enter(await _session(uow, node.session), command.actor)
            await uow.outbox.post(update, None, command)
            await uow.inbox.end(row.key, InboxState.TAKEN)
        self._ctx.nudge()

    async def _signal(
        self,
        uow: UnitOfWork,
        run: RunRecord,
        kind: Literal["stop", "revise"],
        actor: Actor,
        text: str = "",
        n: int = 0,
    ) -> None:
        word = Signal(
            run=run.id,
            kind=kind,
            actor=actor,
            text=text[:4000],
            round=n,
            at=self._ctx.clock(),
        )
        await uow.runs.add_signal(word)

    async def _wake(self, runs: Sequence[RunRecord]) -> None:
        self._ctx.nudge()
        for run in runs:
            await self._engine.wake(run.engine_id)


async def _session(uow: UnitOfWork, id: str) -> Session:
    session = await uow.sessions.get(id)
    if session is None:
        raise Gone(access.NOT_THERE)
    return session


async def _run(uow: UnitOfWork, id: str) -> RunRecord:
    run = await uow.runs.get(id)
    if run is None:
        raise Gone("This run is not there any more.")
    return run
