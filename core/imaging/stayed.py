"""What stayed of an edited picture: told apart from what changed, and measured. Runs in the pool."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.errors import BadImage
from core.imaging import codec, keep
from core.imaging.mask import encoded, plane_of, same_shape
from core.imaging.outside import drift
from core.imaging.results import Stayed, percent

JUST_SEEN: Final = 2.0  # delta E: more of it is worth an offer to put the rest back
LOOKED_AT: Final = 512  # pixels a side in which a change is looked for
CHANGED: Final = 10.0  # delta E of a place that is another
SPECK: Final = 0.002  # of the picture: smaller changes are no part of the edit
AROUND: Final = 0.02  # of the longer side that belongs to a change beside it
MOST: Final = 0.9  # of the picture: above that it is another one
OTHER_SHAPE: Final = "It came back in another shape, so what stayed can't be measured."
ALL_OTHER: Final = "Hardly anything of the picture stayed."


def measured(original: bytes, edited: bytes, mask: bytes | None) -> Stayed:
    """How far what is outside the mask, or without one outside of what changed, is from what it was."""
    try:
        part = mask or found(original, edited)
    except BadImage:
        return Stayed(OTHER_SHAPE)
    if part is None:
        return Stayed(ALL_OTHER)
    try:
        far = drift(original, edited, part)
    except BadImage:
        return Stayed(OTHER_SHAPE)
    share = percent(float((plane_of(part) >= 128).mean()))
    where = f"Outside the part ({share})" if mask else f"Outside of what changed ({share})"
    if far == 0:
        return Stayed(f"{where} not a pixel changed.")
    seen = "" if far < JUST_SEEN else ": “Put the rest back” takes it from the original"
    return Stayed(f"{where} colours are off by {far:.1f} (2 is just seen){seen}.", bool(seen))


def rest_put_back(original: bytes, mask: bytes | None, edited: bytes) -> bytes:
    """The edited picture with everything else as it was. Raises BadImage where there is no rest."""
    part = mask or found(original, edited)
    if part is None:
        raise BadImage(f"{ALL_OTHER} There is no rest to put back.")
    return keep.outside(original, part, edited).data


def found(original: bytes, edited: bytes) -> bytes | None:
    """The mask (PNG) of what changed, with a little around it; None where that is nearly all. Raises
    BadImage where the pictures' shapes differ."""
    before, after = codec.rgb(original), codec.rgb(edited)
    size = (before.shape[1], before.shape[0])
    same_shape((after.shape[1], after.shape[0]), size, "edited picture")
    scale = min(1.0, LOOKED_AT / max(size))
    small = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    far = np.linalg.norm(_lab(before, small) - _lab(after, small), axis=-1)
    smooth = np.asarray(cv2.GaussianBlur(far, (0, 0), max(1.0, max(small) / 200)), np.float32)
    kept = _without_specks((smooth > CHANGED).astype(np.uint8))
    reach = 2 * max(1, round(AROUND * max(small))) + 1
    part = cv2.dilate(kept, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    if part.mean() > MOST:
        return None
    whole = cv2.resize(part * np.uint8(255), size, interpolation=cv2.INTER_NEAREST)
    return encoded(np.asarray(whole, np.uint8))


def _without_specks(other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(other, connectivity=8)
    large = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= max(4, SPECK * other.size))
    return np.isin(labels, large[large > 0]).astype(np.uint8)


def _lab(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
    small = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
    scaled = small.astype(np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab), np.float32)
