"""How far the server's work is, and what it looks like, while a call is under way:
GET /sdapi/v1/progress."""

import asyncio
import base64
import binascii
import contextlib
import logging
import math
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.models.http import HttpClient
from adapters.models.policy import PROBING
from core.domain.errors import ProviderError

PROGRESS = "/sdapi/v1/progress?skip_current_image={}"
POLICY = replace(PROBING, whole_s=5.0)
LONGEST_PAUSE_S = 30.0
log = logging.getLogger(__name__)


@asynccontextmanager
async def reported(
    http: HttpClient,
    task: str,
    alone: Callable[[], bool],
    report: Callable[[float], None] | None,
    every_s: float,
    preview: Callable[[bytes], None] | None = None,
) -> AsyncGenerator[None]:
    """While the block runs, `report` is told the call's progress, 0-1, whenever it has grown, and
    `preview` the picture as it is then.

    The server tells of one job: ours if it names `task`; where it names none, only if `alone`.
    """
    if report is None:
        yield
        return
    watch = asyncio.create_task(
        _watch(http, task, alone, report, every_s, preview), name=f"progress of {task or 'a call'}"
    )
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.wait({watch})
        if not watch.cancelled() and (fault := watch.exception()):
            log.warning("progress was lost: %r", fault)


async def _watch(
    http: HttpClient,
    task: str,
    alone: Callable[[], bool],
    report: Callable[[float], None],
    every_s: float,
    preview: Callable[[bytes], None] | None,
) -> None:
    best, pause = 0.0, every_s
    page = PROGRESS.format("true" if preview is None else "false")
    while True:
        await asyncio.sleep(pause)
        try:
            reply = await http.get(page, POLICY)
        except ProviderError:
            pause = min(LONGEST_PAUSE_S, 2 * pause)  # it is busy painting: not so often, then
            continue
        pause = every_s
        if reply.status != 200:  # stable-diffusion.cpp has no such page
            return
        fields = reply.fields()
        now = _fraction(fields.get("progress"))
        named = fields.get("current_task")
        if (named == task if named else alone()) and now > best:
            best = now
            report(now)
            if preview is not None:
                _show(fields.get("current_image"), preview)


def _show(encoded: object, preview: Callable[[bytes], None]) -> None:
    """What is no base64 is not shown; many servers send null."""
    if isinstance(encoded, str) and encoded:
        with contextlib.suppress(binascii.Error, ValueError):
            preview(base64.b64decode(encoded.rpartition(",")[2], validate=True))


def _fraction(value: object) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return 0.0
    return min(1.0, max(0.0, float(value)))
