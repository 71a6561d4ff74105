"""The terminal as a platform: what is uploaded are paths, what is sent is read by the one who follows."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.person import PLATFORM
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage
from core.domain.records import Delivery, Receipt
from core.domain.updates import Update
from core.ports.sender import Send


class Files:
    """`core.ports.Uploads`: a handle is a path."""

    async def fetch(self, handle: ImageHandle) -> bytes:
        try:
            return await asyncio.to_thread(Path(handle.ref).read_bytes)
        except OSError as exc:
            raise BadImage(f"{handle.ref}: {exc.strerror or exc}.") from exc


class Screen:
    """`core.ports.Sender`: updates go into a queue that `follow` reads."""

    platform = PLATFORM

    def __init__(self) -> None:
        self.updates: asyncio.Queue[Update] = asyncio.Queue()

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        yield lambda: self._show(delivery)

    async def _show(self, delivery: Delivery) -> Receipt:
        self.updates.put_nowait(delivery.update)
        return Receipt(message=delivery.key, channel="terminal")

    async def find(self, delivery: Delivery) -> Receipt | None:
        return Receipt(message=delivery.key, channel="terminal")
