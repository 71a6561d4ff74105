"""How far a server's work is, and what it looks like, while it is waited for: by its websocket.

Binary messages are pictures (ComfyUI's protocol.py, server.py): a big-endian 32-bit kind, then
1: a 32-bit format and the file; 4: a 32-bit length, that much JSON, and the file.
"""

import asyncio
import json
import logging
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import aiohttp

from adapters.models.fields import fields_of, number_of
from adapters.models.http import HttpClient
from core.domain.errors import ProviderError

log = logging.getLogger(__name__)
PICTURE, PICTURE_WITH_FACTS = 1, 4
FORMATS = (b"\xff\xd8\xff", b"\x89PNG")
Report = Callable[[float], None] | None
Preview = Callable[[bytes], None] | None


@asynccontextmanager
async def reported(
    http: HttpClient, client: str, report: Report, preview: Preview = None
) -> AsyncGenerator[None]:
    """While the block runs, `report` is told how far the job is that `client` sends, 0-1, whenever it
    has grown, and `preview` the picture as it is by then. A server without a websocket tells
    nothing; nothing else hangs from it."""
    if report is None:
        yield
        return
    listening = asyncio.Event()
    watch = asyncio.create_task(
        _watch(http, client, report, preview, listening), name=f"progress of {client}"
    )
    ready = asyncio.create_task(listening.wait(), name=f"listening of {client}")
    try:
        await asyncio.wait({watch, ready}, return_when=asyncio.FIRST_COMPLETED)
        yield
    finally:
        for task in (watch, ready):
            task.cancel()
        await asyncio.wait({watch, ready})
        if not watch.cancelled() and (fault := watch.exception()):
            log.warning("progress was lost: %r", fault)


async def _watch(
    http: HttpClient,
    client: str,
    report: Callable[[float], None],
    preview: Preview,
    listening: asyncio.Event,
) -> None:
    best = 0.0
    try:
        async with http.socket(f"/ws?clientId={client}") as socket:
            listening.set()
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT and (now := _done(message.data)) > best:
                    best = now
                    report(now)
                if message.type is aiohttp.WSMsgType.BINARY and preview is not None:
                    _show(message.data, preview)
    except ProviderError as exc:
        log.info("no progress is told: %s", exc.sentence)


def _show(frame: bytes, preview: Callable[[bytes], None]) -> None:
    if picture := picture_in(frame):
        preview(picture)


def picture_in(frame: bytes) -> bytes:
    """The file in a binary message, b"" where it holds something else."""
    if len(frame) < 8:
        return b""
    kind, second = struct.unpack_from(">II", frame)
    start = {PICTURE: 8, PICTURE_WITH_FACTS: 8 + second}.get(kind, len(frame))
    file = frame[start:]
    return file if file.startswith(FORMATS) else b""


def _done(text: str) -> float:
    """The share of a sampler's steps that are done, 0 where the message tells of something else."""
    try:
        said = fields_of(json.loads(text))
    except ValueError:
        return 0.0
    data = fields_of(said.get("data"))
    value, most = number_of(data.get("value")), number_of(data.get("max"))
    if said.get("type") != "progress" or value is None or not most:
        return 0.0
    return min(1.0, float(value / most))
