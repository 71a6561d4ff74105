"""Plain figures: what people ask for to see whether they are understood."""

import numpy as np

from adapters.models.offline.silhouettes.shapes import Silhouette, curve, oval, poly


def square() -> Silhouette:
    return (poly("b", (-0.5, 0.0), (-0.5, -1.0), (0.5, -1.0), (0.5, 0.0)),)


def rectangle() -> Silhouette:
    return (poly("b", (-0.8, 0.0), (-0.8, -1.0), (0.8, -1.0), (0.8, 0.0)),)


def circle() -> Silhouette:
    return (oval("b", 0.0, -0.5, 0.5, 0.5, corners=90),)


def ring() -> Silhouette:
    return (
        oval("b", 0.0, -0.5, 0.5, 0.5, corners=90),
        oval("hole", 0.0, -0.5, 0.32, 0.32, corners=90),
    )


def triangle() -> Silhouette:
    return (poly("b", (-0.56, 0.0), (0.0, -1.0), (0.56, 0.0)),)


def diamond() -> Silhouette:
    return (poly("b", (0.0, 0.0), (-0.42, -0.5), (0.0, -1.0), (0.42, -0.5)),)


def cross() -> Silhouette:
    a, b = 0.17, 0.5
    return (
        poly("b", (-a, 0.0), (-a, -b + a), (-b, -b + a), (-b, -b - a), (-a, -b - a), (-a, -1.0),
             (a, -1.0), (a, -b - a), (b, -b - a), (b, -b + a), (a, -b + a), (a, 0.0)),
    )  # fmt: skip


def star() -> Silhouette:
    return (poly("b", *_around(5, (0.54, 0.22))),)


def hexagon() -> Silhouette:
    return (poly("b", *_around(6, (0.5,))),)


def octagon() -> Silhouette:
    return (poly("b", *_around(8, (0.5,))),)


def heart() -> Silhouette:
    return (
        curve("b", (0.0, 0.0), (-0.34, -0.36), (-0.52, -0.68), (-0.36, -0.96), (-0.10, -0.90),
              (0.0, -0.74), (0.10, -0.90), (0.36, -0.96), (0.52, -0.68), (0.34, -0.36)),
    )  # fmt: skip


def _around(points: int, reaches: tuple[float, ...]) -> list[tuple[float, float]]:
    """Corners on circles of those radii in turn, the first at the top."""
    count = points * len(reaches)
    turns = -np.pi / 2 + np.arange(count) * 2 * np.pi / count
    reach = np.array(reaches)[np.arange(count) % len(reaches)]
    x, y = np.cos(turns) * reach, np.sin(turns) * reach - 0.5
    return list(zip(x.tolist(), y.tolist(), strict=True))
