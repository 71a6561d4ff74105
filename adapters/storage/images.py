"""Content-addressed images in a folder: sha256, atomic rename, thumbnails and call notes beside."""

import asyncio
import errno
import hashlib
import logging
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from adapters.storage.faults import FULL
from core.domain.errors import PictureLost, PixelsFailed, StoreUnavailable
from core.imaging import tasks
from core.ports.pixels import Pixels

log = logging.getLogger(__name__)
HASH = re.compile(r"[0-9a-f]{64}")
THUMB_PX = 320
NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS))
SEAL = hashlib.sha256().digest_size
GONE = "The picture is not there any more."
T = TypeVar("T")


class FolderImages:
    """Implements `core.ports.Images` in `folder`: ab/<hash>, thumbs/<hash>.webp, calls/<key>.json."""

    def __init__(self, folder: Path, pixels: Pixels) -> None:
        self._folder, self._pixels = folder, pixels
        self._threads = ThreadPoolExecutor(4, "images")  # the loop's default one is the engine's

    async def _off_loop(self, function: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)

    async def put(self, data: bytes) -> str:
        return await self._off_loop(self._put, data)

    async def get(self, hash: str) -> bytes:
        if not HASH.fullmatch(hash):
            raise PictureLost(GONE)
        return await self._off_loop(self._get, hash)

    async def stored(self, hash: str) -> bytes:
        return await self.get(hash)

    async def thumbnail(self, hash: str) -> bytes:
        path = self._folder / "thumbs" / f"{hash}.webp"
        if HASH.fullmatch(hash) and await self._off_loop(self._path(hash).exists):
            small = await self._off_loop(_read_sealed, path)
            if small is not None:
                return small
        data = await self.get(hash)
        try:
            small = await self._pixels.run(tasks.fit, data, THUMB_PX, "WEBP", 80)
        except PixelsFailed as exc:
            log.error("image %s has no thumbnail: %s", hash, exc)
            raise PictureLost(exc.sentence) from exc
        await self._off_loop(_write, path, small + hashlib.sha256(small).digest())
        return small

    async def note_call(self, key: str, text: str) -> None:
        await self._off_loop(_write, self._note(key), text.encode())

    async def noted_call(self, key: str) -> str | None:
        try:
            return (await self._off_loop(self._note(key).read_bytes)).decode()
        except FileNotFoundError:
            return None

    async def forget(self, images: Sequence[str], calls: Sequence[str]) -> None:
        await self._off_loop(self._forget, images, calls)

    def _forget(self, images: Sequence[str], calls: Sequence[str]) -> None:
        for hash in images:
            if HASH.fullmatch(hash):
                self._path(hash).unlink(missing_ok=True)
                self._path(hash).with_name(f"{hash}.rotten").unlink(missing_ok=True)
                (self._folder / "thumbs" / f"{hash}.webp").unlink(missing_ok=True)
                self._note(f"made/{hash}").unlink(missing_ok=True)
                self._note(f"sealed/{hash}").unlink(missing_ok=True)
        for key in calls:
            self._note(key).unlink(missing_ok=True)

    def _put(self, data: bytes) -> str:
        hash = hashlib.sha256(data).hexdigest()
        path = self._path(hash)
        if not path.exists() or path.read_bytes() != data:
            _write(path, data)
        return hash

    def _get(self, hash: str) -> bytes:
        path = self._path(hash)
        try:
            data = path.read_bytes()
        except FileNotFoundError as exc:
            raise PictureLost(GONE) from exc
        if hashlib.sha256(data).hexdigest() == hash:
            return data
        log.error("image %s is damaged on the disk: it is set aside as %s.rotten", hash, hash)
        path.replace(path.with_name(f"{hash}.rotten"))
        raise PictureLost("The picture's file is damaged: it can't be shown any more.")

    def _path(self, hash: str) -> Path:
        return self._folder / hash[:2] / hash

    def _note(self, key: str) -> Path:
        safe = re.sub(r"[^A-Za-z0-9.#-]", "_", key)[:100]
        mark = hashlib.sha256(key.encode()).hexdigest()[:12]
        return self._folder / "calls" / f"{safe}-{mark}.json"


def _read_sealed(path: Path) -> bytes | None:
    """A thumbnail, if the digest that was written behind it agrees."""
    try:
        whole = path.read_bytes()
    except FileNotFoundError:
        return None
    data, seal = whole[:-SEAL], whole[-SEAL:]
    return data if hashlib.sha256(data).digest() == seal else None


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and on the disk when it returns: the name as well as the bytes. Raises
    StoreUnavailable where there is no room."""
    try:
        _write_whole(path, data)
    except OSError as exc:
        if exc.errno in NO_ROOM:
            raise StoreUnavailable(FULL) from exc
        raise


def _write_whole(path: Path, data: bytes) -> None:
    new_folder = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync(path.parent)
    if new_folder:
        _sync(path.parent.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
