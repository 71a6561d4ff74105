"""Undo: the picture before is shown again, and is what one carries on from. Nothing is painted."""

import hashlib
from dataclasses import replace
from decimal import Decimal

from core.domain import access
from core.domain.commands import Undo
from core.domain.errors import BadRequest, Gone
from core.domain.records import InboxState, Iteration, RunRecord, Session
from core.domain.updates import IterationFinished
from core.imaging import tasks
from core.jobs.registry import who_may
from core.ports.repositories import InboxRow
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.progress import view
from core.service.champions import champion_of
from core.service.drafts import NOTHING

BROUGHT = "The picture that was brought along"
BACK = "Back to this picture: what comes next carries on from it. Nothing was charged."
FIRST = "This is the first picture here: there is none before it."


async def undo(ctx: RunContext, row: InboxRow, command: Undo) -> None:
    """One transaction: where the session stands, and the post. Raises Refusal."""
    async with ctx.store.read() as uow:
        session, node = await _undone(uow, command)
    size = await _size(ctx, session) if not node.parent and session.reference else (0, 0)
    async with ctx.store.write() as uow:
        session, node = await _undone(uow, command)
        run = await uow.runs.get(node.run)
        if run is None:
            raise Gone(NOTHING)
        access.authorise(command, who_may(command), session, run.actor)
        back = await _before(ctx, uow, session, node, size)
        newest = (await uow.iterations.of_session(session.id))[-1]
        await uow.sessions.save(replace(session, back=back.id, since=newest.id))
        made_by = await uow.runs.get(back.run) or run
        post = _shown(back, made_by, command.dedup_key, embedded=ctx.model_set.embedded)
        await uow.outbox.post(post, made_by, session)
        await uow.inbox.end(row.key, InboxState.TAKEN)
    ctx.nudge()


async def _undone(uow: UnitOfWork, command: Undo) -> tuple[Session, Iteration]:
    """What is to be gone back from, and its session as it stands."""
    if command.iteration:
        node = await uow.iterations.get(command.iteration)
        session = await uow.sessions.get(node.session) if node else None
    else:
        session = await uow.sessions.get(command.session)
        nodes = await uow.iterations.of_session(session.id) if session else ()
        node = champion_of(nodes, session)
    if session is None:
        raise Gone(access.NOT_THERE)
    access.enter(session, command.actor)
    if node is None or node.discarded:
        raise Gone(NOTHING)
    return session, node


async def _size(ctx: RunContext, session: Session) -> tuple[int, int]:
    return await ctx.pixels.run(tasks.size, await ctx.images.get(session.reference))


async def _before(
    ctx: RunContext, uow: UnitOfWork, session: Session, node: Iteration, size: tuple[int, int]
) -> Iteration:
    """The parent; of a first picture the one that was brought along, from now on a node as well.
    Raises Refusal where there is none."""
    if node.parent:
        parent = await uow.iterations.get(node.parent)
        if parent is None or parent.discarded:
            raise Gone("The picture before it is not there any more.")
        return parent
    if not session.reference or (node.round, node.image) == (0, session.reference):
        raise BadRequest(FIRST)
    first = (await uow.runs.of_session(session.id))[0]
    root = Iteration(
        id=f"{first.id}.0.0",
        session=session.id,
        run=first.id,
        parent="",
        round=0,
        candidate=0,
        prompt=BROUGHT,
        words=BROUGHT,
        image=session.reference,
        width=size[0],
        height=size[1],
        model="",
        created=ctx.clock(),
        cost=Decimal(0),
        alt=BROUGHT,
    )
    await uow.iterations.add(root)
    return await uow.iterations.get(root.id) or root


def _shown(node: Iteration, run: RunRecord, act: str, *, embedded: bool) -> IterationFinished:
    return IterationFinished(
        session=node.session,
        run=node.run,
        mode="undo",
        round=node.round,
        rounds=run.plan.rounds,
        candidates=(view(node),),
        best=0,
        champion=node.id,
        won=False,
        change=None,
        cost=Decimal(0),
        seconds=0.0,
        prompt=node.prompt,
        words=node.words,
        style=node.style,
        parent=node.parent,
        model=node.model,
        embedded=embedded and bool(node.model),
        note=BACK,
        label=run.label,
        shown="picture",
        again=hashlib.sha256(act.encode()).hexdigest()[:12],
    )
