"""Slack takes about one post a second in a channel; what comes sooner waits its turn."""

import asyncio

PATIENCE_S = 2.0
KEPT = 5000


class Pace:
    """First come, first served per key, at least `interval` seconds between two starts."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next: dict[str, float] = {}
        self._line: dict[str, float] = {}
        self._booked: dict[int, float] = {}

    async def turn(self, key: str) -> None:
        """Waits for the key's next start."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next.get(key, 0.0))
        self._next[key] = at + self._interval
        if len(self._next) > KEPT:
            self._next = {k: t for k, t in self._next.items() if t > now}
        if at > now:
            await asyncio.sleep(at - now)

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
