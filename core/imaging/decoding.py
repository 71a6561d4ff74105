"""Opening a picture file within bounds: its size and its memory are known before a pixel is decoded."""

import io
import math
import struct
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from core.domain.errors import BadImage
from core.imaging import depth, formats, frames
from core.imaging.formats import MAX_EDGE_STORED

MAX_PIXELS: Final = 50_000_000
SHORTEST: Final = 16
MAX_DECODING: Final = 280_000_000  # bytes; a worker stays below 300 MB over idle
BYTES_PER_PIXEL: Final = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I;16B": 2, "I;16L": 2}
WEBP_BYTES_PER_PIXEL: Final = 16
J2K_BYTES_PER_PIXEL: Final = 20
HEIF_BYTES_PER_PIXEL: Final = 10
AVIF_BESIDE_PLANES: Final = 8
HEADER: Final = 64 * 1024  # bytes in which a file says what it is
ORIENTATION, ROWS_PER_STRIP = 0x0112, 0x0116
HALVED: Final = "It was opened at {width} x {height}: at its full size it takes too much memory."
DAMAGED: Final = "The picture is damaged or incomplete: try another file."


@contextmanager
def sentences() -> Generator[None]:
    """Whatever a decoder raises, as a BadImage of one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        KeyError,
        TypeError,
        struct.error,
    ) as exc:
        raise BadImage(DAMAGED) from exc
    except (Image.DecompressionBombError, MemoryError, OverflowError) as exc:
        raise too_large() from exc


def too_large() -> BadImage:
    return BadImage(
        f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels: send a smaller one."
    )


def loaded(data: bytes, kind: str) -> tuple[Image.Image, list[str]]:
    """The picture decoded, and what is to be told of it. Raises BadImage, and what decoders raise."""
    Image.MAX_IMAGE_PIXELS = None  # the cap below is ours, before any pixel is decoded
    if kind == "HEIF":
        formats.teach_heif()
    try:
        opened = Image.open(io.BytesIO(data), formats=[kind])
    except UnidentifiedImageError:
        if kind == "TIFF" and (found := _deep_tiff(data)):
            return found
        raise
    width, height = opened.size
    check_size(width, height)
    notes = [] if _fit_in_memory(opened, kind, data) else [HALVED]
    notes.append(frames.settle(opened, kind))
    check_size(*opened.size)
    opened.load()
    told = [note.format(width=opened.width, height=opened.height) for note in notes if note]
    return opened, told


def check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise too_large()
    if min(width, height) < SHORTEST:
        raise BadImage(f"The picture is smaller than {SHORTEST} pixels a side.")


def _fit_in_memory(opened: Image.Image, kind: str, data: bytes) -> bool:
    """Has the decoder shrink what would be too large in memory; False where that costs detail that
    would have been kept. Raises BadImage where it can't."""
    pixels, longest = opened.width * opened.height, max(opened.size)
    room = longest // MAX_EDGE_STORED
    if kind == "JPEG" and room > 1:
        opened.draft(None, (opened.width // room, opened.height // room))
    if decoding_bytes(opened, kind, pixels, data) <= MAX_DECODING:
        return True
    if kind == "JPEG":
        opened.draft(None, (opened.width // 2, opened.height // 2))
        if decoding_bytes(opened, kind, pixels, data) <= MAX_DECODING:
            return False
    if kind == "JPEG2000":
        less: Any = opened
        less.reduce = 1 + max(0, int(math.log2(pixels * J2K_BYTES_PER_PIXEL / MAX_DECODING) / 2))
        return False
    raise BadImage(
        "Opening this picture takes too much memory: send it smaller, or as a plain JPEG."
    )


def decoding_bytes(opened: Image.Image, kind: str, pixels: int, data: bytes = b"") -> int:
    """What decoding `pixels` takes at its peak, in bytes, measured where a decoder needs more than
    the picture: WebP keeps several canvases, a progressive JPEG all coefficients, TIFF a strip."""
    whole = opened.width * opened.height * BYTES_PER_PIXEL.get(opened.mode, 4)
    match kind:
        case "WEBP":
            return pixels * WEBP_BYTES_PER_PIXEL
        case "JPEG2000":
            return pixels * J2K_BYTES_PER_PIXEL
        case "HEIF":
            return pixels * HEIF_BYTES_PER_PIXEL
        case "AVIF":
            return int(pixels * (_planes(data) + AVIF_BESIDE_PLANES))
        case "JPEG" if opened.info.get("progressive"):
            return whole + _coefficients(opened, pixels)
        case "TIFF":
            return _tiff_bytes(opened, whole)
        case _:
            return whole


def _coefficients(opened: Image.Image, pixels: int) -> int:
    layers: list[tuple[int, int, int, int]] = getattr(opened, "layer", [])
    most = max((h * v for _, h, v, _ in layers), default=1)
    return int(pixels * 2 * sum(h * v for _, h, v, _ in layers) / most)


def _tiff_bytes(opened: Image.Image, whole: int) -> int:
    tags = opened.getexif()
    rows = min(int(tags.get(ROWS_PER_STRIP, opened.height)), opened.height)
    strip = opened.width * rows if ROWS_PER_STRIP in tags else 0
    turned = 2 if tags.get(ORIENTATION, 1) != 1 else 1  # Pillow turns it while it loads
    return whole * turned + strip * 4


def _planes(data: bytes) -> float:
    """Bytes a pixel that an AVIF's own planes take, by its configuration (AV1-ISOBMFF, 2.3.3)."""
    at = data.find(b"av1C", 0, HEADER)
    flags = data[at + 6] if 0 <= at < len(data) - 6 else 0
    deep, halved = bool(flags & 0x40), bool(flags & 0x08) + bool(flags & 0x04)
    return (2 if deep else 1) * (3.0, 2.0, 1.5)[halved]


def _deep_tiff(data: bytes) -> tuple[Image.Image, list[str]] | None:
    width, height, bytes_per_pixel = depth.tiff_size(data)
    check_size(width, height)
    if width * height * (bytes_per_pixel + 4) > MAX_DECODING:
        raise BadImage("Opening this picture takes too much memory: send it smaller.")
    found = depth.deep_tiff(data)
    return None if found is None else (found[0], [found[1]] if found[1] else [])
