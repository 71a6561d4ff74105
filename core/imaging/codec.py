"""Pictures in and out: admitting uploads, sizes, masks. Synchronous; runs in the pool of processes."""

import io
import math
import struct
import warnings
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from core.domain.errors import BadImage

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
TAKEN = "PNG, JPEG, WebP, GIF, BMP or TIFF"
MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
MAX_EDGE_STORED = 4096
MAX_DECODING = 280_000_000  # bytes; a worker stays below 300 MB over idle
BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I;16B": 2, "I;16L": 2}
WEBP_BYTES_PER_PIXEL = 16
BAND_ROWS = 128
ORIENTATION, ROWS_PER_STRIP = 0x0112, 0x0116
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """An upload as it is kept: PNG bytes without metadata, upright, its size in pixels."""

    data: bytes
    width: int
    height: int


def admit(data: bytes) -> Admitted:
    """Decodes an upload and re-encodes it: first frame, EXIF orientation applied, metadata gone,
    transparency on white, at most 4096 px a side. Raises BadImage with one sentence."""
    if not data:
        raise BadImage("The file is empty.")
    if len(data) > MAX_BYTES:
        raise BadImage(
            f"The file has {len(data) / 1e6:.0f} MB; {MAX_BYTES // 2**20} MB are the limit."
        )
    kind = _kind(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = _open(data, kind)
    except BadImage:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        struct.error,
    ) as exc:
        raise BadImage("The picture is damaged or incomplete: try another file.") from exc
    except (Image.DecompressionBombError, MemoryError, OverflowError) as exc:
        raise _too_large() from exc
    return Admitted(encode(image), image.width, image.height)


def _kind(data: bytes) -> str:
    for magic, kind in MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    raise BadImage(f"This is no picture I know: send a {TAKEN} file.")


def _too_large() -> BadImage:
    return BadImage(
        f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels: send a smaller one."
    )


def _open(data: bytes, kind: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # the cap below is ours, before any pixel is decoded
    with Image.open(io.BytesIO(data), formats=[kind]) as opened:
        width, height = opened.size
        if width * height > MAX_PIXELS:
            raise _too_large()
        if width < 16 or height < 16:
            raise BadImage("The picture is smaller than 16 pixels a side.")
        if kind == "JPEG":
            share = -(-max(width, height) // MAX_EDGE_STORED)
            opened.draft("RGB", (width // share, height // share))
        if decoding_bytes(opened, kind, width * height) > MAX_DECODING:
            raise BadImage(
                "Opening this picture takes too much memory: send it smaller, or as a plain JPEG."
            )
        opened.seek(0)
        opened.load()
        turn = TURNS.get(opened.getexif().get(ORIENTATION, 1))
        image = _in_bands(opened)
    return image if turn is None else image.transpose(turn)


def decoding_bytes(opened: Image.Image, kind: str, pixels: int) -> int:
    """What decoding `pixels` takes at its peak, in bytes, measured where a decoder needs more than
    the picture: WebP keeps several canvases, a progressive JPEG all coefficients, TIFF a strip."""
    whole = opened.width * opened.height * BYTES_PER_PIXEL.get(opened.mode, 4)
    if kind == "WEBP":
        return pixels * WEBP_BYTES_PER_PIXEL
    if kind == "JPEG" and opened.info.get("progressive"):
        layers: list[tuple[int, int, int, int]] = getattr(opened, "layer", [])
        most = max((h * v for _, h, v, _ in layers), default=1)
        share = sum(h * v for _, h, v, _ in layers) / most
        return whole + int(pixels * share * 2)
    if kind == "TIFF":
        tags = opened.getexif()
        rows = min(int(tags.get(ROWS_PER_STRIP, opened.height)), opened.height)
        strip = opened.width * rows if ROWS_PER_STRIP in tags else 0
        turned = 2 if tags.get(ORIENTATION, 1) != 1 else 1  # Pillow turns it while it loads
        return whole * turned + strip * 4
    return whole


def _in_bands(image: Image.Image) -> Image.Image:
    """The picture as RGB within the largest edge, a band of rows at a time: of the original's
    size there is never a second copy."""
    scale = min(1.0, MAX_EDGE_STORED / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    top = _brightest(image)
    out = Image.new("RGB", (width, height))
    for y in range(0, height, BAND_ROWS):
        end = min(height, y + BAND_ROWS)
        low, high = y * image.height / height, end * image.height / height
        first, last = math.floor(low), min(image.height, math.ceil(high))
        band = _flat(image.crop((0, first, image.width, last)), top)
        if scale < 1.0:
            box = (0.0, low - first, float(image.width), min(high, last) - first)
            band = band.resize((width, end - y), Image.Resampling.BOX, box=box)
        out.paste(band, (0, y))
    return out


def _brightest(image: Image.Image) -> float:
    """The value that becomes white in a picture of more than 8 bits a channel."""
    if not _is_deep(image):
        return 255.0
    _, highest = cast(tuple[float, float], image.getextrema())
    return 65535.0 if highest > 255 else 255.0


def _is_deep(image: Image.Image) -> bool:
    return image.mode.startswith("I;16") or image.mode in ("I", "F")


def _flat(image: Image.Image, top: float) -> Image.Image:
    if _is_deep(image):
        values = np.asarray(image, np.float32)
        return Image.fromarray((values / top * 255).clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")


def encode(image: Image.Image) -> bytes:
    """PNG bytes without metadata."""
    out = io.BytesIO()
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    clean.save(out, "PNG", compress_level=3)
    return out.getvalue()


def rgb(data: bytes) -> NDArray[np.uint8]:
    """Encoded bytes to an array (h, w, 3)."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"), np.uint8)


def encode_array(pixels: NDArray[np.uint8]) -> bytes:
    """An array (h, w, 3) to PNG bytes."""
    return encode(Image.fromarray(pixels))


def fit(data: bytes, longest: int, format: str = "PNG", quality: int = 85) -> bytes:
    """The picture at most `longest` pixels a side, in PNG, WEBP or JPEG."""
    with Image.open(io.BytesIO(data)) as opened:
        image = opened.convert("RGB")
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        image.save(out, format, quality=quality)
        return out.getvalue()


def under(data: bytes, most: int) -> tuple[bytes, str]:
    """The picture in at most `most` bytes and its extension: as it is, else WebP, else smaller."""
    if len(data) <= most:
        return data, "png" if data.startswith(MAGIC[0][0]) else "webp"
    with Image.open(io.BytesIO(data)) as opened:
        longest = max(opened.size)
    for share, quality in ((1.0, 92), (1.0, 75), (0.7, 75), (0.5, 70), (0.25, 60)):
        smaller = fit(data, max(64, int(longest * share)), "WEBP", quality)
        if len(smaller) <= most:
            return smaller, "webp"
    raise BadImage("The picture can't be made small enough for this place.")


def box_mask(width: int, height: int, x: float, y: float, box_w: float, box_h: float) -> bytes:
    """An 8-bit mask PNG, white inside the box (fractions, a little widened), black outside."""
    mask = np.zeros((height, width), np.uint8)
    margin = 0.03
    left, top = max(0.0, x - margin), max(0.0, y - margin)
    right, bottom = min(1.0, x + box_w + margin), min(1.0, y + box_h + margin)
    mask[
        int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1
    ] = 255
    out = io.BytesIO()
    Image.fromarray(mask).save(out, "PNG")
    return out.getvalue()
