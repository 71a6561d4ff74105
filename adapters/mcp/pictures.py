"""Pictures of a tool call: a file of this machine, base64, or one that Darkroom has already."""

import asyncio
import base64
import binascii
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from core.domain.commands import ImageHandle
from core.domain.errors import BadImage
from core.imaging.formats import MAX_BYTES, kind_of

PLATFORM = "mcp"
SCHEME = "darkroom://image/"
LONGEST_PATH = 4096
Stored = Callable[[str], Awaitable[bytes]]  # by its darkroom://image/HASH
TOO_LARGE = f"The picture is larger than {MAX_BYTES >> 20} MB."


class Pictures:
    """`core.ports.Uploads`: what came as base64 is kept in memory for as long as its call lasts."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    async def handle(self, value: str, stored: Stored) -> ImageHandle:
        """Raises BadImage, or what `stored` raises."""
        if value.startswith(SCHEME):
            return self.keep(await stored(value))
        if (data := _decoded(value)) is not None:
            return self.keep(data)
        path = _path(value)
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
                raise BadImage("The picture is not here any more: call the tool again.")
            return self._kept[handle.ref]
        return await asyncio.to_thread(_read, Path(handle.ref))


def _path(value: str) -> Path:
    path = Path(url2pathname(urlsplit(value).path) if value.startswith("file:") else value)
    try:
        return path.expanduser().absolute()
    except RuntimeError as exc:
        raise BadImage(f"There is no file {value}.") from exc


def _read(path: Path) -> bytes:
    """A plain file, never more of it than is taken."""
    try:
        if not path.is_file():
            raise BadImage(f"There is no file {path}.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as exc:
        raise BadImage(f"{path}: {getattr(exc, 'strerror', '') or exc}.") from exc
    if len(data) > MAX_BYTES:
        raise BadImage(TOO_LARGE)
    return data


def _decoded(value: str) -> bytes | None:
    """The bytes of a data: URL or of base64; None for what is a path. Base64 of a JPEG begins like
    an absolute path: what decodes to a picture is one."""
    is_url = value.startswith("data:")
    head, _, rest = value.partition(",") if is_url else ("", "", value)
    if len(rest) > MAX_BYTES * 4 // 3 + LONGEST_PATH:
        raise BadImage(TOO_LARGE)
    if is_url and not head.endswith(";base64"):
        raise BadImage("A data: URL of a picture is base64.")
    try:
        data = base64.b64decode("".join(rest.split()), validate=True)
    except (binascii.Error, ValueError) as exc:
        if is_url or len(rest) > LONGEST_PATH:
            raise BadImage("The picture's base64 can't be decoded.") from exc
        return None
    return data if is_url or kind_of(data) or len(rest) > LONGEST_PATH else None
