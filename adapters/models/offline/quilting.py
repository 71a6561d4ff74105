"""Fine structure for a place that has only broad colour: pieces of a picture's own detail, laid side
by side (image quilting, Efros and Freeman 2001), chosen by the colour they shall lie on.

Only detail is laid, no colour, so that no subject can be known again. Where pieces overlap they are
mixed so that they stay as strong as they were (Heitz and Neyret 2018).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.models.offline.raster import Plane, resize

_GRID: Final = 3
_STEPS: Final = 4  # pieces begin at every fourth of a side
_LAP: Final = 3  # a third of a side overlaps the next one
_AWAY: Final = 0.002
_UNIQUE: Final = 0.08
_AGAIN: Final = 0.003
_LIVELIER: Final = 0.008
_CHANCE: Final = 0.05
_NARROWEST: Final = 6  # pixels
_UNLIKE: Final = 0.012  # squared Lab distance of colours whose detail does not belong together


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where pieces of `side` pixels may be cut: corners (n, 2) as row and column; the colours under
    each (n, 27); how unique it is (n,), 0-1; how lively (n,), in steps of the picture's mean."""

    side: int
    corners: NDArray[np.intp]
    under: Plane
    unique: Plane
    lively: Plane


def pieces(low: Plane, detail: Plane, unique: Plane, side: int) -> Pieces:
    """All pieces of a picture's detail over its broad colour `low` (Lab/100); `unique` (h, w) speaks
    against."""
    height, width = low.shape[:2]
    energy = _liveliness(detail)
    side = max(1, min(side, height, width))
    step = max(1, side // _STEPS)
    corners = np.argwhere(np.ones(((height - side) // step + 1, (width - side) // step + 1))) * step
    parts = [(slice(y, y + side), slice(x, x + side)) for y, x in corners.tolist()]
    under = np.stack([_colours(low[part]) for part in parts])
    unlike = np.array([float(unique[part].mean()) for part in parts])
    lively = np.array([float(energy[part].mean()) for part in parts])
    return Pieces(side, corners, under, unlike, lively)


def quilted(detail: Plane, cut: Pieces, ground: Plane, seed: int) -> Plane:
    """Detail (h, w, c) for a `ground` of broad colour (Lab/100) as high as the picture was; none
    where the picture is too narrow to have any."""
    height, width = ground.shape[:2]
    side, lap = cut.side, max(1, cut.side // _LAP)
    total = np.zeros((height, width, detail.shape[2]), np.float32)
    if side < _NARROWEST:
        return total
    power = np.full((height, width, 1), 1e-9, np.float32)
    window = _window(side, lap)
    choice = _Choice(cut, np.random.default_rng(seed))
    border = np.median(_liveliness(detail)[:, -side:], axis=1)  # a line at the border is none
    for top, left in _places(height, width, side, side - lap):
        bottom, right = min(height, top + side), min(width, left + side)
        part = slice(top, bottom), slice(left, right)
        number, strength = choice.next(
            _colours(ground[part]), top / height, float(border[top:bottom].mean())
        )
        row, column = cut.corners[number]
        share = window[: bottom - top, : right - left]
        there = detail[row : row + bottom - top, column : column + right - left]
        total[part] += there * share * np.float32(strength)
        power[part] += share * share
    return total / np.sqrt(power)


class _Choice:
    """Which piece comes next: one that lies on such colours and is as lively, unlike the last ones."""

    def __init__(self, cut: Pieces, random: np.random.Generator) -> None:
        self._cut, self._random = cut, random
        self._used: Plane = np.zeros(len(cut.corners))
        self._level = cut.corners[:, 0] / max(1, int(cut.corners[:, 0].max()) + cut.side)

    def next(self, colours: Plane, level: float, lively: float) -> tuple[int, float]:
        """Its number, and how strong it is laid: not at all where nothing fits."""
        cut = self._cut
        apart = ((cut.under - colours) ** 2).sum(1) / _GRID**2
        other = np.abs(np.log((cut.lively + 0.1) / (lively + 0.1)))
        cost = apart + _AWAY * np.abs(self._level - level) + _LIVELIER * other
        cost = (cost + _UNIQUE * cut.unique + self._used) * self._chance()
        number = int(cost.argmin())
        near = np.abs(cut.corners - cut.corners[number]).max(1) < cut.side
        self._used += _AGAIN * cut.lively * near  # a calm piece may come again: nobody sees it
        fits = float(np.exp(-apart[number] / _UNLIKE))
        return number, fits * (1 - float(cut.unique[number]))

    def _chance(self) -> Plane:
        return 1 + _CHANCE * self._random.random(len(self._used))


def _liveliness(detail: Plane) -> Plane:
    """How strong detail is (h, w), in steps of its own mean."""
    strength = np.abs(detail).sum(-1)
    return strength / (float(strength.mean()) + 1e-6)


def _places(height: int, width: int, side: int, step: int) -> list[tuple[int, int]]:
    """The upper left corners of pieces that cover all of it, from the left on."""
    first = -(side - step)
    rows, columns = ([max(0, n) for n in range(first, size, step)] for size in (height, width))
    return [(row, column) for column in dict.fromkeys(columns) for row in dict.fromkeys(rows)]


def _window(side: int, lap: int) -> Plane:
    """How much a piece counts at each of its pixels (side, side, 1)."""
    ramp = np.clip((np.arange(side) + 0.5) / max(1, lap), 0, 1)
    ramp = np.minimum(ramp, ramp[::-1]).astype(np.float32)
    return np.sqrt(ramp[:, None] * ramp[None])[..., None]


def _colours(part: Plane) -> Plane:
    """A part's colours in nine fields, as one row."""
    return resize(part, _GRID, _GRID).ravel()
