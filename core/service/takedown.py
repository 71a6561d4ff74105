"""A round is taken down: its post, every copy of it, what leads to it, the bytes nobody else uses."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.domain.records import OPEN, Delivery, Iteration, RunRecord, Session
from core.domain.takedown import closed_without, pictures_of, without
from core.domain.updates import (
    Asked,
    Described,
    Discarded,
    Finished,
    IterationFinished,
    Progressed,
    Update,
)
from core.jobs.registry import is_picture
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.steps import finish
from core.steps.sheet import sheet

FLAG = "taking_down"  # "session/hash …": files that are deleted when no run needs them


class TakeDown:
    """What still has to be deleted is a flag, so that a restart goes on with it."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx

    async def discard(
        self, uow: UnitOfWork, node: Iteration, run: RunRecord, session: Session
    ) -> None:
        """All of it but the files, in the caller's transaction."""
        nodes = await uow.iterations.of_session(session.id)
        round_ = [each for each in nodes if (each.run, each.round) == (node.run, node.round)]
        for each in round_:
            await uow.iterations.save(replace(each, discarded=True))
        gone = {each.id for each in round_}
        update = Discarded(session=session.id, run=run.id, round=node.round, iteration=node.id)
        await uow.outbox.post(update, run, session)
        rows = await uow.outbox.of_session(session.id)
        for row in rows:
            await _other_posts_taken_back(uow, row.update, gone, session)
        branches = [
            each for each in await uow.runs.of_session(session.id) if each.plan.base in gone
        ]
        hashes = {each.image for each in round_} | await _rewrite(uow, rows, gone, run, branches)
        for id in gone:
            for copy in await uow.outbox.copies(id):
                await _take_back(uow, copy, id)
        known = set((await uow.servers.flag(FLAG)).split())
        known |= {f"{session.id}/{hash}" for hash in hashes}
        await uow.servers.set_flag(FLAG, " ".join(sorted(known)))

    async def follow(self, run_id: str) -> None:
        """After the transaction: the closing pictures anew, without what is gone; then the files."""
        await self._close_again(run_id)
        await self.once()

    async def once(self) -> None:
        """Deletes files that nobody uses any more; those of a session that is going wait."""
        async with self._ctx.store.read() as uow:
            known = (await uow.servers.flag(FLAG)).split()
            done = [each for each in known if not await _is_going(uow, each.split("/")[0])]
            hashes = {each.split("/")[1] for each in done}
            unused = [hash for hash in sorted(hashes) if not await uow.iterations.uses(hash)]
        if not done:
            return
        await self._ctx.images.forget(unused, [])
        async with self._ctx.store.write() as uow:
            left = set((await uow.servers.flag(FLAG)).split()) - set(done)
            await uow.servers.set_flag(FLAG, " ".join(sorted(left)))

    async def _close_again(self, run_id: str) -> None:
        async with self._ctx.store.read() as uow:
            run = await uow.runs.get(run_id)
            closing = await _closing(uow, run) if run else None
        if run is None or closing is None:
            return
        best = closing.best.iteration if closing.best else ""
        if is_picture(run.plan.mode):
            made = finish.Pictures(sheet=await sheet(self._ctx, run_id))
        else:
            made = await finish.pictures(self._ctx, run_id, best)
        async with self._ctx.store.write() as uow:
            session = await uow.sessions.get(run.session)
            if session is None or await _closing(uow, run) != closing:
                return  # somebody took down another one meanwhile, and does this
            update = replace(
                closing,
                contact_sheet=made.sheet,
                animation=made.animation,
                animation_gif=made.gif,
                plot=made.plot,
            )
            await uow.outbox.post(update, run, session)
        self._ctx.nudge()


async def _rewrite(
    uow: UnitOfWork,
    rows: Sequence[Delivery],
    gone: Collection[str],
    run: RunRecord,
    branches: Sequence[RunRecord],
) -> set[str]:
    """What was said already says nothing of it any more; hashes that fell out."""
    fallen: set[str] = set()
    begun_here = {branch.id for branch in branches}
    for row in rows:
        update = row.update
        if isinstance(update, Finished) and row.run == run.id:
            changed = closed_without(update, gone)
            fallen |= pictures_of(update)
        else:
            changed = without(update, gone)
            if isinstance(update, Described) and update.shows and changed is not update:
                fallen.add(update.image)
        shows_base = isinstance(update, Progressed) and row.run in begun_here
        if changed is not update or shows_base:
            again = not isinstance(changed, IterationFinished | Described)
            await uow.outbox.rewrite(row, changed, again=again)
    return fallen


async def _take_back(uow: UnitOfWork, copy: Delivery, iteration: str) -> None:
    if isinstance(copy.update, Asked):
        update = Discarded(
            session="", run="", round=0, iteration=iteration, copy=copy.update.subject
        )
        await uow.outbox.post(update, None, copy)


async def _other_posts_taken_back(
    uow: UnitOfWork, update: Update, gone: Collection[str], session: Session
) -> None:
    """What an undo showed once more goes as well, and what was said or drawn of it."""
    copies: list[str] = []
    if isinstance(update, IterationFinished) and update.again:
        copies = [shown.iteration for shown in update.candidates if shown.iteration in gone]
    elif isinstance(update, Described) and update.is_of(gone):
        copies = [update.iteration or min(gone)]
    for iteration in copies:
        copy = Discarded(
            session=session.id,
            run=update.run,
            round=getattr(update, "round", 0),
            iteration=iteration,
            copy=update.subject,
        )
        await uow.outbox.post(copy, None, session)


async def _closing(uow: UnitOfWork, run: RunRecord) -> Finished | None:
    rows = await uow.outbox.of_session(run.session)
    mine = [row.update for row in rows if row.run == run.id and isinstance(row.update, Finished)]
    return mine[-1] if mine else None


async def _is_going(uow: UnitOfWork, session: str) -> bool:
    return any(run.status in OPEN for run in await uow.runs.of_session(session))
