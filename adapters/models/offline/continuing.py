"""How a picture may go on beyond its right border, without a second copy of what it shows.

The picture is taken apart into bands, from fine to broad. Each goes on as its own mirror image for as
far as nobody could recognise anything, the broad ones farther than the fine ones; what runs along
the border (a horizon, the foot of a wall) goes on for ever; what is missing then is the picture's own
texture, taken from where it shows nothing unique.
"""

from typing import Final

import numpy as np

from adapters.models.offline.quilting import pieces, quilted
from adapters.models.offline.raster import Plane, blur_broadly, to_lab, to_rgb

_SIGMAS: Final = (0.002, 0.004, 0.008, 0.016, 0.032)  # of the long side
_TEXTURE: Final = 0.032
_PIECE: Final = 0.09
_REACH: Final = 2.5
_STRIP: Final = 0.08
_BROAD: Final = 0.03


def continued(base: Plane, unique: Plane, added: int, seed: int) -> Plane:
    """`added` more columns (h, added, 3) for the right of a float RGB picture; `unique` (h, w) is 1
    where it shows what it has nowhere else."""
    lab = to_lab(base)
    side = max(lab.shape[:2])
    bands, low = _bands(lab, side)
    away = np.arange(added, dtype=np.float32)
    ground = _slowly(low, away, _BROAD * side)
    texture = lab - blur_broadly(lab, _TEXTURE * side)
    cut = pieces(low, texture, unique, round(_PIECE * side))
    filling = _bands(quilted(texture, cut, ground, seed), side)[0]
    made = ground
    for share, band, fill in zip(_SIGMAS, bands, filling, strict=True):
        sigma = max(0.5, share * side)
        near = np.exp(-((away / (_REACH * sigma)) ** 2))[None, :, None]
        along, steady = _along(band, max(2, round(max(_STRIP * side, 4 * sigma))))
        made = made + near * _mirrored(band, away)
        made = made + (1 - near) * steady * along
        made = made + np.sqrt(1 - near * near) * np.sqrt(1 - steady) * fill
    made[..., 0] = np.clip(made[..., 0], 0, 1)
    return to_rgb(made)


def _bands(lab: Plane, side: int) -> tuple[list[Plane], Plane]:
    """Differences of ever broader blurs, and what is left of it."""
    found: list[Plane] = []
    for share in _SIGMAS:
        below = blur_broadly(lab, max(0.5, share * side))
        found.append(lab - below)
        lab = below
    return found, lab


def _mirrored(band: Plane, away: Plane) -> Plane:
    width = band.shape[1]
    turn = away.astype(int) % (2 * width)
    return band[:, np.where(turn < width, width - 1 - turn, turn - width)]


def _slowly(low: Plane, away: Plane, reach: float) -> Plane:
    """Broad colour outward: mirrored ever more slowly, so that it comes to rest `reach` within."""
    width = low.shape[1]
    reach = min(reach, width / 2)
    within = reach * (1 - np.exp(-away / max(1.0, reach)))
    column = np.clip(width - 1 - within, 0, width - 1)
    left = np.floor(column).astype(int)
    share = (column - left).astype(np.float32)[None, :, None]
    return low[:, left] * (1 - share) + low[:, np.minimum(left + 1, width - 1)] * share


def _along(band: Plane, strip: int) -> tuple[Plane, Plane]:
    """What a band has in common along the border (h, 1, c), and how steady that is (h, 1, 1)."""
    part = band[:, -min(strip, band.shape[1]) :]
    mean = part.mean(1, keepdims=True)
    power = (mean * mean).sum(-1, keepdims=True)
    varied = part.var(1, keepdims=True).sum(-1, keepdims=True)
    steady = np.clip((power / (power + varied + 1e-9) - 0.3) / 0.5, 0, 1)
    return mean, steady
