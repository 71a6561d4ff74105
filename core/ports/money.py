"""What is kept of limits, grants, blocks, and of who changed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from core.domain.audit import AuditRow
from core.domain.budgets import Grant, Limit, Usage
from core.domain.commands import Actor

SpendBy = Literal["day", "person", "model", "server"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Which runs count: those that began at `since` or later, and "" = whatever it is. `people`:
    one person by (platform, id) at each of their doors; those of a `tenant` by where they live; `own`: without those
    that were taken from a grant."""

    since: datetime
    platform: str = ""
    tenant: str = ""
    people: tuple[tuple[str, str], ...] = ()
    role: str = ""
    channel: str = ""
    grant: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """A line of a report: what it is about, its images and dollars, its runs (0: not counted)."""

    name: str
    images: int
    usd: Decimal
    runs: int = 0


class Budgets(Protocol):
    """Read and written in the transaction that reserves: nothing is overspent between the two."""

    async def limits(self, platform: str, tenant: str) -> Sequence[Limit]:
        """A server's own and the operator's (of the platform "")."""
        ...

    async def set_limit(self, limit: Limit, by: str, at: datetime) -> None: ...
    async def drop_limit(self, limit: Limit) -> bool:
        """Whatever its amount; False where there was none."""
        ...

    async def used(self, counted: Counted) -> Usage: ...
    async def runs(self, counted: Counted) -> Sequence[tuple[datetime, Usage]]:
        """What each run counts, oldest first."""
        ...

    async def give(self, grant: Grant) -> bool:
        """False where a grant of this id was given before."""
        ...

    async def grants(self, platform: str, tenant: str, actor: str = "") -> Sequence[Grant]:
        """A server's, or one person's there; those that end first come first."""
        ...

    async def draw(self, run: str, grant: str) -> None:
        """The run counts against a grant, not against its person's limits."""
        ...

    async def drawn(self, run: str) -> str:
        """The grant that a run is taken from, "" for none."""
        ...

    async def block(self, person: Actor, by: str, at: datetime) -> None: ...
    async def unblock(self, person: Actor) -> bool: ...
    async def blocked(self, platform: str, tenant: str) -> Mapping[str, str]:
        """Names by id."""
        ...

    async def spent(self, by: SpendBy, counted: Counted) -> Sequence[Spent]:
        """What ended and open runs count, by day (in order), person, model or server (dearest
        first). By model the bookings of calls alone."""
        ...


class Audit(Protocol):
    """Who changed what; rows are added and never changed, each sealed over the one before."""

    async def add(
        self,
        act: str,
        by: Actor,
        at: datetime,
        what: Mapping[str, str],
        *,
        whom: str = "",
        platform: str | None = None,
        tenant: str | None = None,
    ) -> None:
        """`whom` it was about, a person's id; by default it belongs to the actor's server."""
        ...

    async def rows(self, platform: str, tenant: str, limit: int = 50) -> Sequence[AuditRow]:
        """A server's newest, newest first; of the platform "" everybody's."""
        ...

    async def all(self) -> Sequence[AuditRow]:
        """In order, to be verified."""
        ...
