"""How far a server's work is, while it is waited for: by its websocket."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import aiohttp

from adapters.models.fields import fields_of, number_of
from adapters.models.http import HttpClient
from core.domain.errors import ProviderError

log = logging.getLogger(__name__)


@asynccontextmanager
async def reported(
    http: HttpClient, client: str, report: Callable[[float], None] | None
) -> AsyncGenerator[None]:
    """While the block runs, `report` is told how far the job is that `client` sends, 0-1, whenever it
    has grown. A server without a websocket tells nothing; nothing else hangs from it."""
    if report is None:
        yield
        return
    listening = asyncio.Event()
    watch = asyncio.create_task(
        _watch(http, client, report, listening), name=f"progress of {client}"
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
    http: HttpClient, client: str, report: Callable[[float], None], listening: asyncio.Event
) -> None:
    best = 0.0
    try:
        async with http.socket(f"/ws?clientId={client}") as socket:
            listening.set()
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT and (now := _done(message.data)) > best:
                    best = now
                    report(now)
    except ProviderError as exc:
        log.info("no progress is told: %s", exc.sentence)


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
