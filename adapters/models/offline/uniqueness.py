"""What occurs only once in a picture: its subjects, which must not occur twice when it is widened.

A place is unique where no other place, not even far away, looks like it (patches by colour; Goferman
et al. 2012). Sky, grass, water and walls are not; faces, boats and windows are.
"""

from typing import Final

import numpy as np

from adapters.models.offline.patches import patches
from adapters.models.offline.raster import Plane, fit, resize, to_lab

_COPIES: Final = (48, 80)
_ALIKE: Final = 8
_APART: Final = 0.12
_SQUARES: Final = 49  # pixels of a patch
_COMMON: Final = 0.06
_SPREAD: Final = 0.08
_LEAST_COMMON: Final = 0.4  # of the picture


def uniqueness(base: Plane) -> Plane:
    """0-1 (h, w) for a float RGB picture (h, w, 3): 1 where it shows what is nowhere else in it."""
    height, width = base.shape[:2]
    found = [resize(unlike(to_lab(fit(base, side))), width, height) for side in _COPIES]
    apart = np.mean(found, axis=0)
    common = max(_COMMON, float(np.quantile(apart, _LEAST_COMMON)))
    return np.clip((apart - common) / _SPREAD, 0, 1)


def unlike(lab: Plane) -> Plane:
    """How far (h, w) each patch of a small Lab/100 picture is from the most similar ones elsewhere."""
    height, width = lab.shape[:2]
    whole = patches(lab).astype(np.float32)
    rows = whole.reshape(height * width, -1)
    squares = (rows * rows).sum(1)
    near = _APART * max(height, width)
    down, across = (_beside(n, near) for n in (height, width))
    alike = min(_ALIKE, len(rows) - 1)
    found = np.empty((height, width), np.float32)
    for row in range(height):
        part = slice(row * width, (row + 1) * width)
        apart = squares[part, None] + squares - 2 * rows[part] @ rows.T
        beside = down[row][None, :, None] & across[:, None, :]
        apart[beside.reshape(width, -1)] = np.inf
        apart.partition(alike, axis=1)
        found[row] = np.sqrt(np.maximum(apart[:, :alike].mean(1), 0) / _SQUARES)
    return np.nan_to_num(found, posinf=0.0)


def _beside(count: int, near: float) -> Plane:
    """Which places are near each of all (count, count), along one side."""
    each: Plane = np.arange(count)
    return np.abs(each[:, None] - each) < near
