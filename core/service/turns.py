"""A turn in a story: who may take it, and whether a run waits for it."""

from collections.abc import Sequence

from core.domain import access
from core.domain.commands import Actor, Command
from core.domain.errors import Gone, NotAllowed
from core.domain.records import (
    OPEN,
    InboxState,
    Iteration,
    Plan,
    RunRecord,
    RunStatus,
    Session,
    Signal,
)
from core.domain.story import Chapter
from core.domain.storytelling import path_to
from core.domain.updates import Noticed
from core.jobs.journey import MAX_SAID, Journey
from core.jobs.planning import bounded
from core.ports.repositories import InboxRow
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.steps.turns import ABOUT

LATE = "The vote was over a moment before."
TOLD = "This way is told already: its scene stands below. Take another, or say what happens."


def may_take(command: Command, session: Session, path: Sequence[Iteration]) -> None:
    """Raises NotAllowed where it is not this person who says how the story goes on."""
    chapter = path[-1].chapter if path else None
    if not isinstance(command, Journey) or chapter is None or not _takes(command):
        return
    if chapter.telling.decides == "owner":
        _owner_alone(session, command.actor)
    elif chapter.telling.decides == "turns":
        _somebody_else(command.actor, [n.chapter for n in path if n.chapter is not None])


def _takes(command: Journey) -> bool:
    return command.choice is not None or bool(command.say.strip())


def _owner_alone(session: Session, actor: Actor) -> None:
    owner = session.owner
    if not (access.same_person(owner, actor) or actor.moderator or actor.admin):
        raise NotAllowed(f"{owner.name or 'Who began it'} decides how this story goes on.")


def _somebody_else(actor: Actor, chapters: Sequence[Chapter]) -> None:
    """Nobody twice in a row, once two take part."""
    who = [chapter.telling.by for chapter in chapters]
    if len(set(who)) > 1 and who[-1] == f"{actor.platform}:{actor.id}":
        raise NotAllowed("It is somebody else's turn: everybody goes on once.")


async def say(ctx: RunContext, row: InboxRow, command: Journey) -> RunRecord | None:
    """Writes a choice down for the run that waits for it; None where none does. Raises Refusal."""
    if not command.iteration or not _takes(command):
        return None
    async with ctx.store.write() as uow:
        found = await _waiting(uow, command)
        if found is None:
            return None
        run, session, path = found
        access.enter(session, command.actor)
        may_take(command, session, path)
        ways = path[-1].chapter.scene.choices if path[-1].chapter else ()
        text, number = bounded("say", command.say, MAX_SAID), command.choice or 0
        if not text and not 1 <= number <= len(ways):
            raise Gone("There is no such way on.")
        signal = Signal(
            run=run.id,
            kind="turn",
            actor=command.actor,
            text=text,
            round=0 if text else number,
            at=ctx.clock(),
        )
        await uow.runs.add_signal(signal)
        await uow.inbox.end(row.key, InboxState.TAKEN, run=run.id)
    return run


async def _waiting(
    uow: UnitOfWork, command: Journey
) -> tuple[RunRecord, Session, tuple[Iteration, ...]] | None:
    """The run that shows this scene and still waits for people."""
    node = await uow.iterations.get(command.iteration)
    session = await uow.sessions.get(node.session) if node else None
    if node is None or session is None or node.chapter is None:
        return None
    for run in reversed(await uow.runs.of_session(session.id)):
        telling = run.plan.telling
        mine = node.run == run.id or (telling is not None and telling.of == node.id)
        if not mine or telling is None or not telling.waits or run.status is not RunStatus.RUNNING:
            continue
        asked = await uow.outbox.said(session.id, run.id, ABOUT)
        if asked and isinstance(asked.update, Noticed) and not asked.update.closed:
            nodes = await uow.iterations.of_session(session.id)
            return run, session, path_to(nodes, node.id)
    return None


async def untold(uow: UnitOfWork, row: InboxRow, session: Session, plan: Plan) -> None:
    """A way that is offered is told once, and what a party voted for stands: another way from there
    is up to who began the story. Raises Gone, NotAllowed."""
    telling = plan.telling
    if telling is None or telling.act != "tell" or not plan.base:
        return
    made = {node.run for node in await uow.iterations.of_session(session.id)}
    for run in await uow.runs.of_session(session.id):
        other = run.plan.telling
        if other is None or other.act != "tell" or run.plan.base != plan.base:
            continue
        if run.status not in OPEN and run.id not in made:
            continue
        same = (other.number, other.choice) == (telling.number, telling.choice)
        if same and (run.status in OPEN or telling.number):
            raise Gone(TOLD)
        if telling.decides == "party" and row.at <= run.created:
            raise Gone(LATE)
        if telling.decides == "party":
            _owner_alone(session, row.command.actor)
