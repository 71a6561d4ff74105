"""Slack takes about one post a second in a channel; what comes sooner waits its turn."""

import asyncio


class Pace:
    """First come, first served per key, at least `interval` seconds between two starts."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._next: dict[str, float] = {}

    async def turn(self, key: str) -> None:
        now = asyncio.get_running_loop().time()
        at = max(now, self._next.get(key, 0.0))
        self._next[key] = at + self._interval
        if len(self._next) > 1000:
            self._next = {k: t for k, t in self._next.items() if t > now}
        if at > now:
            await asyncio.sleep(at - now)
