"""What is uploaded in the terminal: paths, and standard input."""

import asyncio
import sys
from pathlib import Path

from adapters.brought import read_file
from bot.shell import STDIN
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage
from core.imaging.formats import MAX_BYTES


class Files:
    """`core.ports.Uploads`: a handle is a path, or - for standard input, which is read once."""

    def __init__(self) -> None:
        self._stdin: bytes | None = None

    async def fetch(self, handle: ImageHandle) -> bytes:
        if handle.ref == STDIN:
            return await self._piped()
        return await asyncio.to_thread(read_file, Path(handle.ref))

    async def _piped(self) -> bytes:
        if self._stdin is None:
            self._stdin = await asyncio.to_thread(sys.stdin.buffer.read, MAX_BYTES + 1)
        if not self._stdin:
            raise BadImage("Nothing came in on standard input.")
        return self._stdin
