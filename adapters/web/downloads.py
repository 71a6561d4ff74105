"""Download all: a session as one zip, behind the same signed link as its page."""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from adapters.web.security import Links

Archive = Callable[[str, Path], Awaitable[bool]]
"""Writes a session's archive to a path; False where there is no such session."""
PIECE = 262_144  # bytes


class Downloads:
    """The handler of `/s/<session>/all.zip`."""

    def __init__(self, links: Links, archive: Archive) -> None:
        self._links, self._archive = links, archive

    async def zip(self, request: web.Request) -> web.StreamResponse:
        session = request.match_info["session"]
        if not self._links.valid("s", session, request.query.get("t", "")):
            raise web.HTTPForbidden(text="This link is not valid (any more).")
        with tempfile.TemporaryDirectory(prefix="darkroom-") as folder:
            path = Path(folder) / "session.zip"
            if not await self._archive(session, path):
                raise web.HTTPNotFound(text="There is no such session.")
            return await _sent(request, path, f"darkroom-{session}.zip")


async def _sent(request: web.Request, path: Path, name: str) -> web.StreamResponse:
    """In pieces: the file is gone as soon as it is sent."""
    size = (await asyncio.to_thread(path.stat)).st_size
    response = web.StreamResponse(
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(request)
    with path.open("rb") as file, contextlib.suppress(ConnectionResetError):
        while piece := file.read(PIECE):
            await response.write(piece)
    return response
