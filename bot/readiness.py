"""Whether work can be taken in now: platforms connected, nothing broken, room to write."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from core.domain.errors import StoreUnavailable
from core.ports.store import Store

log = structlog.get_logger()
ROOM = 256 * 1024  # bytes, such as a small picture
WITHIN_S = 1.5
KEPT_S = 2.0  # whoever asks more often hears the same again
WATCH_S = 30.0


SENTENCE = (
    "Nothing could be written down for {minutes} min: the disk was full or failing, or the database "
    "locked. Runs waited and go on by themselves; see that there is room."
)


class Connected(Protocol):
    @property
    def connected(self) -> bool: ...


class Readiness:
    """Tries a write at each look: a disk that is full shows before somebody's command fails."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        clock: Callable[[], datetime],
        platforms: Mapping[str, Connected],
        broken: Callable[[], Sequence[str]],
    ) -> None:
        self._store, self._folder, self._clock = store, folder, clock
        self._platforms, self._broken = platforms, broken
        self._looking = asyncio.Lock()
        self._storage, self._seen = True, float("-inf")

    async def look(self) -> tuple[bool, dict[str, object]]:
        """Ready or not, and each part by name."""
        connected = {name: platform.connected for name, platform in self._platforms.items()}
        broken = list(self._broken())
        storage = await self._written()
        ready = all(connected.values()) and not broken and storage
        return ready, {"ready": ready, **connected, "storage": storage, "broken": broken}

    async def watch(self, tell: Callable[[str, str], Awaitable[None]]) -> None:
        """Looks by itself as well: the log hears at once, the operator as soon as their message can
        be written down."""
        full_since: datetime | None = None
        while True:
            await asyncio.sleep(WATCH_S)
            if not await self._written():
                full_since = full_since or self._clock()
            elif full_since is not None:
                minutes = max(1, round((self._clock() - full_since).total_seconds() / 60))
                full_since = None
                await tell("storage", SENTENCE.format(minutes=minutes))

    async def _written(self) -> bool:
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now - self._seen >= KEPT_S:
                storage = await self._try()
                if storage and not self._storage:
                    log.info("storage can be written again")
                self._storage, self._seen = storage, asyncio.get_running_loop().time()
            return self._storage

    async def _try(self) -> bool:
        try:
            async with self._store.write(urgent=True, within_s=WITHIN_S) as uow:
                await uow.servers.set_flag("written", self._clock().isoformat())
            await asyncio.to_thread(_room, self._folder)
        except (StoreUnavailable, OSError) as exc:
            log.error("storage can't be written", sentence=str(exc))
            return False
        return True


def _room(folder: Path) -> None:
    """Raises OSError where a picture would not fit."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(ROOM))
        file.flush()
        os.fsync(file.fileno())
