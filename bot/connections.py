"""A chat platform as the program sees it: one that goes on, whatever becomes of its client."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Generic, Protocol, TypeVar

import structlog
from aiohttp import web

from core.domain.commands import ImageHandle
from core.domain.errors import Transient
from core.domain.records import Delivery, Receipt
from core.ports.images import Uploads
from core.ports.sender import Send, Sender

log = structlog.get_logger()
CLOSE_S = 8.0
UNDER_WAY_S = 30.0


class Client(Protocol):
    """A platform's adapter; used once: what is closed does not come back."""

    @property
    def connected(self) -> bool: ...
    @property
    def sender(self) -> Sender: ...
    @property
    def uploads(self) -> Uploads: ...

    async def start(self) -> None:
        """Connects. Transient if the platform is not there, another DarkroomError if it refuses."""
        ...

    async def ended(self) -> None:
        """Waits until the connection has ended for good; raises what ended it."""
        ...

    async def close(self) -> None: ...


C = TypeVar("C", bound=Client)


class Connection(Generic[C]):
    """Implements `core.ports` Sender and Uploads by whichever client is there now."""

    def __init__(self, platform: str, make: Callable[[], C]) -> None:
        self._platform, self._make = platform, make
        self.client = make()
        self._used = False  # a client that failed or ended does not come back
        self.up = asyncio.Event()  # while a client is connected, or connecting by itself again
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def platform(self) -> str:
        return self._platform

    @property
    def connected(self) -> bool:
        return self.up.is_set() and self.client.connected

    async def first(self) -> None:
        """The first try: a platform that is not there is left to `hold`; one that refuses raises."""
        try:
            await self._start()
        except Transient as exc:
            log.warning("not connected", platform=self._platform, sentence=exc.sentence)

    async def hold(self) -> None:
        """Connected until cancelled; what ends the connection is raised, to be held again."""
        if not self.up.is_set():
            await self._start()
        try:
            await self.client.ended()
        finally:
            self.up.clear()
        raise Transient(f"The connection to {self._platform} ended.")

    async def _start(self) -> None:
        if self._used:
            await self._renew()
        self._used = True
        await self.client.start()
        self.up.set()

    async def _renew(self) -> None:
        """What is under way with the old client ends first; what comes meanwhile comes again."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UNDER_WAY_S):
                await self._idle.wait()
        await self.close()
        self.client = self._make()

    async def close(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_S):
                await self.client.close()
        except TimeoutError:
            log.warning("did not close in time", platform=self._platform)

    @contextlib.asynccontextmanager
    async def _sending(self) -> AsyncGenerator[Sender]:
        if not self.up.is_set():
            raise Transient(f"{self._platform} is not connected.", retry_after=5.0)
        self._under_way += 1
        self._idle.clear()
        try:
            yield self.client.sender
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    @contextlib.asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        async with self._sending() as sender, sender.prepare(delivery) as send:
            yield send

    async def find(self, delivery: Delivery) -> Receipt | None:
        async with self._sending() as sender:
            return await sender.find(delivery)

    async def fetch(self, handle: ImageHandle) -> bytes:
        return await self.client.uploads.fetch(handle)


async def not_connected(_: web.Request) -> web.StreamResponse:
    return web.Response(status=503, text="not connected", headers={"Retry-After": "5"})
