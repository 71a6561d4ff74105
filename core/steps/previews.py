"""Where a painting stands, told in the run's status post: how far it is, and what it looks like.

A preview is not a result: its file is there while it is shown, and a note of it, so that what a
killed program left is deleted by the next one.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from core.imaging import tasks
from core.runtime.context import RunContext
from core.runtime.progress import progress, telling
from core.runtime.snapshot import Snapshot
from core.steps.paint_progress import Gauge, Wait

SIDE, QUALITY = 640, 80
log = logging.getLogger(__name__)


class Stage:
    """Shows one step's progress, and its previews one after the other."""

    def __init__(self, ctx: RunContext, snapshot: Snapshot, line: str, n: int) -> None:
        self._ctx, self._snapshot, self._line, self._n = ctx, snapshot, line, n
        self._shown = ""

    async def show(self, percent: int, picture: bytes | None, wait: Wait | None = None) -> None:
        old = self._shown
        if picture is not None:
            self._shown = await self._kept(picture) or old
        line = f"{self._line}: {percent} %" if percent else self._line
        if wait is not None:
            line = f"{line}; number {wait.place} in line, about {max(1, round(wait.seconds))} s"
        await progress(self._ctx, self._snapshot, line, n=self._n, preview=self._shown)
        if old and old != self._shown:
            await self._ctx.images.forget([old], [])

    async def _kept(self, picture: bytes) -> str:
        """Its hash, "" where it is no picture: what a provider shows by the way is not trusted."""
        try:
            small = await self._ctx.pixels.run(tasks.fit, picture, SIDE, "JPEG", QUALITY)
        except Exception as exc:
            log.info("a preview can't be shown: %r", exc)
            return ""
        left = await self._ctx.images.noted_call(self._note)
        hash = await self._ctx.images.put(small)
        await self._ctx.images.note_call(self._note, hash)
        if not self._shown and left and left != hash:
            await self._ctx.images.forget([left], [])
        return hash

    async def clear(self) -> None:
        if self._shown:
            await self._ctx.images.forget([self._shown], [self._note])

    @property
    def _note(self) -> str:
        return f"{self._snapshot.run.id}/preview"


@asynccontextmanager
async def watched(
    ctx: RunContext, snapshot: Snapshot, line: str, count: int, step: str, n: int
) -> AsyncGenerator[Gauge]:
    """While the block paints `count` pictures of round `n`, what it tells the gauge is shown."""
    stage = Stage(ctx, snapshot, line, n)
    gauge = Gauge(count, stage.show)
    name = f"{snapshot.run.id}/{step}"
    try:
        async with telling(ctx, snapshot, line, n=n), gauge.watched(name):
            yield gauge
    finally:
        await stage.clear()
