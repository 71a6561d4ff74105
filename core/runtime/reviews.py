"""Reviews that are open, and how they end: who said what, when; then nobody can answer any more."""

from collections.abc import Sequence
from datetime import datetime

from core.domain.commands import Actor
from core.domain.records import Delivery, RunRecord, Session, Signal
from core.domain.reviews import Paused, ReviewClosed, ReviewEnd, ReviewRequested
from core.ports.store import UnitOfWork


def answered(
    how: ReviewEnd, at: datetime, actor: Actor | None = None, text: str = ""
) -> ReviewClosed:
    """The end of a review, as its post shows it."""
    by, name = (actor.id, actor.name or actor.id) if actor else (None, None)
    return ReviewClosed(how=how, at=at, by=by, by_name=name, text=text or None)


def end_of(signals: Sequence[Signal], n: int, now: datetime) -> ReviewClosed:
    """How round `n`'s review ended, from what people said to its run: the first word counts."""
    for signal in signals:
        if signal.kind == "revise" and signal.round == n:
            how: ReviewEnd = "edited" if signal.text else "went_on"
            return answered(how, signal.at, signal.actor, signal.text)
        if signal.kind == "stop":
            return answered("stopped", signal.at, signal.actor)
    return answered("time_up", now)


async def is_open(uow: UnitOfWork, run: RunRecord, n: int) -> bool:
    """Whether an answer to this review still counts: it is shown, and nobody answered."""
    if any(s.kind == "revise" and s.round == n for s in await uow.runs.signals(run.id)):
        return False
    return any(review.round == n for review in _open(await _rows(uow, run), run))


async def close_all(
    uow: UnitOfWork, run: RunRecord, session: Session, closed: ReviewClosed, n: int | None = None
) -> None:
    """Closes the reviews of a run that are open, or the one of round `n`."""
    for review in _open(await _rows(uow, run), run):
        if n in (None, review.round):
            await uow.outbox.post(closing(review, closed), run, session)


def closing(review: ReviewRequested | Paused, closed: ReviewClosed) -> ReviewRequested:
    """What its post becomes."""
    return ReviewRequested(
        session=review.session,
        run=review.run,
        round=review.round,
        iteration=review.iteration,
        critique=review.critique,
        until=None,
        closed=closed,
    )


async def _rows(uow: UnitOfWork, run: RunRecord) -> Sequence[Delivery]:
    return await uow.outbox.of_session(run.session)


def _open(rows: Sequence[Delivery], run: RunRecord) -> list[ReviewRequested | Paused]:
    """Of each round what was said last, where that can still be answered."""
    last: dict[int, ReviewRequested | Paused] = {}
    for row in rows:
        if row.run == run.id and isinstance(row.update, ReviewRequested | Paused):
            last[row.update.round] = row.update
    return [each for each in last.values() if isinstance(each, Paused) or each.is_open]
