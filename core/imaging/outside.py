"""What is outside a mask: how far it drifted; and the mask shown on the picture. `keep.outside` puts it
back."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging import codec
from core.imaging.mask import Plane, plane_of, same_shape

LOOKED_AT: Final = 1024  # pixels a side in which the drift is measured
TINT: Final = (255, 64, 48)
TINTED, DIMMED = 0.45, 0.35
Pixels = NDArray[np.uint8]


def drift(original: bytes, edited: bytes, mask: bytes) -> float:
    """The mean colour difference (CIE 1976 delta E) outside the mask: 0 = untouched, about 2 is just
    seen, 10 is another picture. Raises BadImage where the pictures' shapes differ."""
    before, after = codec.rgb(original), codec.rgb(edited)
    same_shape(_size(after), _size(before), "edited picture")
    scale = min(1.0, LOOKED_AT / max(_size(before)))
    width, height = (max(1, round(side * scale)) for side in _size(before))
    stays = _to(255 - plane_of(mask), (width, height)) == 255
    if not stays.any():
        return 0.0
    a, b = (_lab(_to(each, (width, height))) for each in (before, after))
    return float(np.linalg.norm(a - b, axis=-1)[stays].mean())


def overlay(picture: bytes, mask: bytes, longest: int = 1024) -> bytes:
    """The picture with what is to change in red, outlined, and the rest dimmed: PNG, at most
    `longest` pixels a side."""
    pixels = codec.rgb(picture)
    scale = min(1.0, longest / max(_size(pixels)))
    width, height = (max(1, round(side * scale)) for side in _size(pixels))
    shown = _to(pixels, (width, height)).astype(np.float32)
    edit = _to(plane_of(mask), (width, height)) >= 128
    shown[edit] = shown[edit] * (1 - TINTED) + np.array(TINT, np.float32) * TINTED
    shown[~edit] *= 1 - DIMMED
    out = np.rint(shown).astype(np.uint8)
    outlines, _ = cv2.findContours(edit.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    thick = max(1, max(width, height) // 400)
    cv2.drawContours(out, outlines, -1, (255, 255, 255), thick + 2)
    cv2.drawContours(out, outlines, -1, TINT, thick)
    return codec.encode_array(out)


def _size(pixels: Pixels) -> tuple[int, int]:
    return pixels.shape[1], pixels.shape[0]


def _to(pixels: Plane, size: tuple[int, int]) -> Plane:
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    smaller = size[0] < pixels.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC if pixels.ndim == 3 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(pixels), size, interpolation=how), np.uint8)


def _lab(pixels: Pixels) -> NDArray[np.float32]:
    lab = cv2.cvtColor(pixels.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab)
    return np.asarray(lab, np.float32)
