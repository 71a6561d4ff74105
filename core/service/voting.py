"""Votes on the pictures of a comparison, and the end of its blindness: the post is edited."""

import logging
from dataclasses import replace

from core.domain import access
from core.domain.commands import Reveal, Vote
from core.domain.errors import BadRequest, Gone, PictureLost, PixelsFailed
from core.domain.records import Delivery, InboxState, Iteration, RunRecord, Session
from core.domain.updates import Finished, IterationFinished
from core.jobs.registry import who_may
from core.ports.repositories import InboxRow
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.steps.sheet import caption, sheet

log = logging.getLogger(__name__)


async def vote(ctx: RunContext, row: InboxRow, command: Vote) -> None:
    """Counts one vote a person; a later one takes its place. Raises Refusal."""
    async with ctx.store.write() as uow:
        node, session, run = await _about(uow, command.iteration)
        access.authorise(command, who_may(command), session, run.actor)
        post, shown = await _post(uow, run, node)
        if not shown.blind:
            raise BadRequest("The vote is over.")
        platform, id = min(command.actor.known)  # one vote, at whichever of their doors
        voter = replace(command.actor, platform=platform, id=id)
        await uow.people.vote(run.id, voter, node.id)
        counted = await uow.people.votes(run.id)
        votes = tuple(counted.get(view.iteration, 0) for view in shown.candidates)
        await uow.outbox.rewrite(post, replace(shown, votes=votes), again=True)
        await uow.inbox.end(row.key, InboxState.TAKEN)
    ctx.nudge()


async def reveal(ctx: RunContext, row: InboxRow, command: Reveal) -> None:
    """Shows which picture is whose, with what each cost and took, and so does the closing sheet.
    Raises Refusal."""
    made = await _sheet(ctx, command)
    async with ctx.store.write() as uow:
        node, session, run = await _about(uow, command.iteration)
        access.authorise(command, who_may(command), session, run.actor)
        post, shown = await _post(uow, run, node)
        if shown.voting:
            raise BadRequest("This vote ends by itself.")
        nodes = {node.id: node for node in await uow.iterations.of_session(session.id)}
        labels = tuple(caption(nodes[view.iteration], paid=True) for view in shown.candidates)
        await uow.outbox.rewrite(post, replace(shown, labels=labels, blind=False), again=True)
        await _closed_with(uow, run, made)
        await uow.inbox.end(row.key, InboxState.TAKEN)
    ctx.nudge()


async def _sheet(ctx: RunContext, command: Reveal) -> str:
    """The pictures side by side with their labels, "" where that can't be made. Raises Refusal."""
    async with ctx.store.read() as uow:
        _, session, run = await _about(uow, command.iteration)
        access.authorise(command, who_may(command), session, run.actor)
    try:
        return await sheet(ctx, run.id, blind=False)
    except (PixelsFailed, PictureLost) as exc:
        log.warning("run %s has no sheet with labels: %s", run.id, exc)
        return ""


async def _closed_with(uow: UnitOfWork, run: RunRecord, made: str) -> None:
    for row in await uow.outbox.of_session(run.session):
        if row.run == run.id and isinstance(row.update, Finished) and made:
            await uow.outbox.rewrite(row, replace(row.update, contact_sheet=made), again=True)


async def _about(uow: UnitOfWork, iteration: str) -> tuple[Iteration, Session, RunRecord]:
    node = await uow.iterations.get(iteration)
    session = await uow.sessions.get(node.session) if node else None
    run = await uow.runs.get(node.run) if node else None
    if node is None or node.discarded or session is None or run is None:
        raise Gone("This picture is not there any more.")
    return node, session, run


async def _post(
    uow: UnitOfWork, run: RunRecord, node: Iteration
) -> tuple[Delivery, IterationFinished]:
    """The run's own post of this picture. Raises BadRequest where nobody votes on it."""
    votable = run.plan.vote_s > 0 or (run.plan.work is not None and run.plan.work.blind)
    for row in await uow.outbox.of_session(run.session):
        update = row.update
        if row.run == run.id and isinstance(update, IterationFinished) and not update.again:
            shows = any(view.iteration == node.id for view in update.candidates)
            if votable and shows:
                return row, update
    raise BadRequest("This picture is not voted on.")
