"""Pictures and masks as Stability AI takes them: sides, pixels and bytes within its limits.
Runs in the pool."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.domain.errors import BadImage

MIB = 1024 * 1024
MOST_BYTES = 10 * MIB
TEXT_BYTES = MIB // 8  # two prompts of 10,000 characters and the form around them
SHORTEST = 64
PNG = b"\x89PNG\r\n\x1a\n"
QUALITIES = (95, 85, 70)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most pixels, and the longest side in pixels, that an endpoint takes."""

    pixels: int
    longest: int


EDITED = Bounds(9_437_184, 9_437_184 // SHORTEST)
ENLARGED = Bounds(1_048_576, 1536)


@dataclass(frozen=True, slots=True)
class FittedUpload:
    """A picture ready to be sent. `scale`: its sides against the source's. The mask is an 8-bit
    PNG of the same size, white = edit."""

    data: bytes
    type: str
    scale: float
    mask: bytes | None = None

    @property
    def name(self) -> str:
        return f"image.{self.type.rpartition('/')[2]}"


def prepared(source: bytes, mask: bytes | None, bounds: Bounds) -> FittedUpload:
    """Within the bounds and, with its mask, within 10 MiB: as it is, else as JPEG, else smaller.

    Raises BadImage if nothing helps, or no size of this shape lies within the bounds.
    """
    with Image.open(io.BytesIO(source)) as opened:
        scale = _scale(opened.size, bounds)
        as_it_is = scale == 1.0 and source.startswith(PNG)
        if as_it_is:
            drawn = _mask(mask, opened.size)
            if len(source) <= _room(drawn):
                return FittedUpload(source, "image/png", 1.0, drawn)
        picture = opened.convert("RGB")
    for smaller in (1.0, 0.7, 0.5):
        size = _sides(picture.size, scale * smaller)
        drawn = _mask(mask, size)
        resized = (
            picture.resize(size, Image.Resampling.LANCZOS) if size != picture.size else picture
        )
        png_tried = as_it_is and smaller == 1.0
        if found := _encoded(resized, _room(drawn), png=not png_tried):
            return FittedUpload(*found, scale * smaller, drawn)
    raise BadImage("The picture can't be brought under 10 MiB.")


def _room(mask: bytes | None) -> int:
    """Bytes that are left for the picture."""
    return MOST_BYTES - TEXT_BYTES - len(mask or b"")


def _scale(size: tuple[int, int], bounds: Bounds) -> float:
    width, height = size
    most = min(bounds.longest / max(size), (bounds.pixels / (width * height)) ** 0.5)
    least = SHORTEST / min(size)
    if least > most:
        raise BadImage(f"{width} x {height} pixels are too long and narrow for it.")
    return min(1.0, most) if least <= 1.0 else least


def _sides(size: tuple[int, int], scale: float) -> tuple[int, int]:
    """Rounded down: a pixel too many would be refused."""
    width, height = (max(SHORTEST, int(side * scale)) for side in size)
    return width, height


def _encoded(picture: Image.Image, room: int, *, png: bool) -> tuple[bytes, str] | None:
    if png:
        out = io.BytesIO()
        picture.save(out, "PNG", compress_level=3)
        if out.tell() <= room:
            return out.getvalue(), "image/png"
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, subsampling=0)
        if out.tell() <= room:
            return out.getvalue(), "image/jpeg"
    return None


def _mask(data: bytes | None, size: tuple[int, int]) -> bytes | None:
    """Either black or white, at `size`."""
    if data is None:
        return None
    with Image.open(io.BytesIO(data)) as opened:
        grey = opened.convert("L")
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.NEAREST)
    out = io.BytesIO()
    white = np.where(np.asarray(grey, np.uint8) >= 128, 255, 0).astype(np.uint8)
    Image.fromarray(white).save(out, "PNG")
    return out.getvalue()
