"""Masks: which part of a picture is to change. Kept as an 8-bit PNG of the picture's size, white = edit.

Uploads come in three dialects: transparent = edit (OpenAI's), white = edit (ours), black = edit. They
are told apart here, and what was decided is said, so that it can be shown before it is used.
"""

import io
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.errors import BadImage
from core.imaging import decoding, depth, formats, ground
from core.imaging.codec import TURNS
from core.imaging.frames import ANIMATED
from core.imaging.results import LEAST_SHARE, MOST_SHARE, Mask, Meaning

Plane = NDArray[np.uint8]

LEAST_PIXELS: Final = 64
SAME_SHAPE: Final = 0.02  # by which two aspect ratios may differ: rounding
GREYS: Final = 0.1  # of the mask that may be neither dark nor light: soft edges
DARK, LIGHT = 64, 192  # of 255
COLOUR: Final = 40  # of 255: two channels that far apart are a colour
RIM: Final = 0.98  # of the rim that is white where black means edit
NOTHING: Final = "The mask covers nothing: paint over what shall change, and send it again."
EVERYTHING: Final = "The mask covers the whole picture: leave out what shall stay, or ask for a new picture instead."
NO_MASK: Final = (
    "This is no mask: what shall change has to be transparent, or plain white on black (or black on "
    "white), and this is neither."
)


def read(data: bytes, size: tuple[int, int], meaning: Meaning | None = None) -> Mask:
    """An uploaded mask, brought upright and to the picture's `size` (width, height). `meaning` is
    what the sender says; without it that is told from the mask. Raises BadImage with a sentence."""
    layer = layer_of(data, "mask")
    same_shape(layer.size, size, "mask")
    meaning = meaning or told_apart(layer)
    return made(_sized(_edit(layer, meaning), size), meaning)


def made(edit: Plane, meaning: Meaning = "white") -> Mask:
    """A mask out of an array (h, w) in which 128 and more is edit. Raises BadImage where it covers
    nothing, too little or everything."""
    plane = np.where(edit >= 128, np.uint8(255), np.uint8(0))
    height, width = plane.shape
    count = int(np.count_nonzero(plane))
    _big_enough(count, width * height)
    return Mask(encoded(plane), width, height, count / (width * height), meaning)


def plane_of(mask: bytes) -> Plane:
    """A kept mask as an array (h, w), 255 = edit."""
    with Image.open(io.BytesIO(mask), formats=["PNG"]) as image:
        return np.asarray(image.convert("L"), np.uint8)


def encoded(plane: Plane) -> bytes:
    out = io.BytesIO()
    Image.fromarray(plane).save(out, "PNG", compress_level=3)
    return out.getvalue()


def inverted(mask: Mask) -> Mask:
    """What it covered stays, and the rest is edited. Raises BadImage."""
    return made(255 - plane_of(mask.data), mask.meaning)


def layer_of(data: bytes, what: str) -> Image.Image:
    """A still picture as RGBA, upright and unfilled, at most 4096 px a side. `what` it is called.
    Raises BadImage."""
    if not data:
        raise BadImage(f"The {what} is an empty file.")
    if len(data) > formats.MAX_BYTES:
        raise BadImage(f"The {what} has more than {formats.MAX_BYTES // 2**20} MB.")
    kind = formats.kind_of(data)
    if not kind or (kind == "HEIF" and not formats.heif_reader()):
        raise BadImage(f"This is no {what} I can read: send it as a PNG file.")
    with decoding.sentences():
        image, _ = decoding.loaded(data, kind)
        if kind in ANIMATED and int(getattr(image, "n_frames", 1)) > 1:
            raise BadImage(f"This {what} is an animation: send one still picture, best a PNG file.")
        turn = TURNS.get(image.getexif().get(decoding.ORIENTATION, 1))
        layer = _rgba(image)
    return layer if turn is None else layer.transpose(turn)


def _rgba(image: Image.Image) -> Image.Image:
    if depth.is_deep(image):
        image = depth.to_eight(image)[0](image)
    if not ground.has_alpha(image):
        image = image.convert("RGB")
    scale = min(1.0, decoding.MAX_EDGE_STORED / max(image.size))
    layer = image.convert("RGBA")
    if scale == 1.0:
        return layer
    width, height = (max(1, round(side * scale)) for side in layer.size)
    return layer.resize((width, height), Image.Resampling.NEAREST)


def same_shape(size: tuple[int, int], wanted: tuple[int, int], what: str) -> None:
    """Raises BadImage where the aspect ratios differ by more than rounding does."""
    if _alike(size, wanted):
        return
    has = f"The {what} has {size[0]} x {size[1]} pixels and the picture {wanted[0]} x {wanted[1]}"
    if _alike((size[1], size[0]), wanted):
        raise BadImage(f"{has}: the {what} lies on its side. Turn it, and send it again.")
    raise BadImage(f"{has}: that is another shape. Make the {what} from the picture itself.")


def _alike(size: tuple[int, int], wanted: tuple[int, int]) -> bool:
    """By ratio, or by what a pixel more or less makes of it in a very thin picture."""
    across, down = size[0] * wanted[1], size[1] * wanted[0]
    return abs(across - down) <= max(SAME_SHAPE * max(across, down), *wanted)


def told_apart(layer: Image.Image) -> Meaning:
    """Which of its parts mean edit. Black does where the whole rim is white and black is the smaller
    part; else white, which is also how this program writes masks. Raises BadImage for what is none."""
    alpha = np.asarray(layer.getchannel("A"), np.uint8)
    if alpha.min() < 128:
        return "transparent"
    grey = _grey(layer)
    light = grey > LIGHT
    rim = np.concatenate((light[0], light[-1], light[:, 0], light[:, -1]))
    return "black" if rim.mean() >= RIM and 0.5 < light.mean() < 1 else "white"


def _grey(layer: Image.Image) -> Plane:
    """The layer's brightness, where it is black and white. Raises BadImage where it is a picture."""
    pixels = np.asarray(layer, np.uint8)[..., :3]
    grey = pixels.max(axis=-1)
    unclear = (grey >= DARK) & (grey <= LIGHT)
    unclear |= grey - pixels.min(axis=-1) > COLOUR
    if unclear.mean() > GREYS:
        raise BadImage(NO_MASK)
    return grey


def _edit(layer: Image.Image, meaning: Meaning) -> Plane:
    match meaning:
        case "transparent":
            return 255 - np.asarray(layer.getchannel("A"), np.uint8)
        case "white":
            return _grey(layer)
        case "black":
            return 255 - _grey(layer)


def _sized(edit: Plane, size: tuple[int, int]) -> Plane:
    """To the picture's size; a line of a few pixels stays one when it gets smaller."""
    height, width = edit.shape
    if (width, height) == size:
        return edit
    smaller = size[0] < width
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(edit, size, interpolation=how), np.uint8)


def _big_enough(count: int, whole: int) -> None:
    if not count:
        raise BadImage(NOTHING)
    if count >= MOST_SHARE * whole:
        raise BadImage(EVERYTHING)
    least = max(LEAST_PIXELS, round(LEAST_SHARE * whole))
    if count < least:
        side = int(least**0.5) + 1
        raise BadImage(
            f"The mask covers {count} pixels, too little to work on: cover at least {side} x {side}."
        )
