"""Coalesces the edits of progress lines: the newest one wins, at most one edit in an interval."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.domain.errors import PlatformError, StoreUnavailable
from core.domain.records import Delivery

log = logging.getLogger(__name__)
Show = Callable[[Delivery], Awaitable[None]]


class Progress:
    """One task for each message that is being kept up to date; they end by themselves."""

    def __init__(self, show: Show, every_s: float) -> None:
        self._show = show
        self._every_s = every_s
        self._newest: dict[str, Delivery] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def later(self, message: str, delivery: Delivery) -> None:
        """Shows this soon, unless something newer comes first. Nothing after the end."""
        if self._closed:
            return
        self._newest[message] = delivery
        if message not in self._tasks:
            task = asyncio.create_task(self._keep(message), name=f"discord-progress-{message}")
            self._tasks[message] = task

    async def settle(self, message: str) -> None:
        """Drops what was not shown yet and waits for an edit under way: a final state follows."""
        self._newest.pop(message, None)
        task = self._tasks.pop(message, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        self._closed = True
        for message in list(self._tasks):
            await self.settle(message)

    async def _keep(self, message: str) -> None:
        while (delivery := self._newest.pop(message, None)) is not None:
            try:
                await self._show(delivery)
            except (PlatformError, StoreUnavailable) as error:
                log.info("progress of %s not shown: %s", delivery.run, error)
            except Exception:  # the next one may be shown
                log.exception("progress of %s not shown", delivery.run)
            await asyncio.sleep(self._every_s)
        if self._tasks.get(message) is asyncio.current_task():
            del self._tasks[message]
