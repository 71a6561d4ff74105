"""Platforms that do what a test tells them."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from core.domain.records import Delivery, Receipt
from core.ports.clock import Clock
from core.ports.sender import Send, Sender
from core.ports.store import Store
from core.service.outbox import OutboxDrain

Step = Callable[[Delivery], Awaitable[None]]


async def nothing(delivery: Delivery) -> None:
    return None


class Told:
    """`core.ports.sender.Sender`: notes what was posted; each step may wait or raise. `asked` is
    what `find` says of a post that may have left: an error, or whether it is there."""

    def __init__(self, platform: str = "web") -> None:
        self.platform = platform
        self.posted: list[Delivery] = []
        self.before: Step = nothing
        self.request: Step = nothing
        self.asked: Exception | bool = True

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        await self.before(delivery)
        yield lambda: self._send(delivery)

    async def _send(self, delivery: Delivery) -> Receipt:
        await self.request(delivery)
        self.posted.append(delivery)
        message = delivery.edits.message if delivery.edits else f"m{len(self.posted)}"
        return Receipt(
            message=message, channel="c", thread=delivery.place.thread or f"t{len(self.posted)}"
        )

    async def find(self, delivery: Delivery) -> Receipt | None:
        if isinstance(self.asked, Exception):
            raise self.asked
        return Receipt(message="found", channel="c", thread="t") if self.asked else None

    @property
    def kinds(self) -> list[str]:
        return [delivery.update.kind for delivery in self.posted]


@asynccontextmanager
async def draining(
    store: Store, sender: Sender, clock: Clock, tell: Callable[[str, str], Awaitable[None]]
) -> AsyncGenerator[asyncio.Task[None]]:
    """An outbox that runs while the block lasts."""
    outbox = OutboxDrain(store, sender, clock, tell)
    task = asyncio.create_task(outbox.run(), name="outbox")
    try:
        yield task
    finally:
        async with store.write():  # not inside a transaction of its own
            task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)
