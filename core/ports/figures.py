"""The figures of an installation, counted from its rows: they outlive a restart and a process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OfCalls:
    """Calls of one model, kind and state: how many, the seconds they took together, dollars."""

    model: str
    kind: str
    state: str
    count: int
    seconds: float
    usd: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """`runs` by status; `waiting`: commands not taken in yet; `outbox` by platform and state, without
    what was sent; `set_aside`: posts that failed for long and are tried again."""

    runs: Sequence[tuple[str, int]]
    rounds: int
    calls: Sequence[OfCalls]
    waiting: int
    outbox: Sequence[tuple[str, str, int]]
    set_aside: int


class Figures(Protocol):
    async def counts(self) -> Counts: ...
    async def lately(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        """How many calls that began since then are in each state, by model."""
        ...
