"""What silhouettes are drawn with: filled outlines in a box x -0.5..0.5, y -1..0, feet at 0.

A shade is "b" (the subject's own colour), "d" (darker), "l" (lighter), "w" (a lit window) or a
"#rrggbb" of its own.
"""

from dataclasses import dataclass

import numpy as np

from adapters.models.offline.raster import Plane

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One filled outline; smooth ones are splines through their points."""

    shade: str
    points: tuple[Point, ...]
    smooth: bool = True

    def outline(self) -> Plane:
        """The polygon (n, 2) to fill."""
        points = np.array(self.points, np.float64)
        return spline(points) if self.smooth and len(points) > 2 else points


Silhouette = tuple[Shape, ...]


def curve(shade: str, *points: Point) -> Shape:
    """A smooth closed outline."""
    return Shape(shade, points)


def poly(shade: str, *points: Point) -> Shape:
    """A straight-sided outline."""
    return Shape(shade, points, smooth=False)


def box(shade: str, left: float, top: float, right: float, bottom: float) -> Shape:
    """A rectangle."""
    return poly(shade, (left, bottom), (left, top), (right, top), (right, bottom))


def oval(
    shade: str, x: float, y: float, rx: float, ry: float, tilt: float = 0.0, corners: int = 22
) -> Shape:
    """An ellipse, turned by `tilt` radians; the larger it is seen, the more corners it needs."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    a, b = rx * np.cos(turn), ry * np.sin(turn)
    cos, sin = np.cos(tilt), np.sin(tilt)
    xs, ys = x + cos * a - sin * b, y + sin * a + cos * b
    return Shape(shade, tuple(zip(xs.tolist(), ys.tolist(), strict=True)), smooth=False)


def limb(shade: str, start: Point, end: Point, thick: float, thin: float | None = None) -> Shape:
    """A tapering leg, trunk or mast from start to end."""
    thin = thick if thin is None else thin
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max(1e-6, float(np.hypot(dx, dy)))
    nx, ny = -dy / length / 2, dx / length / 2
    return poly(
        shade,
        (start[0] + nx * thick, start[1] + ny * thick),
        (end[0] + nx * thin, end[1] + ny * thin),
        (end[0] - nx * thin, end[1] - ny * thin),
        (start[0] - nx * thick, start[1] - ny * thick),
    )


def spline(points: Plane, steps: int = 10) -> Plane:
    """A closed Catmull-Rom spline through points (n, 2)."""
    a, b = np.roll(points, 1, 0), points
    c, d = np.roll(points, -1, 0), np.roll(points, -2, 0)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (p[:, None] for p in (a, b, c, d))
    cubic = 3 * b - a - 3 * c + d
    path = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + cubic * t**3)
    return path.reshape(-1, 2)
