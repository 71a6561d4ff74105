"""What an error of the database means to whoever is waiting: a sentence, where it may pass."""

from sqlalchemy.exc import DBAPIError

from adapters.sqlite import Fault, fault_of
from core.domain.errors import StoreUnavailable

BUSY = "Darkroom is busy; say it again in a moment."
FULL = "Darkroom can't write anything down now: its disk is full or failing. Say it again later."
AWAY = "Darkroom's database can't be reached now. Say it again in a moment."
_SENTENCES = {Fault.BUSY: BUSY, Fault.FULL: FULL, Fault.SHUT: FULL}
_STATES = {  # https://www.postgresql.org/docs/current/errcodes-appendix.html
    "55P03": Fault.BUSY,  # lock not available
    "40001": Fault.BUSY,
    "40P01": Fault.BUSY,
    "53100": Fault.FULL,
    "53200": Fault.FULL,
}


def trouble_of(exc: BaseException) -> Fault | None:
    """Of both databases; None for what is no trouble that may pass."""
    state: object = getattr(getattr(exc, "orig", None), "sqlstate", None)
    fault = _STATES.get(state) if isinstance(state, str) else fault_of(exc)
    return None if fault is Fault.DAMAGED else fault


def unavailable(exc: BaseException) -> StoreUnavailable | None:
    """None for a mistake of ours, which is no reason to say it again."""
    if (fault := trouble_of(exc)) is not None:
        return StoreUnavailable(_SENTENCES[fault])
    if isinstance(exc, DBAPIError) and exc.connection_invalidated:
        return StoreUnavailable(AWAY)
    return None
