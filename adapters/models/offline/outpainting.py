"""outpaint: a picture goes on beyond its border, in pieces of itself."""

from typing import Final

import numpy as np

from adapters.models.offline.filling import filled
from adapters.models.offline.raster import Pixels, Plane, to_float, to_pixels

_MOST: Final = 4096
_SAME_HEIGHT: Final = 2.0
_LINE: Final = 0.012
_EVEN: Final = 0.05
_UNEVEN: Final = 0.03
_FAR: Final = 0.2


def outpaint(picture: Pixels, left: int, right: int, up: int, down: int, seed: int) -> Pixels:
    """Widen a picture by that many pixels a side; horizon, palette and texture go on outward.

    The picture itself stays, but for a drawn line around it where it is widened.
    """
    left, right, up, down = (min(_MOST, max(0, int(n))) for n in (left, right, up, down))
    if not any((left, right, up, down)):
        return picture.copy()
    base = to_float(picture)
    lines = _lines(base)
    inner = [line if side else 0 for line, side in zip(lines, (left, right, up, down), strict=True)]
    whole = np.pad(base, ((up, down), (left, right), (0, 0)), mode="edge")
    hole = np.ones(whole.shape[:2], np.bool_)
    height, width = base.shape[:2]
    hole[up + inner[2] : up + height - inner[3], left + inner[0] : left + width - inner[1]] = False
    return to_pixels(filled(whole, hole, _SAME_HEIGHT, seed))


def _lines(base: Plane) -> list[int]:
    """How many pixels of a line or frame there are at the left, right, top and bottom."""
    turned = base.swapaxes(0, 1)
    return [_line(turned), _line(turned[::-1]), _line(base), _line(base[::-1])]


def _line(rows: Plane) -> int:
    """Rows at the top that are even where those below are not, or far from them all along."""
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
