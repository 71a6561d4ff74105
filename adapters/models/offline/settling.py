"""From dabs that may have any value to dabs that a text can say, with as little lost as can be.

Rounding everything at once costs a tenth of the score. So it is done one thing after the other, and
what is not yet rounded makes up for what is: shapes first, then places, then hues - chosen together, so
that what one dab has too much of its neighbours have too little of - and lightness last.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.models.offline import language, mixture, tokens
from adapters.models.offline.mixture import LIGHT, LONG, TILT, X, Y
from adapters.models.offline.optimiser import COLOUR_ONLY, NEAR, STEP, optimise
from adapters.models.offline.raster import Plane

_HUE: Final = slice(LIGHT + 1, mixture.COLUMNS)
_BROAD: Final = 8  # tiles of 8 pixels: a cell of what a picture is from afar is about two
_BROAD_WEIGHT: Final = 6.0
_SWEEPS: Final = 3
_STEPS: Final = (12, 8, 5)
_PLACE_AND_COLOUR: Final = np.where([1, 1, 0, 0, 0, 1, 1, 1], STEP, 0).astype(np.float32)

_LIGHT_ONLY: Final = np.where([0, 0, 0, 0, 0, 1, 0, 0], STEP, 0).astype(np.float32)


def sayable(dabs: Plane, lab: Plane, hues: int, width: int, height: int) -> tuple[Plane, list[str]]:
    """Dabs (m, 8) that a text can say, but for their lightness, and the names of their hues."""
    dabs = language.ordered(dabs)
    dabs[:, LONG : TILT + 1] = tokens.rounded(dabs, width, height)[:, LONG : TILT + 1]
    dabs = optimise(dabs, lab, _STEPS[0], rates=_PLACE_AND_COLOUR * np.float32(0.5))
    dabs[:, X : Y + 1] = tokens.rounded(dabs, width, height)[:, X : Y + 1]
    dabs = optimise(dabs, lab, _STEPS[1], rates=COLOUR_ONLY * np.float32(0.5))
    names = language.palette(dabs, hues)
    dabs[:, _HUE] = _hues_of(dabs, lab, names)
    dabs = optimise(dabs, lab, _STEPS[2], rates=_LIGHT_ONLY * np.float32(0.3))
    return dabs, names


def _hues_of(dabs: Plane, lab: Plane, names: list[str]) -> Plane:
    """The hue (m, 2) of a name for each dab, so that the picture's hues come out near and far."""
    offsets = np.arange(-tokens.HUE_REACH, tokens.HUE_REACH + 1) * tokens.HUE_STEP
    around = np.stack(np.meshgrid(offsets, offsets), -1).reshape(-1, 2)
    table = (language.hues_of(names)[:, None] + around).reshape(-1, 2)
    alike, wanted = _normal(dabs, lab)
    chosen = table[_nearest(dabs[:, _HUE], table)]
    own = np.maximum(np.diag(alike), 1e-12)
    pull = wanted - alike @ chosen
    for _ in range(_SWEEPS):
        for n in np.argsort(-own):
            # what would be best if all the others stay
            best = chosen[n] + pull[n] / own[n]
            new = table[np.argmin(((table - best) ** 2).sum(-1))]
            if (new != chosen[n]).any():
                pull -= alike[:, n, None] * (new - chosen[n])
                chosen[n] = new
    return chosen


def _nearest(hue: Plane, table: Plane) -> NDArray[np.intp]:
    return np.argmin(((hue[:, None] - table[None]) ** 2).sum(-1), 1)


def _normal(dabs: Plane, lab: Plane) -> tuple[Plane, Plane]:
    """The normal equations of hues by least squares, (m, m) and (m, 2): for every pixel, and more
    heavily for the means of tiles."""
    grid = mixture.tiling(*lab.shape[:2])
    index = mixture.strongest(dabs, grid, NEAR)
    mixed = mixture.blend(dabs, grid, index)
    share = mixed.weight / mixed.total
    goal = mixture.to_tiles(lab[..., 1:], grid)
    count = len(dabs)
    pairs = (index[:, :, None] * count + index[:, None, :]).ravel()
    each = share @ share.transpose(0, 2, 1)
    alike = np.bincount(pairs, each.ravel(), count * count).reshape(count, count)
    by = share @ goal.transpose(0, 2, 1)
    wanted = np.stack([np.bincount(index.ravel(), by[..., k].ravel(), count) for k in (0, 1)], 1)
    broad = np.zeros((len(index), count))
    np.put_along_axis(broad, index, share.mean(2), 1)
    means = goal.mean(2)
    broad, means = _joined(broad, grid), _joined(means, grid)
    weight = _BROAD_WEIGHT * share.shape[2]
    return alike + weight * broad.T @ broad, wanted + weight * broad.T @ means


def _joined(tiles: Plane, grid: mixture.Tiling) -> Plane:
    """Tiles (t, k) in squares of two by two, where there are."""
    whole = tiles.reshape(grid.down, grid.across, -1)
    down, across = grid.down // 2 * 2, grid.across // 2 * 2
    if not down or not across:
        return tiles
    cut = whole[:down, :across].reshape(down // 2, 2, across // 2, 2, -1)
    return cut.mean((1, 3)).reshape(-1, tiles.shape[1])
