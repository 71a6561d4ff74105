"""Whose turn it is: who waits for a provider or for this machine, known wherever work is done."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from core.domain.commands import Actor, Place


def nobody_is_told(position: int, seconds: float) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Turn:
    """Servers take turns, and within a server its people. `told` hears the position in the line, from
    1 (0: it is theirs now), and in about how many seconds it is theirs."""

    server: str = ""
    person: str = ""
    told: Callable[[int, float], None] = field(default=nobody_is_told, compare=False)


NOBODY = Turn()
WHOSE: ContextVar[Turn] = ContextVar("WHOSE", default=NOBODY)


def turn_of(actor: Actor, home: Place, told: Callable[[int, float], None] = nobody_is_told) -> Turn:
    """A person's, for a run that lives at `home`."""
    person = f"{actor.platform}:{actor.tenant}:{actor.id}"
    return Turn(f"{home.platform}:{home.tenant}", person, told)
