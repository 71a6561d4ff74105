"""Pictures as Discord takes them: under the size limit."""

import asyncio
import io
from dataclasses import dataclass

import discord

from core.imaging import provenance
from core.ports.images import Images

DEFAULT_LIMIT = 10 * 1024 * 1024
ROOM = 64 * 1024  # for the rest of the request
_MAGIC = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpg"), (b"GIF8", "gif"), (b"\x00\x00\x00", "mp4"))


@dataclass(frozen=True, slots=True)
class Attached:
    """An image to show: its hash, a file name without extension, what it shows in words.
    `alone`: in a gallery of its own, where Discord cuts nothing off; `fresh`: another one than the
    message showed before."""

    hash: str
    stem: str
    alt: str = ""
    thumbnail: bool = False
    alone: bool = False
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """Bytes as they are uploaded."""

    name: str
    data: bytes
    alt: str

    def file(self) -> discord.File:
        return discord.File(io.BytesIO(self.data), self.name, description=self.alt[:1024] or None)


async def ready(images: Images, picture: Attached, limit: int) -> Ready:
    """Loads a picture and brings it under `limit` bytes; KeyError if the store has none."""
    if picture.thumbnail:
        return Ready(f"{picture.stem}.webp", await images.thumbnail(picture.hash), picture.alt)
    data = await images.get(picture.hash)
    if len(data) > limit:
        data = await asyncio.to_thread(fit, data, limit)
    extension = next((ext for magic, ext in _MAGIC if data.startswith(magic)), "webp")
    return Ready(f"{picture.stem}.{extension}", data, picture.alt)


def fit(data: bytes, limit: int) -> bytes:
    """The same picture as WebP of at most `limit` bytes: first in quality, then in size."""
    from PIL import Image  # here: few pictures need it

    image = Image.open(io.BytesIO(data))
    said = provenance.packet_in(data)
    image = image.convert("RGBA" if "A" in image.getbands() else "RGB")
    out = io.BytesIO()
    for _ in range(8):
        for quality in (90, 75, 55):
            out = io.BytesIO()
            image.save(out, "WEBP", quality=quality, xmp=said)
            if out.tell() <= limit:
                return out.getvalue()
        image = image.resize((max(1, image.width * 7 // 10), max(1, image.height * 7 // 10)))
    return out.getvalue()
