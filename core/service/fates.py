"""What becomes of a delivery after a try: sent, tried again after a while, parked, in doubt."""

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.errors import Paced, PlaceClosed, Transient, Uncertain, Undeliverable
from core.domain.records import Delivery, DeliveryState, Receipt

log = logging.getLogger(__name__)
FIRST_S, LONGEST_S = 1.0, 300.0
GIVE_UP = timedelta(days=1)
SILENT = "The platform did not answer in time."
BROKE = "Something broke here; the log says what."


@dataclass(frozen=True, slots=True)
class Fate:
    """What is recorded. `offer`: a person may ask for the post again; `tell`: the operator is told."""

    state: DeliveryState
    error: str = ""
    receipt: Receipt | None = None
    due: datetime | None = None
    since: datetime | None = None
    offer: bool = False
    tell: bool = False


def fate_of(exc: Exception, delivery: Delivery, now: datetime, *, left: bool) -> Fate:
    """`left`: the request may have left the program."""
    match exc:
        case Paced():
            due = now + timedelta(seconds=exc.retry_after)
            return Fate(DeliveryState.PENDING, due=due, since=delivery.since)
        case Transient():
            return failed(delivery, now, exc.sentence, exc.retry_after)
        case Uncertain() | TimeoutError() if left:
            return Fate(DeliveryState.UNKNOWN, str(exc) or SILENT, offer=True)
        case Uncertain() | TimeoutError():
            return failed(delivery, now, str(exc) or SILENT, 0.0)
        case Undeliverable():
            log.warning("parked %s: %s", delivery.key, exc)
            offer = not isinstance(exc, PlaceClosed)
            return Fate(DeliveryState.PARKED, exc.sentence, offer=offer)
        case _:
            log.error("parked %s", delivery.key, exc_info=exc)
            return Fate(DeliveryState.PARKED, BROKE, offer=True, tell=True)


def failed(delivery: Delivery, now: datetime, error: str, least_s: float) -> Fate:
    """Tried again, with pauses that grow as long as it goes on; given up after a day of it."""
    since = delivery.since or now
    if now - since >= GIVE_UP:
        return Fate(DeliveryState.PARKED, error, since=since, offer=True, tell=True)
    pause = max(least_s, back_off((now - since).total_seconds()))
    due = now + timedelta(seconds=pause)
    return Fate(DeliveryState.PENDING, error, due=due, since=since)


def back_off(age_s: float) -> float:
    """Seconds: about as long again as it has failed so far, five minutes at most, and spread: what
    failed together does not come back together."""
    return min(LONGEST_S, max(FIRST_S, age_s)) * random.uniform(0.5, 1.0)
