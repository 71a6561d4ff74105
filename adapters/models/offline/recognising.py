"""Is there a fox? A silhouette is looked for along the edges of a picture, in several sizes.

The outline's points vote for places where the picture has an edge running the same way; what a
busy picture has anyway is taken off. On the engine's own pictures in all styles a subject is found
in five of six and seen where there is none in one of fifty: between the two limits it is not told.
"""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from adapters.models.offline import silhouettes
from adapters.models.offline.raster import (
    Pixels,
    Plane,
    fill_polygon,
    fit,
    gradient,
    to_float,
    to_lab,
)

_LOOKED_AT: Final = 192
_WAYS: Final = 8
_SIZES: Final = (0.45, 0.52, 0.6, 0.7, 0.8, 0.92, 1.05, 1.2, 1.4)
_SMALLEST: Final = 16
_WEAKEST: Final = 0.03
_SEEN: Final = 0.70
_UNSEEN: Final = 0.52


def shows(picture: Pixels, name: str) -> bool | None:
    """Whether a picture shows a subject of the catalogue; None where it can't be told."""
    found = likeness(picture, name)
    return True if found >= _SEEN else False if found < _UNSEEN else None


def likeness(picture: Pixels, name: str) -> float:
    """The best share of a silhouette's outline found in a picture, chance taken off (0-1)."""
    edges = _edges(picture)
    height, width = edges[0].shape
    usual = min(height, width * 0.8) * silhouettes.CATALOGUE[name].height
    best = 0.0
    for size in _SIZES:
        if (high := int(usual * size)) < _SMALLEST:
            continue
        for mirrored in (False, True):
            best = max(best, _found(edges, _outline(name, high, mirrored)))
    return best


def _found(edges: tuple[Plane, ...], outline: Plane) -> float:
    high, wide = outline.shape[1:]
    height, width = edges[0].shape
    if high >= height or wide >= width:
        return 0.0
    points = max(1.0, float(outline.sum()))
    votes = sum(
        cv2.matchTemplate(edge, way, cv2.TM_CCORR)
        for edge, way in zip(edges[:-1], outline, strict=True)
    )
    chance = cv2.boxFilter(
        edges[-1], -1, (wide, high), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT
    )
    chance = chance[: height - high + 1, : width - wide + 1]
    return float(((np.asarray(votes) / points - chance) / (1 - np.minimum(chance, 0.9))).max())


@lru_cache(maxsize=4)
def _edges_of(data: bytes, shape: tuple[int, ...]) -> tuple[Plane, ...]:
    small = np.frombuffer(data, np.uint8).reshape(shape)
    lab = cv2.GaussianBlur(to_lab(to_float(small)), (0, 0), 1.0)
    across, down = (
        np.stack(p, -1) for p in zip(*(gradient(lab[..., i]) for i in range(3)), strict=True)
    )
    strength = np.hypot(across, down)
    strongest = strength.argmax(-1)[..., None]
    length, dx, dy = (
        np.take_along_axis(p, strongest, -1)[..., 0] for p in (strength, across, down)
    )
    there = length > max(_WEAKEST, float(np.quantile(length, 0.7)))
    way = np.mod(np.arctan2(dy, dx), np.pi) / np.pi * _WAYS
    maps: list[Plane] = []
    for number in range(_WAYS):
        apart = np.abs((way - number + _WAYS / 2) % _WAYS - _WAYS / 2)
        edge = (there & (apart <= 0.75)).astype(np.uint8)
        maps.append(cv2.dilate(edge, np.ones((3, 3), np.uint8)).astype(np.float32))
    return (*maps, np.asarray(sum(maps) / _WAYS, np.float32))


def _edges(picture: Pixels) -> tuple[Plane, ...]:
    """For each direction where edges run that way (0 or 1), then their mean."""
    small = np.ascontiguousarray(fit(picture, _LOOKED_AT), np.uint8)
    return _edges_of(small.tobytes(), small.shape)


@lru_cache(maxsize=36)
def _outline(name: str, high: int, mirrored: bool) -> Plane:
    """A silhouette's outer edge by direction: (ways, h, w) of 0 and 1."""
    shapes = [(shape.shade, shape.outline()) for shape in silhouettes.CATALOGUE[name].draw()]
    every = np.concatenate([points for _, points in shapes])
    low, size = every.min(0), np.ptp(every, axis=0)
    scale, margin = high / size[1], max(2, high // 8)
    mask = np.zeros((high + 2 * margin, int(size[0] * scale) + 2 * margin), np.uint8)
    for shade, points in shapes:
        fill_polygon(mask, (points - low) * scale + margin, np.ones(1) * (shade != "hole"))
    mask = np.ascontiguousarray(mask[:, ::-1]) if mirrored else mask
    across, down = gradient(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0))
    way = (
        np.asarray(np.rint(np.mod(np.arctan2(down, across), np.pi) / np.pi * _WAYS), np.intp)
        % _WAYS
    )
    contours, _ = cv2.findContours(
        (mask > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    outline = np.zeros((_WAYS, *mask.shape), np.float32)
    for contour in contours:
        x, y = (np.asarray(contour[:, 0, side], np.intp) for side in (0, 1))
        outline[way[y, x], y, x] = 1
    return outline
