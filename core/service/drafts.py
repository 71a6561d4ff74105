"""A run about to be written: whether it asks first, and how it is announced."""

from dataclasses import dataclass
from decimal import Decimal

from core.domain.commands import Continue, EditPrompt, PaintAgain, Pick
from core.domain.ledger import Limits
from core.domain.records import Iteration, Plan, RunRecord, RunStatus, Session
from core.domain.updates import Accepted, Noticed
from core.ports.store import UnitOfWork

Branching = Pick | PaintAgain | EditPrompt | Continue


@dataclass(frozen=True, slots=True)
class Draft:
    """A run about to be written: its session (new or grown), plan and origin."""

    session: Session
    plan: Plan
    new: bool
    said: str = ""
    notes: tuple[str, ...] = ()  # about the picture
    unused: str = ""


def why_confirm(draft: Draft, limits: Limits, *, reserve: Decimal, paid_first: bool) -> str:
    """Why a run waits for a yes before it costs anything, "" where it begins at once."""
    if reserve <= 0:
        return ""
    if paid_first:
        return f"The first run that costs money asks before it starts. {draft.unused}".strip()
    if reserve > limits.confirm_usd_above:
        above = f"Runs above ${limits.confirm_usd_above:.2f} ask before they start."
        return f"{above} {draft.unused}".strip()
    return draft.unused


async def announce(uow: UnitOfWork, run: RunRecord, draft: Draft, reason: str) -> None:
    """Posts that the run is accepted, and what there is to say about it."""
    confirm = run.status is RunStatus.CONFIRMING
    await uow.outbox.post(
        Accepted(
            session=run.session,
            run=run.id,
            mode=run.plan.mode,
            owner=run.actor.id,
            owner_name=run.actor.name,
            quote=run.quote,
            goal=draft.session.goal,
            reference=draft.session.reference,
            base=run.plan.base,
            confirm=confirm,
            reason=reason,
            review=run.review,
            branch=not draft.new,
        ),
        run,
        draft.session,
    )
    unused = "" if confirm else draft.unused
    said = {"branch": draft.said, "picture": " ".join(draft.notes), "unused": unused}
    for about, sentence in said.items():
        if sentence:
            notice = Noticed(session=run.session, run=run.id, about=about, sentence=sentence)
            await uow.outbox.post(notice, run, draft.session)


def said_of(command: Branching, node: Iteration) -> str:
    who = command.actor.name or "Somebody"
    if isinstance(command, PaintAgain):
        return f"{who} has round {node.round} painted again."
    if isinstance(command, EditPrompt):
        return f"{who} edited the prompt of round {node.round}; a new branch grows from it."
    if isinstance(command, Continue):
        return f"{who} goes on from round {node.round}."
    return f"{who} picked round {node.round}; a new branch grows from it."
