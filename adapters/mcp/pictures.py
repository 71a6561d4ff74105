"""Pictures of a tool call: a file of this machine, base64, or one that Darkroom has already."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from adapters.brought import decoded, path_of, read_file
from adapters.texts.catalogue import t
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage

PLATFORM = "mcp"
SCHEME = "darkroom://image/"
Stored = Callable[[str], Awaitable[bytes]]  # by its darkroom://image/HASH


class CallPictures:
    """`core.ports.Uploads`: what came as base64 is kept in memory for as long as its call lasts."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    async def handle(self, value: str, stored: Stored) -> ImageHandle:
        """Raises BadImage, or what `stored` raises."""
        if value.startswith(SCHEME):
            return self.keep(await stored(value))
        if (data := decoded(value)) is not None:
            return self.keep(data)
        path = path_of(value)
        return ImageHandle(PLATFORM, str(path), path.name)

    def keep(self, data: bytes) -> ImageHandle:
        ref = f"call:{uuid.uuid4().hex}"
        self._kept[ref] = data
        return ImageHandle(PLATFORM, ref, claimed_size=len(data))

    def drop(self, handle: ImageHandle) -> None:
        self._kept.pop(handle.ref, None)

    async def fetch(self, handle: ImageHandle) -> bytes:
        if handle.ref.startswith("call:"):
            if handle.ref not in self._kept:
                raise BadImage(t("mcp.picture_gone"))
            return self._kept[handle.ref]
        return await asyncio.to_thread(read_file, Path(handle.ref))
