"""Download all: a session as one zip, behind the same signed link as its page. Each is packed on the
disk for as long as it is sent, so that only so many are under way."""

import asyncio
import contextlib
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path

from aiohttp import web

from adapters.web.address import client_of
from adapters.web.security import Links

Archive = Callable[[str, Path], Awaitable[bool]]
"""Writes a session's archive to a path; False where there is no such session."""
PIECE = 262_144  # bytes
FROM_ADDRESS, ALL = 4, 16  # at once
WRITE_S = 30.0  # of one piece: whoever takes none for so long is gone
FULL = "Too many sessions are being packed: try again in a moment."


class Downloads:
    """The handler of `/s/<session>/all.zip`."""

    def __init__(self, links: Links, archive: Archive) -> None:
        self._links, self._archive = links, archive
        self._going: Counter[str] = Counter()

    async def zip(self, request: web.Request) -> web.StreamResponse:
        session = request.match_info["session"]
        if not self._links.valid("s", session, request.query.get("t", "")):
            raise web.HTTPForbidden(text="This link is not valid (any more).")
        with self._counted(client_of(request)), _folder() as folder:
            path = folder / "session.zip"
            if not await self._archive(session, path):
                raise web.HTTPNotFound(text="There is no such session.")
            return await _sent(request, path, f"darkroom-{session}.zip")

    @contextlib.contextmanager
    def _counted(self, address: str) -> Generator[None]:
        """Raises HTTPTooManyRequests where there are too many."""
        if self._going[address] >= FROM_ADDRESS or self._going.total() >= ALL:
            raise web.HTTPTooManyRequests(text=FULL, headers={"Retry-After": "5"})
        self._going[address] += 1
        try:
            yield
        finally:
            self._going[address] -= 1
            self._going += Counter()  # without those that are at nothing


@contextlib.contextmanager
def _folder() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="darkroom-") as folder:
        yield Path(folder)


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
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                async with asyncio.timeout(WRITE_S):
                    await response.write(piece)
    except (ConnectionResetError, TimeoutError):
        response.force_close()  # what was sent is not all of it
    return response
