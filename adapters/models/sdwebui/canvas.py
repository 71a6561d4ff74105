"""Pictures and masks as a diffusion server takes them: sides in multiples of 8. Runs in the pool."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core.imaging import codec
from core.models.painter import Margins

STEP = 8
LONGEST = 2048
SMALL_PART = 0.35


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is sent: PNG bytes of `width` x `height`, both multiples of 8; in the mask white = edit.

    The answer's top left `keep` pixels are the picture; the rest is padding. `close_up`: the mask
    covers so little that the server should paint it enlarged.
    """

    image: bytes
    width: int
    height: int
    keep: tuple[int, int]
    mask: bytes | None = None
    close_up: bool = False


def snapped(width: int, height: int, longest: int = LONGEST) -> tuple[int, int]:
    """The nearest size in multiples of 8 within `longest`, in pixels."""
    scale = min(1.0, longest / max(width, height))
    return _snap(width * scale), _snap(height * scale)


def for_edit(source: bytes, mask: bytes) -> Sheet:
    """A picture and its mask (8-bit, white = edit), scaled down together where they are too large."""
    picture = _within(codec.rgb(source))
    white = _mask(mask, (picture.shape[1], picture.shape[0]))
    return _sheet(picture, white)


def for_outpaint(source: bytes, margins: Margins) -> Sheet:
    """The canvas grown by the margins, its edges drawn out; the mask is white on what was added."""
    picture = codec.rgb(source)
    sides = ((margins.up, margins.down), (margins.left, margins.right))
    grown = np.pad(picture, (*sides, (0, 0)), mode="edge")
    white = np.pad(np.zeros(picture.shape[:2], np.uint8), sides, constant_values=255)
    fitted = _within(grown)
    if fitted.shape != grown.shape:
        white = _scaled_mask(white, (fitted.shape[1], fitted.shape[0]))
    return _sheet(fitted, white)


def for_vary(source: bytes, width: int, height: int) -> Sheet:
    """The picture in the shape asked for, its middle kept."""
    size = snapped(width, height)
    with Image.open(io.BytesIO(source)) as opened:
        fitted = ImageOps.fit(opened.convert("RGB"), size, Image.Resampling.LANCZOS)
    return Sheet(codec.encode(fitted), *size, keep=size)


def kept(data: bytes, sheet: tuple[int, int], keep: tuple[int, int]) -> bytes:
    """An answer without the padding; one of another size is brought to the size that was asked.

    `sheet` and `keep` are width and height in pixels. Raises OSError or ValueError if it is broken.
    """
    with Image.open(io.BytesIO(data)) as opened:
        if opened.size == keep:
            return data
        image = opened.convert("RGB")
    if image.size != sheet:
        image = image.resize(sheet, Image.Resampling.LANCZOS)
    return codec.encode(image.crop((0, 0, *keep)))


def _snap(side: float) -> int:
    return max(64, round(side / STEP) * STEP)


def _within(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    if max(width, height) <= LONGEST:
        return picture
    scale = LONGEST / max(width, height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    smaller = Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS)
    return np.asarray(smaller, np.uint8)


def _mask(data: bytes, size: tuple[int, int]) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as opened:
        grey = np.asarray(opened.convert("L"), np.uint8)
    return _scaled_mask(grey, size)


def _scaled_mask(grey: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Either black or white, at `size` (width, height)."""
    if (grey.shape[1], grey.shape[0]) != size:
        resized = Image.fromarray(grey).resize(size, Image.Resampling.NEAREST)
        grey = np.asarray(resized, np.uint8)
    return np.where(grey >= 128, 255, 0).astype(np.uint8)


def _sheet(picture: NDArray[np.uint8], white: NDArray[np.uint8]) -> Sheet:
    height, width = picture.shape[:2]
    sides = ((0, -height % STEP), (0, -width % STEP))
    padded = np.pad(picture, (*sides, (0, 0)), mode="edge")
    mask = np.pad(white, sides, mode="edge")
    return Sheet(
        image=codec.encode_array(padded),
        width=padded.shape[1],
        height=padded.shape[0],
        keep=(width, height),
        mask=_png(mask),
        close_up=_extent(mask) < SMALL_PART,
    )


def _extent(mask: NDArray[np.uint8]) -> float:
    """The share of the picture that the box around the white takes, 0-1."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 1.0
    return float((rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) / mask.size)


def _png(grey: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "PNG")
    return out.getvalue()
