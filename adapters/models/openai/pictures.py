"""Pictures on their way to the Images API and back. Synchronous; runs in the pool of processes."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

import numpy as np
from PIL import Image

from adapters.models.openai.tasks import Upload
from core.domain.errors import BadImage, Unsupported
from core.models.painter import Margins

MAX_INPUT = 50 * 1000 * 1000  # bytes; both limits are OpenAI's
MAX_MASK = 4 * 1000 * 1000
MAX_CANVAS = 3840  # the longest edge that can come back
MAX_PIXELS = 50_000_000
TAKEN = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def upload(data: bytes) -> Upload:
    """A source as it is where its format and size are taken, else as WebP. Raises Unsupported."""
    with _opened(data, "picture to be edited") as opened:
        if opened.format in TAKEN and len(data) < MAX_INPUT:
            return Upload(data, TAKEN[opened.format], *opened.size)
        image = opened.convert("RGB")
    return Upload(_encoded(image, "WEBP"), "image/webp", *image.size)


def dimensions(data: bytes) -> tuple[int, int]:
    """Width and height in pixels from a picture's first bytes, (0, 0) if they can't be read."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            return opened.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, 0


def mask_for(mask: bytes, width: int, height: int, polarity: str) -> bytes:
    """An 8-bit mask (white = edit) in a server's own terms, as PNG of the first image's size.

    "transparent": RGBA, alpha 0 = edit, under 4 MB; "white" or "black": 8-bit grey, that = edit.
    Raises Unsupported.
    """
    with _opened(mask, "mask") as opened:
        area = opened.convert("L")
    if area.size != (width, height):
        area = area.resize((width, height), Image.Resampling.NEAREST)
    chosen = np.asarray(area, np.uint8) >= 128
    if not chosen.any():
        raise Unsupported("The mask marks nothing: paint over what is to change.")
    if polarity != "transparent":
        marked = chosen if polarity == "white" else ~chosen
        return _encoded(Image.fromarray(np.where(marked, 255, 0).astype(np.uint8)), "PNG")
    layer = np.zeros((height, width, 4), np.uint8)
    layer[..., 3] = np.where(chosen, 0, 255)
    data = _encoded(Image.fromarray(layer), "PNG")
    if len(data) >= MAX_MASK:
        raise Unsupported(
            "The mask is too detailed for this provider: paint it with larger strokes."
        )
    return data


def markup_for(layer: bytes, width: int, height: int) -> bytes:
    """A layer of marks as PNG of the first image's size, transparent where nothing is drawn. Raises
    Unsupported."""
    with _opened(layer, "layer of marks") as opened:
        drawn = opened.convert("RGBA")
    if drawn.size != (width, height):
        drawn = drawn.resize((width, height), Image.Resampling.BICUBIC)
    lowest, highest = cast("tuple[int, int]", drawn.getchannel("A").getextrema())
    if lowest == 255 or highest == 0:
        raise Unsupported("The marks have to be drawn on a transparent ground.")
    return _encoded(drawn, "PNG")


def padded(data: bytes, margins: Margins) -> tuple[bytes, bytes]:
    """A picture on its wider canvas, its edges drawn out, and the mask of what was added; PNGs.

    A canvas beyond the longest edge that can come back is made smaller. Raises Unsupported.
    """
    with _opened(data, "picture to be edited") as opened:
        pixels = np.asarray(opened.convert("RGB"), np.uint8)
    sides = ((margins.up, margins.down), (margins.left, margins.right))
    canvas = Image.fromarray(np.pad(pixels, (*sides, (0, 0)), "edge"))
    added = Image.fromarray(
        np.pad(np.zeros(pixels.shape[:2], np.uint8), sides, constant_values=255)
    )
    longest = max(canvas.size)
    if longest > MAX_CANVAS:
        size = tuple(max(1, side * MAX_CANVAS // longest) for side in canvas.size)
        canvas = canvas.resize((size[0], size[1]), Image.Resampling.LANCZOS)
        added = added.resize((size[0], size[1]), Image.Resampling.NEAREST)
    return _encoded(canvas, "PNG"), _encoded(added, "PNG")


def check(data: bytes) -> None:
    """Decodes an answer from end to end. Raises BadImage."""
    if not data:
        raise BadImage("The picture is empty.")
    try:
        with Image.open(io.BytesIO(data), formats=list(TAKEN)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise BadImage("The picture is too large.")
            opened.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        raise BadImage("The picture is damaged or incomplete.") from exc


@contextmanager
def _opened(data: bytes, what: str) -> Generator[Image.Image]:
    """An encoded picture; raises Unsupported where it can't be read."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            yield opened
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        raise Unsupported(f"The {what} can't be read: send another one.") from exc


def _encoded(image: Image.Image, format: str) -> bytes:
    out = io.BytesIO()
    if format == "WEBP":
        image.save(out, format, quality=92)
    else:
        image.save(out, format, compress_level=6)
    return out.getvalue()
