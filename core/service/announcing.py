"""Whether a run asks before it starts, and how it is announced."""

from decimal import Decimal

from core.domain.defaults import MAX_CANDIDATES
from core.domain.ledger import Limits
from core.domain.records import RunRecord, RunStatus
from core.domain.updates import Accepted, Noticed
from core.jobs.registry import is_picture
from core.ports.store import UnitOfWork
from core.service.drafts import Draft


def why_confirm(draft: Draft, limits: Limits, *, reserve: Decimal, paid_first: bool) -> str:
    """Why a run waits for a yes before it costs anything, "" where it begins at once."""
    if draft.fallback and draft.plan.asks:
        return draft.fallback
    if reserve <= 0:
        return ""
    if paid_first:
        return f"The first run that costs money asks before it starts. {draft.unused}".strip()
    if reserve > limits.confirm_usd_above:
        above = f"Runs above ${limits.confirm_usd_above:.2f} ask before they start."
        return f"{above} {draft.unused}".strip()
    if (together := len(draft.plan.work.prompts if draft.plan.work else ())) > MAX_CANDIDATES:
        return f"{together} pictures at once ask before they start. {draft.unused}".strip()
    return draft.unused


def _wish(draft: Draft) -> str:
    """What was asked for, in words: of a job on a picture that is there its own, not what the session
    began with."""
    own = not draft.new and is_picture(draft.plan.mode)
    return draft.plan.wish if own else draft.session.goal


async def announce(
    uow: UnitOfWork, run: RunRecord, draft: Draft, reason: str, limit: str = ""
) -> None:
    """Posts that the run is accepted, and what there is to say about it; `limit`: that one is nearly
    used up."""
    confirm = run.status is RunStatus.CONFIRMING
    await uow.outbox.post(
        Accepted(
            session=run.session,
            run=run.id,
            mode=run.plan.mode,
            owner=run.actor.id,
            owner_name=run.actor.name,
            locale=run.actor.locale,
            quote=run.quote,
            goal=_wish(draft),
            reference=draft.session.reference,
            base=run.plan.base,
            confirm=confirm,
            reason=reason,
            review=run.review,
            branch=not draft.new,
            label=run.label,
            before=draft.before,
        ),
        run,
        draft.session,
    )
    unused = "" if confirm else draft.unused
    branch = f"Branch {run.branch}: {draft.said}" if draft.said and run.branch else draft.said
    said = {
        "branch": branch,
        "picture": " ".join(draft.notes),
        "unused": unused,
        "limit": limit,
        "fallback": "" if confirm else draft.fallback,
    }
    for about, sentence in said.items():
        if sentence:
            notice = Noticed(session=run.session, run=run.id, about=about, sentence=sentence)
            await uow.outbox.post(notice, run, draft.session)
