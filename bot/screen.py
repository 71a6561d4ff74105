"""What is uploaded in the terminal: paths."""

import asyncio
from pathlib import Path

from core.domain.commands import ImageHandle
from core.domain.errors import BadImage


class Files:
    """`core.ports.Uploads`: a handle is a path."""

    async def fetch(self, handle: ImageHandle) -> bytes:
        try:
            return await asyncio.to_thread(Path(handle.ref).read_bytes)
        except OSError as exc:
            raise BadImage(f"{handle.ref}: {exc.strerror or exc}.") from exc
