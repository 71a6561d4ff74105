"""Pictures on their way in: streamed to a folder, kept until intake has them, gone within the hour.

What waits is accounted in memory; the folder is looked through once, at the first upload. Intake may
ask twice (it resumes after a crash), so a fetched file stays for a few minutes more.
"""

import asyncio
import heapq
import json
import logging
import re
import time
import uuid
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from pathlib import Path

from adapters.web.upload_room import MB, Holder, UploadCaps, UploadRoom
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage, BadRequest

log = logging.getLogger(__name__)
HOUR = 3_600.0
AFTER_FETCH_S = 300.0
ARRIVES_WITHIN_S = 120.0
ID = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class Waiting:
    """A file that waits: whose it is, its size in bytes, and until when (seconds of the clock)."""

    holder: Holder
    size: int
    until: float = 0.0


class WebUploads:
    """`core.ports.Uploads` for the playground: at most `limit_mb` a file, and what `caps` allow."""

    def __init__(
        self,
        folder: Path,
        *,
        limit_mb: int = 20,
        caps: UploadCaps | None = None,
        within_s: float = ARRIVES_WITHIN_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._limit_mb, self._within_s, self._clock = limit_mb, within_s, clock
        self._room = UploadRoom(caps or UploadCaps())
        self._waiting: dict[str, Waiting] = {}
        self._ends: list[tuple[float, str]] = []
        self._opened: asyncio.Task[None] | None = None

    async def keep(
        self, chunks: AsyncIterable[bytes], holder: Holder | None = None, length: int | None = None
    ) -> tuple[str, int]:
        """Streams an upload to disk; its id and its size in bytes.

        `length` is what the client declares: refused before anything is read where it is too much.
        Raises BadImage over the cap of a file, OverQuota over another, BadRequest out of time.
        """
        await self.open()
        holder = holder or Holder()
        self._expire()
        reserved = self._limit_mb * MB if length is None else length
        self._check(reserved)
        self._room.arrive(holder)
        try:
            self._room.reserve(holder, reserved)
            return await self._received(chunks, holder, reserved)
        finally:
            self._room.arrived(holder)

    async def fetch(self, handle: ImageHandle) -> bytes:
        """Raises BadImage when it is not here (any more)."""
        await self.open()
        id = _id(handle)
        try:
            data = await asyncio.to_thread((self._folder / id).read_bytes)
        except FileNotFoundError as error:
            raise BadImage("The upload is not here any more: please upload it again.") from error
        if id in self._waiting:
            self._keep_for(id, AFTER_FETCH_S)
        return data

    async def _received(
        self, chunks: AsyncIterable[bytes], holder: Holder, reserved: int
    ) -> tuple[str, int]:
        """Written under another name until it is whole; what fails leaves nothing behind."""
        id = uuid.uuid4().hex
        part = self._folder / f"{id}.part"
        try:
            size = await self._write(part, chunks, reserved)
            await asyncio.to_thread(part.replace, self._folder / id)
        except BaseException:
            self._room.release(holder, reserved)
            await asyncio.to_thread(part.unlink, missing_ok=True)
            raise
        self._room.release(holder, reserved)
        self._room.add(holder, size)
        self._waiting[id] = Waiting(holder, size)
        self._keep_for(id, HOUR)
        return id, size

    async def _write(self, part: Path, chunks: AsyncIterable[bytes], reserved: int) -> int:
        size = 0
        file = await asyncio.to_thread(part.open, "wb")
        try:
            async with asyncio.timeout(self._within_s):
                async for chunk in chunks:
                    size += len(chunk)
                    self._check(size)
                    if size > reserved:
                        raise BadRequest("The upload is larger than it was said to be.")
                    await asyncio.to_thread(file.write, chunk)
        except TimeoutError as error:
            raise BadRequest("The upload did not arrive in time: try it again.") from error
        finally:
            await asyncio.to_thread(file.close)
        if not size:
            raise BadImage("The upload is empty.")
        return size

    def _check(self, size: int) -> None:
        if size > self._limit_mb * MB:
            raise BadImage(f"The picture is larger than {self._limit_mb} MB.")

    def _keep_for(self, id: str, seconds: float) -> None:
        self._waiting[id].until = self._clock() + seconds
        heapq.heappush(self._ends, (self._waiting[id].until, id))
        asyncio.get_running_loop().call_later(seconds + 1, self._expire)

    def _expire(self) -> None:
        """Drops what has waited long enough. An end that was put off is found in the heap twice."""
        while self._ends and self._ends[0][0] <= self._clock():
            until, id = heapq.heappop(self._ends)
            waiting = self._waiting.get(id)
            if waiting is None or waiting.until > until:
                continue
            del self._waiting[id]
            self._room.release(waiting.holder, waiting.size)
            try:
                (self._folder / id).unlink(missing_ok=True)
            except OSError:
                log.exception("an upload that is over could not be deleted")

    async def open(self) -> None:
        """What an earlier program left is found once, and has an hour from now."""
        if self._opened is None:
            self._opened = asyncio.create_task(self._look_through(), name="uploads folder")
        try:
            await asyncio.shield(self._opened)
        except OSError:
            self._opened = None
            raise

    async def _look_through(self) -> None:
        for id, size in await asyncio.to_thread(_found, self._folder):
            self._waiting[id] = Waiting(Holder(), size)
            self._room.add(Holder(), size)
            self._keep_for(id, HOUR)


def _found(folder: Path) -> list[tuple[str, int]]:
    """The whole files in the folder, which is made; what never became whole is deleted."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found: list[tuple[str, int]] = []
    for path in folder.iterdir():
        if ID.fullmatch(path.name):
            found.append((path.name, path.stat().st_size))
        else:
            path.unlink(missing_ok=True)
    return found


def _id(handle: ImageHandle) -> str:
    try:
        id = str(json.loads(handle.ref)["upload"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadImage("That is no upload.") from error
    if not ID.fullmatch(id):
        raise BadImage("That is no upload.")
    return id
