"""Offers to post again what may be missing: made where a post was lost, closed once it is there."""

from dataclasses import dataclass

from core.domain.commands import Actor, Place
from core.domain.records import Delivery, DeliveryState
from core.domain.updates import (
    REPOST,
    Accepted,
    Critiqued,
    Described,
    Discarded,
    IterationFinished,
    Noticed,
    Progressed,
    Update,
)
from core.ports.store import UnitOfWork

LOST = frozenset({DeliveryState.UNKNOWN, DeliveryState.PARKED})
IN_DOUBT = "A post may be missing here: the platform did not answer."
MISSING = "A post could not be made here."
HERE = "The missing post is here now."
OVERTAKEN = (Critiqued, Progressed, Noticed, Discarded)  # the next of its kind says it anew


@dataclass(frozen=True, slots=True)
class _Home:
    place: Place


def has_offer(delivery: Delivery) -> bool:
    """Whether a person would miss it: of a session, and said once. A session's opening is said anew
    by the status that follows, unless it waits for a yes."""
    update = delivery.update
    if isinstance(update, Accepted):
        return update.confirm or update.branch
    return bool(delivery.session) and not isinstance(update, OVERTAKEN)


async def offer(uow: UnitOfWork, delivery: Delivery, state: DeliveryState) -> None:
    """Says in the thread that a post may be missing, with a button to post it again."""
    sentence = IN_DOUBT if state is DeliveryState.UNKNOWN else MISSING
    await _say(uow, delivery, sentence, closed=False)


async def close(uow: UnitOfWork, delivery: Delivery, sentence: str = HERE) -> None:
    """Takes the button away, where there is one."""
    made = await uow.outbox.said(delivery.session, delivery.run, f"{REPOST}{delivery.key}")
    if made is not None and isinstance(made.update, Noticed) and not made.update.closed:
        await _say(uow, delivery, sentence, closed=True)


async def take_up(uow: UnitOfWork, delivery: Delivery, actor: Actor) -> None:
    """Somebody says that it is missing: it is posted again, once, and the button goes."""
    if delivery.state not in LOST:
        await close(uow, delivery)
        return
    await uow.outbox.save(delivery.id, DeliveryState.PENDING)
    await close(uow, delivery, f"Posted again: {actor.name or 'somebody'} missed it.")


async def _say(uow: UnitOfWork, delivery: Delivery, sentence: str, *, closed: bool) -> None:
    notice = Noticed(
        session=delivery.session,
        run=delivery.run,
        about=f"{REPOST}{delivery.key}",
        sentence=sentence,
        closed=closed,
    )
    await uow.outbox.post(notice, await uow.runs.get(delivery.run), _Home(delivery.place))


def is_quiet(update: Update) -> bool:
    """Whether a thread is spared this: who pays wants to see the end of the rounds alone."""
    return isinstance(update, IterationFinished | Critiqued) and update.quiet


def needless(delivery: Delivery) -> bool:
    """Whether there is nothing to post: a later update opened the message in its stead, or an offer
    was closed before anybody saw it."""
    update = delivery.update
    if is_quiet(update):
        return True
    if isinstance(update, Accepted):
        return delivery.edits is not None
    if isinstance(update, Discarded):
        return delivery.edits is None
    if isinstance(update, IterationFinished):
        return not update.candidates
    if isinstance(update, Described):
        return not update.image  # taken down before it was posted
    return isinstance(update, Noticed) and update.closed and delivery.edits is None
