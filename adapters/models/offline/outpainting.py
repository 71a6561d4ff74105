"""outpaint: a picture goes on beyond its border; what was there stays to the pixel."""

from typing import Final

import numpy as np

from adapters.models.offline.continuing import continued
from adapters.models.offline.raster import Pixels, Plane, to_float, to_pixels
from adapters.models.offline.uniqueness import uniqueness

_MOST: Final = 4096
_LINE: Final = 0.012
_EVEN: Final = 0.05
_UNEVEN: Final = 0.03
_FAR: Final = 0.2


def outpaint(picture: Pixels, left: int, right: int, up: int, down: int, seed: int) -> Pixels:
    """Widen a picture by that many pixels a side; broad colour, horizon and texture go on outward,
    no subject is repeated. A line drawn around it stays, and is not gone on with."""
    left, right, up, down = (min(_MOST, max(0, int(n))) for n in (left, right, up, down))
    whole = to_float(picture)
    unique = uniqueness(whole)
    for turns, added in ((0, right), (2, left), (1, down), (3, up)):
        if added:
            whole, unique = _widened(whole, unique, turns, added, seed + turns)
    made = to_pixels(whole)
    height, width = picture.shape[:2]
    made[up : up + height, left : left + width] = picture
    return made


def _widened(whole: Plane, unique: Plane, turns: int, added: int, seed: int) -> tuple[Plane, Plane]:
    """More of it on the side that `turns` quarter turns bring to the right; what is new is no source."""
    whole, unique = (np.ascontiguousarray(np.rot90(p, turns)) for p in (whole, unique))
    line = _line(whole.swapaxes(0, 1)[::-1])
    inner = whole.shape[1] - line
    new = continued(whole[:, :inner], unique[:, :inner], line + added, seed)
    bar = np.ones((len(new), added), np.float32)
    whole = np.concatenate([whole[:, :inner], new], 1)
    return np.rot90(whole, -turns), np.rot90(np.concatenate([unique, bar], 1), -turns)


def _line(rows: Plane) -> int:
    """Rows at the top that are even where those below are not, or far from them all along: a frame."""
    most = max(1, round(_LINE * max(rows.shape[:2])))
    if len(rows) < 8 * most:
        return 0
    within = rows[most : 2 * most].mean((0, -1))
    uneven = float(within.std())
    for depth in range(most, 0, -1):
        row = rows[depth - 1].mean(-1)
        step = row - within
        middle = float(np.median(step))
        apart = abs(middle) > _FAR and (step * middle > 0).mean() > 0.95
        even = float(row.std()) < min(_EVEN, 0.4 * uneven)
        if apart or (even and uneven > _UNEVEN):
            return depth + 1
    return 0
