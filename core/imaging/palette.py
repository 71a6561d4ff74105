"""How much of a picture's colours another one has."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging import codec

_SIDE: Final = 64  # pixels: colours, not details
_MIDDLE: Final = 0.2  # of each side is left out: who is shown stands in the middle
_BIN: Final = 12  # of 255 in L*a*b*: nearer colours are the same to the eye
_LEAST: Final = 0.002  # of a picture's pixels: fewer are chance
_CELLS: Final = 256 // _BIN + 1


def share(portrait: bytes, image: bytes) -> float:
    """Which share of the colours in the middle of `portrait` is in `image` as well, 0-1."""
    there = _bins(codec.rgb(image))
    counts = np.bincount(there, minlength=_CELLS**3).reshape((_CELLS,) * 3)
    near = _spread(counts >= max(1, _LEAST * there.size))
    middle = _bins(_middle(codec.rgb(portrait)))
    return round(float(near.reshape(-1)[middle].mean()), 4)


def _middle(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    top, left = int(height * _MIDDLE), int(width * _MIDDLE)
    part = pixels[top : height - top or None, left : width - left or None]
    return part if part.size else pixels


def _bins(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Each pixel's cell in L*a*b*, as one number."""
    small = cv2.resize(pixels, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.int64) // _BIN
    return (lab[..., 0] * _CELLS * _CELLS + lab[..., 1] * _CELLS + lab[..., 2]).reshape(-1)


def _spread(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """With the neighbours of each cell."""
    out = known.copy()
    for axis in range(3):
        for way in (-1, 1):
            moved = np.roll(known, way, axis)
            edge = [slice(None)] * 3
            edge[axis] = slice(0, 1) if way == 1 else slice(-1, None)
            moved[tuple(edge)] = False
            out |= moved
    return out
