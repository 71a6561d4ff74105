"""How far the pictures of a round are, and what they look like, told while they are being painted."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

EVERY_S = 3.0
STEP = 5
log = logging.getLogger(__name__)
Show = Callable[[int, bytes | None, "Wait | None"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Wait:
    """A place in the line for a provider, from 1, and about how many seconds until its turn."""

    place: int
    seconds: float


class Gauge:
    """Gathers what the painters of `count` pictures report into one percentage.

    `show` is called with it, in steps of 5, and with the newest preview that was not shown yet, at
    most every `every_s` seconds; nothing a painter reports waits for that.
    """

    def __init__(self, count: int, show: Show, every_s: float = EVERY_S) -> None:
        self._parts = [0.0] * count
        self._preview: bytes | None = None
        self._waits: dict[int, Wait] = {}
        self._show, self._every_s = show, every_s
        self._moved, self._over = asyncio.Event(), asyncio.Event()

    def part(self, index: int) -> Callable[[float], None]:
        """Takes the progress of one picture, 0-1; it never falls."""

        def report(fraction: float) -> None:
            self._parts[index] = max(self._parts[index], min(1.0, fraction))
            self._moved.set()

        return report

    def waits(self, index: int) -> Callable[[int, float], None]:
        """Takes where one picture stands in the line for its provider; 0 = its turn has come. Of
        several the first in line is shown."""

        def told(place: int, seconds: float) -> None:
            self._waits.pop(index, None)
            if place:
                self._waits[index] = Wait(place, seconds)
            self._moved.set()

        return told

    def preview(self, picture: bytes) -> None:
        """Takes a picture as it is by now, encoded."""
        self._preview = picture
        self._moved.set()

    def finish(self, index: int) -> None:
        """One picture is ended, whatever came of it."""
        self._parts[index] = 1.0

    @asynccontextmanager
    async def watched(self, name: str) -> AsyncGenerator[None]:
        """Shows the progress while the block runs; at its end a last write is waited for."""
        watch = asyncio.create_task(self._watch(), name=f"progress of {name}")
        try:
            yield
        finally:
            self._over.set()
            self._moved.set()
            await asyncio.wait({watch})

    async def _watch(self) -> None:
        shown, place = 0, 0
        while True:
            await self._moved.wait()
            if self._over.is_set():
                return
            self._moved.clear()
            percent = int(sum(self._parts) / len(self._parts) * 100 / STEP) * STEP
            preview, self._preview = self._preview, None
            wait = min(self._waits.values(), key=lambda each: each.place, default=None)
            before = place
            place = wait.place if wait else 0
            if percent <= shown and preview is None and place == before:
                continue
            shown = max(shown, percent)
            try:
                await self._show(shown, preview, wait)
            except Exception:
                log.warning("progress is no longer shown", exc_info=True)
                return
            await self._pause()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._over.wait(), self._every_s)
        except TimeoutError:
            return
