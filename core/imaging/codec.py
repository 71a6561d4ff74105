"""Pictures in and out: admitting uploads, sizes, masks. Synchronous; runs in the pool of processes."""

import io
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.errors import BadImage
from core.imaging import colours, decoding, depth, formats, ground, provenance
from core.imaging.formats import MAX_BYTES, MAX_EDGE_STORED
from core.imaging.results import Admitted

BAND_ROWS = 128
SAMPLE = 768  # pixels a side in which the ground under transparency is chosen
PNG = b"\x89PNG\r\n\x1a\n"
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Convert = Callable[[Image.Image], Image.Image]


def admit(data: bytes) -> Admitted:
    """Decodes an upload and re-encodes it: one frame that shows something, EXIF orientation and
    colour profile applied, metadata gone, transparency on a ground it stands out from, at most
    4096 px a side. Raises BadImage with one sentence."""
    if not data:
        raise BadImage("The file is empty.")
    if len(data) > MAX_BYTES:
        raise BadImage(
            f"The file has {len(data) / 1e6:.0f} MB; {MAX_BYTES // 2**20} MB are the limit."
        )
    upright, notes = _upright(data, _kind(data))
    return Admitted(encode(upright), upright.width, upright.height, notes)


def _upright(data: bytes, kind: str) -> tuple[Image.Image, tuple[str, ...]]:
    """What was decoded is let go with this function: encoding needs its room."""
    with decoding.sentences():
        image, notes = decoding.loaded(data, kind)
        made, told = _developed(image, _profile(image, kind, data))
    return made, (*notes, *told)


def _kind(data: bytes) -> str:
    kind = formats.kind_of(data)
    if kind == "HEIF" and not formats.heif_reader():
        raise BadImage(formats.NO_HEIC)
    if not kind:
        raise BadImage(f"This is no picture I know: send a {formats.taken()} file.")
    return kind


def _profile(image: Image.Image, kind: str, data: bytes) -> bytes | None:
    if kind == "JPEG2000":
        return colours.profile_in_jp2(data[: decoding.HEADER])
    return image.info.get("icc_profile")


def _developed(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[str]]:
    """The picture as RGB of 8 bits in sRGB, upright, and what is to be told of it."""
    steps: list[Convert] = []
    notes: list[str] = []
    mode = image.mode
    if depth.is_deep(image):
        convert, note = depth.to_eight(image)
        steps.append(convert)
        notes.append(note)
        mode = "L"
    convert, note = colours.to_srgb(mode, profile)
    steps += [convert] if convert else []
    notes.append(note)
    if ground.has_alpha(image):
        name, grey = ground.chosen(_after(steps, _sample(image)))
        steps.append(lambda band: ground.filled(band, grey))
        notes.append(f"Its transparent ground was filled with {name}." if name else "")
    turn = TURNS.get(image.getexif().get(decoding.ORIENTATION, 1))
    made = _in_bands(image, steps)
    return made if turn is None else made.transpose(turn), [note for note in notes if note]


def _sample(image: Image.Image) -> Image.Image:
    size = (min(SAMPLE, image.width), min(SAMPLE, image.height))
    small = image.resize(size, Image.Resampling.NEAREST)
    if "transparency" in image.info:
        small.info["transparency"] = image.info["transparency"]
    return small


def _after(steps: list[Convert], image: Image.Image) -> Image.Image:
    for step in steps:
        image = step(image)
    return image


def _in_bands(image: Image.Image, steps: list[Convert]) -> Image.Image:
    """The picture as RGB within the largest edge, a band of rows at a time: of the original's
    size there is never a second copy."""
    scale = min(1.0, MAX_EDGE_STORED / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    out = Image.new("RGB", (width, height))
    for y in range(0, height, BAND_ROWS):
        end = min(height, y + BAND_ROWS)
        low, high = y * image.height / height, end * image.height / height
        first, last = math.floor(low), min(image.height, math.ceil(high))
        band = _after(steps, image.crop((0, first, image.width, last))).convert("RGB")
        if scale < 1.0:
            box = (0.0, low - first, float(image.width), min(high, last) - first)
            band = band.resize((width, end - y), Image.Resampling.BOX, box=box)
        out.paste(band, (0, y))
    return out


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


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a stored picture."""
    with Image.open(io.BytesIO(data)) as image:
        return image.size


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


def saved(data: bytes, format: str, width: int) -> Admitted:
    """The picture as "png", "jpeg" or "webp", `width` pixels wide (0: its own); what says where it
    comes from stays in the file, and one that is so already is the same file. Of a transparent one
    JPEG has white for a ground."""
    with Image.open(io.BytesIO(data)) as opened:
        wide = width or opened.width
        high = max(1, round(wide * opened.height / opened.width))
        if opened.format == format.upper() and wide == opened.width:
            return Admitted(data, wide, high)
        image = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    if wide != image.width:
        image = image.resize((wide, high), Image.Resampling.LANCZOS)
    if format == "jpeg" and image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image).convert("RGB")
    out, said = io.BytesIO(), provenance.packet_in(data)
    image.save(out, format, quality=92, **({"xmp": said} if said and format != "png" else {}))
    made = out.getvalue()
    return Admitted(provenance.with_packet(made, said) if format == "png" else made, wide, high)


def cropped(size: tuple[int, int], share: float, data: bytes) -> bytes:
    """A part of `size` (width, height), with this share of what is cut before it, 0-1: PNG."""
    with Image.open(io.BytesIO(data)) as opened:
        left = round((opened.width - size[0]) * share)
        top = round((opened.height - size[1]) * share)
        return encode(opened.convert("RGB").crop((left, top, left + size[0], top + size[1])))


def enlarged(size: tuple[int, int], data: bytes) -> bytes:
    """The picture in `size` (width, height), by Lanczos: PNG."""
    with Image.open(io.BytesIO(data)) as opened:
        return encode(opened.convert("RGB").resize(size, Image.Resampling.LANCZOS))


def under(data: bytes, most: int) -> tuple[bytes, str]:
    """The picture in at most `most` bytes and its extension: as it is, else WebP, else smaller."""
    if len(data) <= most:
        return data, "png" if data.startswith(PNG) else "webp"
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
