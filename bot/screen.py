"""What is uploaded in the terminal: paths."""

import asyncio
from pathlib import Path

from adapters.brought import read_file
from core.domain.commands import ImageHandle


class Files:
    """`core.ports.Uploads`: a handle is a path."""

    async def fetch(self, handle: ImageHandle) -> bytes:
        return await asyncio.to_thread(read_file, Path(handle.ref))
