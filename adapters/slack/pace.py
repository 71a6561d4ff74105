"""Slack takes about one post a second in a channel; what comes sooner waits its turn."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

PATIENCE_S = 2.0
KEPT = 5000


class PostPace:
    """First come, first served per key: one at a time, and at least `interval` seconds between the
    end of one and the start of the next, so that Slack never sees them closer, however late a
    request is on its way."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._locks: dict[str, asyncio.Lock] = {}
        self._next: dict[str, float] = {}
        self._line: dict[str, float] = {}
        self._booked: dict[int, float] = {}

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncGenerator[None]:
        """Waits for the key's next start; the block is the call."""
        loop = asyncio.get_running_loop()
        async with self._lock(key):
            wait = self._next.get(key, 0.0) - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            try:
                yield
            finally:
                self._next[key] = loop.time() + self._interval

    def _lock(self, key: str) -> asyncio.Lock:
        if len(self._locks) > KEPT:
            now = asyncio.get_running_loop().time()
            self._locks = {k: lock for k, lock in self._locks.items() if lock.locked()}
            self._next = {k: at for k, at in self._next.items() if at > now}
        return self._locks.setdefault(key, asyncio.Lock())

    def book(self, key: str, id: int) -> float:
        """Seconds until `id` should come again, 0 if its turn is near: a long line of one channel
        must not hold up the others, so whoever is far back keeps a place and comes back."""
        now = asyncio.get_running_loop().time()
        at = self._booked.pop(id, None)
        if at is None:
            at = max(now, self._line.get(key, 0.0))
            self._line[key] = at + self._interval
        if at - now <= PATIENCE_S:
            return 0.0
        self._booked[id] = at
        return at - now
