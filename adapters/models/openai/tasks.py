"""Work on pictures for the Images API by name, for `Pixels.run`: what it needs is loaded by the process
that does it. Each is what `pictures` says."""

import struct
from dataclasses import dataclass

from core.models.painter import Margins

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture as it is sent: encoded bytes, media type, size in pixels."""

    data: bytes
    type: str
    width: int
    height: int

    @property
    def file(self) -> tuple[str, bytes, str]:
        return f"image.{self.type.removeprefix('image/')}", self.data, self.type


def dimensions(data: bytes) -> tuple[int, int]:
    """Width and height in pixels from a picture's first bytes, (0, 0) if they can't be read."""
    if data.startswith(PNG) and len(data) >= 24:  # what is kept here is PNG
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    from adapters.models.openai import pictures

    return pictures.dimensions(data)


def upload(data: bytes) -> Upload:
    from adapters.models.openai import pictures

    return pictures.upload(data)


def mask_for(mask: bytes, width: int, height: int, polarity: str) -> bytes:
    from adapters.models.openai import pictures

    return pictures.mask_for(mask, width, height, polarity)


def markup_for(layer: bytes, width: int, height: int) -> bytes:
    from adapters.models.openai import pictures

    return pictures.markup_for(layer, width, height)


def padded(data: bytes, margins: Margins) -> tuple[bytes, bytes]:
    from adapters.models.openai import pictures

    return pictures.padded(data, margins)


def check(data: bytes) -> None:
    from adapters.models.openai import pictures

    pictures.check(data)
