"""Pictures on their way in: streamed to a folder, kept until intake has them.

Intake may ask twice (it resumes after a crash), so a fetched file stays for a while longer.
"""

import asyncio
import json
import os
import re
import time
import uuid
from collections.abc import AsyncIterable
from pathlib import Path

from core.commands import ImageHandle
from core.errors import BadImage, BadRequest

HOUR = 3_600.0
MB = 1_000_000


class WebUploads:
    """`core.ports.Uploads` for the playground. At most `limit_mb` per file, `room_mb` waiting in all."""

    def __init__(self, folder: Path, *, limit_mb: int = 20, room_mb: int = 1_000) -> None:
        self._folder = folder
        self._limit = limit_mb * MB
        self._limit_mb = limit_mb
        self._room = room_mb * MB

    async def keep(self, chunks: AsyncIterable[bytes]) -> tuple[str, int]:
        """Streams an upload to disk; its id and its size in bytes. Raises BadImage over the cap."""
        await asyncio.to_thread(self._make_room)
        id = uuid.uuid4().hex
        part = self._folder / f"{id}.part"
        size = 0
        try:
            with part.open("wb") as file:
                async for chunk in chunks:
                    size += len(chunk)
                    self._check(size)
                    await asyncio.to_thread(file.write, chunk)
            if not size:
                raise BadImage("The upload is empty.")
            await asyncio.to_thread(part.replace, self._folder / id)
        finally:
            part.unlink(missing_ok=True)
        return id, size

    async def fetch(self, handle: ImageHandle) -> bytes:
        path = self._path(handle)
        try:
            data = await asyncio.to_thread(path.read_bytes)
            await asyncio.to_thread(self._mark_fetched, path)
        except FileNotFoundError as error:
            raise BadImage("The upload is not here any more: please upload it again.") from error
        return data

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise BadImage(f"The picture is larger than {self._limit_mb} MB.")

    def _path(self, handle: ImageHandle) -> Path:
        try:
            id = str(json.loads(handle.ref)["upload"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadImage("That is no upload.") from error
        if not re.fullmatch(r"[0-9a-f]{32}", id):
            raise BadImage("That is no upload.")
        return self._folder / id

    def _mark_fetched(self, path: Path) -> None:
        """Sets the file's time back so that the sweep takes it an hour from now."""
        kept_until = time.time() - 23 * HOUR
        os.utime(path, (kept_until, kept_until))

    def _make_room(self) -> None:
        """Drops what is a day old; raises BadRequest when too much is still waiting."""
        self._folder.mkdir(parents=True, exist_ok=True)
        waiting = 0
        for path in self._folder.iterdir():
            stat = path.stat()
            if stat.st_mtime < time.time() - 24 * HOUR:
                path.unlink(missing_ok=True)
            else:
                waiting += stat.st_size
        if waiting > self._room:
            raise BadRequest("Too many uploads are waiting: try again in an hour.")
