"""Server-sent events: a session's outbox by sequence number, and the channel's list.

`update` events carry an id, the session's sequence number: a browser that reconnects sends the
last one it saw and gets exactly what came after. `channel` events have none: after a reconnect
(`ready`) the page loads the list anew. `live` comes when the page has caught up.
"""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from adapters.web.outbound import Watcher, WebSender, event
from adapters.web.security import Links
from adapters.web.telling import told
from core.domain.commands import Actor
from core.domain.errors import OverQuota
from core.ports.api import CoreApi

log = logging.getLogger(__name__)
HEARTBEAT_S = 15.0
RECHECK_S = 5.0
WRITE_S = 30.0
OPEN_S = 3_600.0  # then the page connects anew, with its last id
EACH, FROM_ADDRESS, ALL = 32, 256, 1_000


class OpenStreams:
    """How many streams are open: of a person, from an address, in all."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def one_more(self, person: str, address: str) -> Generator[None]:
        """Counts a stream while the block lasts. Raises OverQuota where there are too many."""
        limits = {f"person {person}": EACH, f"address {address}": FROM_ADDRESS, "all": ALL}
        if any(self._open[name] >= most for name, most in limits.items()):
            raise OverQuota("Too many pages are open: close one, then this one goes on by itself.")
        self._open.update(limits.keys())
        try:
            yield
        finally:
            self._open.subtract(limits.keys())
            for name in limits:
                if self._open[name] <= 0:
                    del self._open[name]


class EventStream:
    """One page's stream, from its request to its end."""

    def __init__(self, core: CoreApi, links: Links, watcher: Watcher, actor: Actor) -> None:
        self._core = core
        self._links = links
        self._watcher = watcher
        self._actor = actor

    async def run(self, request: web.Request, after: int) -> web.StreamResponse:
        """Writes until the page goes away or the server closes."""
        response = _response()
        await response.prepare(request)
        try:
            async with asyncio.timeout(OPEN_S):
                await _write(response, "retry: 1000\n" + _frame("ready", {"after": after}))
                await self._follow(response, after)
        except (ConnectionError, TimeoutError):
            pass  # the page is gone; it comes back with its last id
        except Exception:  # the answer has begun: what is left is to end it
            log.exception("a page's stream broke; it connects again with its last id")
        return response

    async def _follow(self, response: web.StreamResponse, after: int) -> None:
        quiet = 0.0
        frames, after = await self._thread_frames(after)
        await _write(response, frames + _frame("live", {}))
        while not self._watcher.closed:
            text = self._channel_frames()
            if self._watcher.changed:
                self._watcher.changed = False
                frames, after = await self._thread_frames(after)
                text += frames
            if not text and quiet >= HEARTBEAT_S:
                text = ": still here\n\n"
            if text:
                await _write(response, text)
                quiet = 0.0
            if not await self._watcher.wait(RECHECK_S):
                quiet += RECHECK_S
                self._watcher.changed = True

    def _channel_frames(self) -> str:
        digests, self._watcher.digests = self._watcher.digests, []
        text = "".join(_frame("channel", data) for data in digests)
        if self._watcher.behind:
            self._watcher.behind = False
            text += _frame("behind", {})
        return text

    async def _thread_frames(self, after: int) -> tuple[str, int]:
        if not self._watcher.session:
            return "", after
        text = ""
        for delivery in await self._core.deliveries(self._watcher.session, self._actor, after):
            after = max(after, delivery.seq)
            text += _frame("update", event(delivery, self._links), delivery.seq)
        return text, after


async def stream(
    request: web.Request, core: CoreApi, links: Links, sender: WebSender, actor: Actor
) -> web.StreamResponse:
    """Answers GET /api/events?session=…&after=… (a Last-Event-ID header wins over `after`)."""
    session = request.query.get("session", "")
    after = _number(request.headers.get("Last-Event-ID") or request.query.get("after", ""))
    with sender.watching(session) as watcher:
        return await EventStream(core, links, watcher, actor).run(request, after)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _response() -> web.StreamResponse:
    headers = {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
    }
    return web.StreamResponse(headers=headers)


def _frame(name: str, data: dict[str, Any], id: int | None = None) -> str:
    number = f"id: {id}\n" if id is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(told(data), ensure_ascii=False)}\n\n"


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(WRITE_S):
        await response.write(text.encode())
