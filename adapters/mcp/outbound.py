"""Updates on their way to the calls that follow them."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from adapters.mcp.pictures import PLATFORM
from core.domain.records import Delivery, Receipt
from core.domain.updates import Update
from core.ports.sender import Send

Queue = asyncio.Queue[Update | None]
"""None: whoever called has gone."""


class Updates:
    """`core.ports.Sender`: every call sees all, and picks what is its run's."""

    platform = PLATFORM

    def __init__(self) -> None:
        self._queues: list[Queue] = []

    @contextmanager
    def watched(self, queue: Queue) -> Generator[None]:
        self._queues.append(queue)
        try:
            yield
        finally:
            self._queues.remove(queue)

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        yield lambda: self._show(delivery)

    async def _show(self, delivery: Delivery) -> Receipt:
        for queue in self._queues:
            queue.put_nowait(delivery.update)
        return Receipt(message=delivery.key, channel=PLATFORM)

    async def find(self, delivery: Delivery) -> Receipt | None:
        return Receipt(message=delivery.key, channel=PLATFORM)
