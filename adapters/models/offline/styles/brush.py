"""Brush strokes that follow the picture's edges, coarse to fine (Hertzmann 1998)."""

from dataclasses import dataclass

import numpy as np

from adapters.models.offline.raster import (
    Plane,
    blur,
    draw_line,
    edge_strength,
    gradient,
    to_pixels,
)
from adapters.models.offline.styles.texture import flow, long_side, noise

_SEGMENTS = 6


@dataclass(frozen=True, slots=True)
class Brush:
    """Stroke widths (shares of the long side), how many, how long, bent, and how colours vary."""

    widths: tuple[float, ...]
    density: float = 1.5
    length: float = 3.2
    bend: float = 0.0
    variation: float = 0.02
    relief: float = 0.2
    follow: float = 0.012


def paint_strokes(picture: Plane, brush: Brush, seed: int) -> Plane:
    """The picture in strokes, lit from the upper left."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    random = np.random.default_rng(seed)
    angle, clear = flow(picture, brush.follow)
    drift = noise(height, width, 0.25, seed + 3, 1) * 0.8
    angle = np.where(clear > 0.22, angle, drift)
    busy = blur(edge_strength(picture), side * 0.006)
    busy = busy / (float(np.quantile(busy, 0.97)) + 1e-6)
    canvas = to_pixels(blur(picture, side * 0.02))
    relief = np.full((height, width), 128, np.uint8)
    for layer, share in enumerate(brush.widths):
        size = max(1.5, side * share)
        seen = blur(picture, max(0.5, size * 0.25))
        places = _places(height, width, size, brush, random)
        if layer:
            detail = busy[places[:, 1].astype(int), places[:, 0].astype(int)]
            places = places[detail > 0.16 * layer + random.random(len(places)) * 0.25]
        _layer(canvas, relief, seen, angle, places, size, brush, random)
    across, down = gradient(blur(relief / 255.0, max(0.6, side * 0.0012)) * side / 512)
    light = np.tanh((across + down) * 2.6)[..., None]
    return np.clip(canvas / np.float32(255.0) * (1 + brush.relief * light), 0, 1)


def _places(
    height: int, width: int, size: float, brush: Brush, random: np.random.Generator
) -> Plane:
    count = int(brush.density * height * width / (size * size * 1.4)) + 1
    return random.random((count, 2)) * (width - 1, height - 1)


def _layer(
    canvas: Plane,
    relief: Plane,
    seen: Plane,
    angle: Plane,
    places: Plane,
    size: float,
    brush: Brush,
    random: np.random.Generator,
) -> None:
    height, width = angle.shape
    count = len(places)
    if not count:
        return
    first = places.astype(int)
    colour = seen[first[:, 1], first[:, 0]] + random.normal(0, brush.variation, (count, 1))
    colour = np.clip(colour + random.normal(0, brush.variation * 0.6, (count, 3)), 0, 1)
    step = size * brush.length * (0.7 + 0.6 * random.random(count)) / _SEGMENTS
    turn = angle[first[:, 1], first[:, 0]] + brush.bend * random.normal(0, 0.2, count)
    x, y = places[:, 0].copy(), places[:, 1].copy()
    x -= np.cos(turn) * step * _SEGMENTS / 2
    y -= np.sin(turn) * step * _SEGMENTS / 2
    path = np.empty((count, _SEGMENTS, 2))
    for i in range(_SEGMENTS):
        path[:, i] = np.stack([x, y], 1)
        at_y, at_x = np.clip(y, 0, height - 1).astype(int), np.clip(x, 0, width - 1).astype(int)
        here = angle[at_y, at_x]
        here = here + np.pi * np.rint((turn - here) / np.pi)
        turn = turn + (here - turn) * min(1.0, 0.3 + brush.bend)
        x, y = x + np.cos(turn) * step, y + np.sin(turn) * step
    thick = max(1, round(size * 0.62))
    height_of = 0.35 + 0.45 * random.random(count)
    for i in range(count):
        draw_line(canvas, path[i], colour[i], thick)
        draw_line(relief, path[i], height_of[i : i + 1], thick)
        if thick > 3:
            ridge = path[i] - (thick * 0.22, thick * 0.22)
            draw_line(relief, ridge, height_of[i : i + 1] + 0.2, max(1, thick // 5))
