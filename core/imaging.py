"""Pictures in and out: admitting uploads, sizes, masks. Synchronous; runs in the pool of processes."""

import io
import struct
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import BadImage

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
            opened.draft("RGB", (MAX_EDGE_STORED, MAX_EDGE_STORED))
        opened.seek(0)
        opened.load()
        if max(opened.size) > MAX_EDGE_STORED:
            opened.thumbnail((MAX_EDGE_STORED, MAX_EDGE_STORED), Image.Resampling.BOX)
        return _flat(ImageOps.exif_transpose(opened))


def _flat(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        values = np.asarray(image, np.float32)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
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
