"""Content-addressed images in a folder: sha256, atomic rename, thumbnails and call notes beside."""

import asyncio
import hashlib
import os
import re
from pathlib import Path

from core import imaging
from core.ports import Pixels

HASH = re.compile(r"[0-9a-f]{64}")
THUMB_PX = 320


class FolderImages:
    """Implements `core.ports.Images` in `folder`: ab/<hash>, thumbs/<hash>.webp, calls/<key>.json."""

    def __init__(self, folder: Path, pixels: Pixels) -> None:
        self._folder, self._pixels = folder, pixels

    async def put(self, data: bytes) -> str:
        hash = hashlib.sha256(data).hexdigest()
        await asyncio.to_thread(_write_once, self._path(hash), data)
        return hash

    async def get(self, hash: str) -> bytes:
        if not HASH.fullmatch(hash):
            raise KeyError(hash)
        try:
            return await asyncio.to_thread(self._path(hash).read_bytes)
        except FileNotFoundError as exc:
            raise KeyError(hash) from exc

    async def thumbnail(self, hash: str) -> bytes:
        path = self._folder / "thumbs" / f"{hash}.webp"
        data = await self.get(hash)
        if not await asyncio.to_thread(path.exists):
            small = await self._pixels.run(imaging.fit, data, THUMB_PX, "WEBP", 80)
            await asyncio.to_thread(_write_once, path, small)
        return await asyncio.to_thread(path.read_bytes)

    async def note_call(self, key: str, text: str) -> None:
        await asyncio.to_thread(_write, self._note(key), text.encode())

    async def noted_call(self, key: str) -> str | None:
        try:
            return (await asyncio.to_thread(self._note(key).read_bytes)).decode()
        except FileNotFoundError:
            return None

    def _path(self, hash: str) -> Path:
        return self._folder / hash[:2] / hash

    def _note(self, key: str) -> Path:
        safe = re.sub(r"[^A-Za-z0-9.#-]", "_", key)[:100]
        mark = hashlib.sha256(key.encode()).hexdigest()[:12]
        return self._folder / "calls" / f"{safe}-{mark}.json"


def _write_once(path: Path, data: bytes) -> None:
    if not path.exists():
        _write(path, data)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and on the disk when it returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
