"""First dabs for a picture: cut it where its colour varies most, again and again."""

import heapq
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from adapters.models.offline.mixture import COLUMNS
from adapters.models.offline.raster import Plane

_EXPLAINED: Final = 0.12
_MARGIN: Final = 0.12
_SHRINK: Final = float(np.log(0.75))


@dataclass(order=True, slots=True)
class _Region:
    """Pixels that will be one dab; the heap gives the most varied region first."""

    rank: float
    number: int
    members: Plane = field(compare=False)


def split(lab: Plane, count: int) -> Plane:
    """Cover a Lab/100 picture (h, w, 3) with up to `count` dabs (m, 8)."""
    height, width = lab.shape[:2]
    long_side = max(height, width)
    down, across = np.mgrid[:height, :width]
    places = np.stack([(across.ravel() + 0.5) / long_side, (down.ravel() + 0.5) / long_side], 1)
    colours = lab.reshape(-1, 3).astype(np.float64)
    heap = [_region(0, np.arange(len(colours)), colours)]
    number = 1
    while len(heap) < count and heap[0].rank < 0 and len(heap[0].members) >= 4:
        members = heapq.heappop(heap).members
        for part in _halves(members, places, colours):
            heapq.heappush(heap, _region(number, part, colours))
            number += 1
    heap.sort(key=lambda region: region.number)
    return np.stack([_dab(region.members, places, colours, long_side) for region in heap])


def _region(number: int, members: Plane, colours: Plane) -> _Region:
    inside = colours[members]
    varies = float(((inside - inside.mean(0)) ** 2).sum())
    return _Region(-varies if len(members) >= 4 else 0.0, number, members)


def _halves(members: Plane, places: Plane, colours: Plane) -> tuple[Plane, Plane]:
    """Cut across the direction in which colour changes, at the cut that explains most of it."""
    colour = colours[members] - colours[members].mean(0)
    place = places[members] - places[members].mean(0)
    order = np.argsort(place @ _direction(place, colour), kind="stable")
    sums = np.cumsum(colour[order], 0)
    count = len(members)
    left = np.arange(1, count)
    gain = (sums[:-1] ** 2).sum(1) / left + ((sums[-1] - sums[:-1]) ** 2).sum(1) / (count - left)
    margin = max(1, int(count * _MARGIN))
    inner = gain[margin - 1 : count - margin]
    cut = margin + int(np.argmax(inner)) if len(inner) else count // 2
    return members[order[:cut]], members[order[cut:]]


def _direction(place: Plane, colour: Plane) -> Plane:
    """The direction that best predicts colour, else the longer axis."""
    spread = place.T @ place + 1e-9 * np.eye(2)
    slope = np.linalg.solve(spread, place.T @ colour)
    explained = ((place @ slope) ** 2).sum() / max(float((colour**2).sum()), 1e-9)
    if explained < _EXPLAINED:
        return np.linalg.eigh(spread)[1][:, 1]
    return np.linalg.svd(slope)[0][:, 0]


def _dab(members: Plane, places: Plane, colours: Plane, long_side: int) -> Plane:
    place = places[members]
    away = place - place.mean(0)
    spread = away.T @ away / max(1, len(members) - 1) + np.eye(2) * (0.25 / long_side) ** 2
    sizes, axes = np.linalg.eigh(spread)
    dab = np.empty(COLUMNS, np.float32)
    dab[:2] = place.mean(0)
    dab[2:4] = 0.5 * np.log(sizes[::-1]) + _SHRINK
    dab[4] = np.arctan2(axes[1, 1], axes[0, 1])
    dab[5:] = colours[members].mean(0)
    return dab
