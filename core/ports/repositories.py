"""The bot's database as core sees it: one repository a kind of record, all under one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from core.domain.budgets import Usage
from core.domain.commands import Actor, Command, Place
from core.domain.ledger import LedgerRow
from core.domain.records import (
    CallRow,
    InboxState,
    Iteration,
    RunRecord,
    RunStatus,
    Session,
    Signal,
)
from core.domain.settings import ServerSettings

T = TypeVar("T")


class Found(list[T]):
    """Rows that were read; `unreadable` are the others by their id, with the reason: another
    version wrote them."""

    def __init__(self) -> None:
        super().__init__()
        self.unreadable: dict[Any, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """A command as it was written down before it was acknowledged."""

    key: str
    command: Command
    state: InboxState
    at: datetime
    run: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge leaves to be deleted beside the database: image hashes that were named (others may
    use them: `Servers.unused`), keys of calls."""

    images: tuple[str, ...]
    calls: tuple[str, ...]


class Inbox(Protocol):
    """Commands as they were received. `add` returns False at a repeat and changes nothing."""

    async def add(self, row: InboxRow) -> bool: ...

    async def add_all(self, rows: Sequence[InboxRow]) -> Sequence[bool]:
        """Of each row, in order: False if its key was there before."""
        ...

    async def get(self, key: str) -> InboxRow | None: ...
    async def new(self, limit: int = 100) -> Found[InboxRow]: ...
    async def set_aside(self, keys: Collection[str]) -> None:
        """Quarantines new rows that this version can't read: they keep no other waiting."""
        ...

    async def reconsider(self) -> int:
        """Quarantined rows are new again: this version may know them. How many."""
        ...

    async def end(self, key: str, state: InboxState, *, run: str = "", error: str = "") -> None: ...
    async def free_key(self, key: str, run: str) -> None:
        """Renames an ended pick's key to `key#run`, so that the same pick can be made again."""
        ...

    async def picked_before(self, key: str) -> bool:
        """True if a pick of this key was ever taken, open or ended."""
        ...


class Sessions(Protocol):
    async def add(self, session: Session) -> None: ...
    async def get(self, id: str) -> Session | None: ...
    async def save(self, session: Session) -> None: ...
    async def of_actor(self, actor: Actor, limit: int = 25) -> Sequence[Session]: ...
    async def of_person(self, platform: str, person: str) -> Sequence[Session]:
        """All of them, in every server."""
        ...

    async def in_channel(self, platform: str, channel: str, limit: int = 25) -> Sequence[Session]:
        """The newest sessions whose place is this channel, newest first."""
        ...

    async def in_thread(self, platform: str, channel: str, thread: str) -> Session | None:
        """The newest session whose thread this is."""
        ...


class Runs(Protocol):
    async def add(self, run: RunRecord) -> bool:
        """False if its id was there before."""
        ...

    async def get(self, id: str) -> RunRecord | None: ...
    async def save(self, run: RunRecord) -> None:
        """Everything but the status with its times and reason, which change by `transition`
        alone. Nothing happens where the run is not there."""
        ...

    async def transition(
        self,
        id: str,
        expected: Collection[RunStatus],
        new: RunStatus,
        *,
        reason: str = "",
        at: datetime | None = None,
    ) -> RunRecord | None:
        """Compare-and-set: the run with its new status, None (nothing changed) where its status
        was none of `expected`. `at` is written as the start of a run that begins, as the end of
        one that ends, where there was none before."""
        ...

    async def of_session(self, session: str) -> Sequence[RunRecord]: ...
    async def with_status(self, statuses: Collection[RunStatus]) -> Sequence[RunRecord]: ...
    async def open_count(self, actor: Actor) -> int:
        """A person's open runs, in all servers of their platform."""
        ...

    async def add_signal(self, signal: Signal) -> None: ...
    async def signals(self, run: str) -> Sequence[Signal]: ...


class Iterations(Protocol):
    async def add(self, iteration: Iteration) -> bool:
        """False if its id was there before."""
        ...

    async def get(self, id: str) -> Iteration | None: ...
    async def save(self, iteration: Iteration) -> None: ...
    async def uses(self, image: str) -> bool:
        """Whether anything that was not taken down shows this image hash."""
        ...

    async def of_session(self, session: str) -> Sequence[Iteration]:
        """All iterations of a session in the order of their making."""
        ...


class Calls(Protocol):
    async def begin(self, row: CallRow) -> CallRow:
        """Inserts the intent; returns the row as it stands (another process's, if it was there)."""
        ...

    async def get(self, key: str) -> CallRow | None: ...
    async def save(self, row: CallRow) -> None: ...
    async def of_run(self, run: str) -> Sequence[CallRow]: ...
    async def mean_seconds(self, model: str, kind: str, last: int = 20) -> float | None:
        """Mean duration in seconds of the last done calls of a model and kind, None if there is none."""
        ...

    async def refusals(self, actor: Actor, since: datetime) -> int:
        """How many of a person's runs since then had a painting that was refused, in every server of
        their platform."""
        ...


class Ledger(Protocol):
    async def book(self, row: LedgerRow) -> bool: ...
    async def of_run(self, run: str) -> Sequence[LedgerRow]: ...
    async def of_person(self, actor: Actor) -> Sequence[LedgerRow]:
        """Everything that was booked to them, in every server of their platform."""
        ...

    async def usage(
        self, day: date, actor: Actor | None = None, *, home: Place | None = None
    ) -> Usage:
        """Per run of that day: the bookings (settle, unknown) if released, else the larger of
        reservation and bookings; summed over one person's runs in all servers of their platform
        (without those taken from a grant), over those of the sessions that live on the server of
        `home`, or over everybody's."""
        ...


class Servers(Protocol):
    """What belongs to a server as a whole, and the installation's own flags."""

    async def settings(self, platform: str, tenant: str) -> ServerSettings:
        """A server's settings; the defaults where its admins set nothing."""
        ...

    async def save_settings(self, platform: str, tenant: str, settings: ServerSettings) -> None: ...

    async def purge(self, platform: str, tenant: str) -> Purged:
        """Deletes what a server's people made and wrote; what was booked stays, without names."""
        ...

    async def forget(self, platform: str, person: str) -> Purged:
        """Deletes a person's sessions with all on them; elsewhere they become nobody."""
        ...

    async def outdated(
        self, platform: str, tenant: str, before: datetime, most: int
    ) -> Sequence[Session]:
        """The oldest sessions of a server in which nothing was begun since then, nothing goes on and
        nothing is a favourite."""
        ...

    async def worded(self, platform: str, tenant: str, most: int) -> Sequence[Session]:
        """The oldest sessions of a server that still have their words, and in which nothing goes on
        and no post waits."""
        ...

    async def blank(self, session: Session) -> Sequence[str]:
        """Throws away the words of a session, also those beside it; the keys of its calls."""
        ...

    async def all_settings(self) -> Sequence[tuple[str, str, ServerSettings]]:
        """Every server that has some: platform, tenant, settings."""
        ...

    async def purge_session(self, session: Session) -> Purged:
        """Deletes one session with all that grew from it; what was booked stays, without names."""
        ...

    async def unused(self, images: Collection[str]) -> Sequence[str]:
        """Those of these image hashes that no session names any more."""
        ...

    async def flag(self, name: str) -> str: ...
    async def set_flag(self, name: str, value: str) -> None: ...
