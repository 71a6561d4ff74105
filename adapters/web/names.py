"""Whose a name is, where the token is needed: the session's that took it, until it was away for long."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Protocol

from adapters.web.inbound import PLATFORM
from core.ports.store import Store

FREE_AFTER = timedelta(days=90)


class Names(Protocol):
    async def take(self, name: str, person: str) -> bool:
        """Whether the person has this name now: it was free, or theirs. `name` is folded."""
        ...


class MemoryNames:
    """For as long as the process lives."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}

    async def take(self, name: str, person: str) -> bool:
        return self._held.setdefault(name, person) == person


class StoredNames:
    """In the database, as flags: of a name its hash, of the person the id, and the day it was last
    used. Read and written in one transaction, so that of two who ask at once one gets it."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store, self._clock = store, clock

    async def take(self, name: str, person: str) -> bool:
        key = f"name/{PLATFORM}/{sha256(name.encode()).hexdigest()[:32]}"
        today = self._clock().date()
        async with self._store.write() as uow:
            holder, _, day = (await uow.servers.flag(key)).partition(" ")
            if holder not in ("", person) and today - _date(day) < FREE_AFTER:
                return False
            await uow.servers.set_flag(key, f"{person} {today.isoformat()}")
        return True


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
