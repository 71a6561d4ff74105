"""A provider's server over loopback: records calls, collects violations, misbehaves when told."""

import asyncio
import io
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from aiohttp import web
from numpy.typing import NDArray
from PIL import Image

PAINT = (200, 30, 220)


@dataclass
class Call:
    """A request as it came in."""

    path: str
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    headers: dict[str, str] = field(default_factory=dict[str, str])


class Loopback:
    """Starts, stops and starts again on one port. `faults` go first, one per painting call."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.faults: deque[str] = deque()
        self.shades: deque[int] = deque()
        self.arrived = asyncio.Event()
        self.go_on = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0
        self.tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._port}"

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    async def start(self) -> None:
        app = web.Application(client_max_size=256 * 2**20)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        where = ("127.0.0.1", self._port)
        site = web.TCPSite(self._runner, *where, reuse_address=True, ssl_context=self.tls)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """From here on connections are refused."""
        self.go_on.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def fault(self) -> str:
        return self.faults.popleft() if self.faults else ""

    async def misbehave(self, request: web.Request, fault: str) -> None:
        """`drop`: the connection ends, the request was read. `hang` does so at `go_on`;
        `wait` answers then."""
        if fault in ("hang", "wait"):
            self.arrived.set()
            await self.go_on.wait()
        if fault in ("drop", "hang") and request.transport is not None:
            request.transport.abort()

    def pixels(self, width: int, height: int) -> NDArray[np.uint8]:
        """A picture of one colour: the next shade of grey if there is one."""
        colour = (self.shades.popleft(),) * 3 if self.shades else PAINT
        return np.full((height, width, 3), colour, np.uint8)

    def check(self, ok: object, complaint: str | Callable[[], str]) -> None:
        if not ok:
            self.violations.append(complaint if isinstance(complaint, str) else complaint())


def png(pixels: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def array(data: bytes, mode: str = "RGB") -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as opened:
        return np.asarray(opened.convert(mode), np.uint8)
