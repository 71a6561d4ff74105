"""What the styles are made of: noise, paper, lines, strokes of light; in units of the long side.

Everything is a function of (picture, seed), so that a style looks the same at any size.
"""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from adapters.models.offline.raster import (
    Plane,
    blur,
    clusters,
    draw_line,
    gradient,
    hex_rgb,
    luma,
    nearest,
    remap,
    resize,
    to_lab,
    to_rgb,
)

PAPER: Final = np.array([0.985, 0.975, 0.95], np.float32)


def long_side(picture: Plane) -> int:
    """The longer of height and width."""
    return max(picture.shape[:2])


def noise(height: int, width: int, cell: float, seed: int, octaves: int = 3) -> Plane:
    """Smooth noise (h, w) of mean 0 and deviation 1; `cell` is a share of the long side."""
    random = np.random.default_rng(seed)
    side = max(height, width)
    total = np.zeros((height, width), np.float32)
    strength = 1.0
    for _ in range(octaves):
        cells = max(2, round(1 / cell))
        rows, columns = (min(cells, s) + 3 for s in (height * cells // side, width * cells // side))
        grid = random.standard_normal((cells + 3, cells + 3)).astype(np.float32)
        total += strength * resize(np.ascontiguousarray(grid[:rows, :columns]), width, height)
        strength *= 0.55
        cell = max(cell / 2, 1 / 2048)
    total -= total.mean()
    return total / (total.std() + 1e-6)


def fibres(height: int, width: int, seed: int, along: float = 0.03) -> Plane:
    """Noise drawn out sideways, as by a brush or wood grain."""
    side = max(height, width)
    grain = blur(noise(height, width, 0.003, seed, 1), along * side, side * 0.0008)
    return grain / (grain.std() + 1e-6)


def paper(height: int, width: int, seed: int, strength: float = 0.03) -> Plane:
    """Multiplier (h, w, 1) of a sheet of paper."""
    fine = noise(height, width, 0.004, seed, 2)
    broad = noise(height, width, 0.08, seed + 5, 2)
    return (1 + strength * (0.5 * fine + 0.3 * broad))[..., None]


def wobble(picture: Plane, amount: float, cell: float, seed: int) -> Plane:
    """Bend a picture by smooth noise; `amount` and `cell` are shares of the long side."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    reach = amount * max(height, width)
    return remap(
        picture,
        x + reach * noise(height, width, cell, seed, 2),
        y + reach * noise(height, width, cell, seed + 1, 2),
    )


def flow(picture: Plane, scale: float) -> tuple[Plane, Plane]:
    """Direction along the edges (radians) and how clear it is (0-1), by the structure tensor."""
    across, down = gradient(luma(blur(picture, long_side(picture) * 0.0025)))
    sigma = long_side(picture) * scale
    xx, xy, yy = (blur(p, sigma) for p in (across * across, across * down, down * down))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    return angle, np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (xx + yy + 1e-6)


def ink(picture: Plane, width: float, *, sharpness: float = 90.0, level: float = 0.0) -> Plane:
    """1 on paper, 0 on a line: extended difference of Gaussians (Winnemoeller 2012)."""
    light = luma(picture)
    sigma = max(0.6, long_side(picture) * width)
    difference = blur(light, sigma) - 0.985 * blur(light, sigma * 1.6)
    return np.where(difference >= level, 1, 1 + np.tanh(sharpness * (difference - level)))


def tuned(picture: Plane, *, saturation: float = 1, contrast: float = 1, lift: float = 0) -> Plane:
    """Change colourfulness, contrast and lightness (in Lab/100)."""
    lab = to_lab(picture)
    lab[..., 1:] *= saturation
    lab[..., 0] = np.clip((lab[..., 0] - 0.5) * contrast + 0.5 + lift, 0, 1)
    return to_rgb(lab)


def stretched(light: Plane, low: float = 0.01, high: float = 0.985) -> Plane:
    """A plane scaled so that its quantiles fall on 0 and 1."""
    bottom, top = (float(v) for v in np.quantile(light, [low, high]))
    return np.clip((light - bottom) / (top - bottom + 1e-6), 0, 1)


def evened(picture: Plane) -> Plane:
    """A dark picture with the light of a bright one, so that its lines are found: each part is
    stretched by itself (Zuiderveld 1994). A bright one stays."""
    lab = to_lab(np.clip(picture, 0, 1))
    dark = float(np.clip((0.55 - np.median(lab[..., 0])) / 0.3, 0, 1))
    if not dark:
        return picture
    light = np.clip(lab[..., 0] * 255, 0, 255).astype(np.uint8)
    equal = np.asarray(cv2.createCLAHE(3.0, (6, 6)).apply(light), np.float32) / 255
    lab[..., 0] += 0.75 * dark * (equal - lab[..., 0])
    return np.clip(to_rgb(lab), 0, 1)


def flat_colours(picture: Plane, count: int, seed: int) -> tuple[NDArray[Any], Plane]:
    """Areas of few colours: index (h, w) and Lab/100 centres (n, 3)."""
    lab = to_lab(picture)
    centres = clusters(lab, count, seed)
    return nearest(lab, centres), centres


def ramp(light: Plane, stops: tuple[tuple[float, str], ...]) -> Plane:
    """Colours for a plane of 0-1 along stops (position, '#rrggbb')."""
    places = [stop for stop, _ in stops]
    values = np.stack([hex_rgb(code) for _, code in stops])
    channels = [np.interp(light, places, values[:, i]) for i in range(3)]
    return np.stack(channels, -1).astype(np.float32)


def from_border(height: int, width: int) -> Plane:
    """Distance (h, w) to the nearest border as a share of the long side."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    nearest_border = np.minimum(np.minimum(x, width - 1 - x), np.minimum(y, height - 1 - y))
    return nearest_border / max(height, width)


def ruled(canvas: Plane, inset: float, colour: str, thick: float) -> None:
    """Draws a line along the border into `canvas`; all shares of its longer side."""
    height, width = canvas.shape[:2]
    m = max(height, width) * inset
    box = np.array([(m, m), (width - m, m), (width - m, height - m), (m, height - m)])
    draw_line(canvas, box, hex_rgb(colour), max(1, round(max(height, width) * thick)), closed=True)


def vignette(height: int, width: int, strength: float) -> Plane:
    """Multiplier (h, w, 1) that darkens the corners."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    away = np.hypot(x / width * 2 - 1, y / height * 2 - 1)
    return np.clip(1.08 - strength * away**2.2, 0, 1.08)[..., None]


def cells(height: int, width: int, count: int, seed: int, weight: Plane | None = None) -> Plane:
    """Label (h, w) of the nearest of about `count` scattered points; denser where weight is."""
    random = np.random.default_rng(seed)
    ratio = width / height
    down = max(2, round(np.sqrt(count / ratio)))
    across = max(2, round(count / down))
    y, x = np.mgrid[:down, :across].astype(np.float64)
    shift = random.uniform(-0.42, 0.42, (2, down, across))
    shift[1] += (np.arange(down) % 2)[:, None] * 0.5 - 0.25
    points_x = np.clip((x + 0.5 + shift[1]) / across * width, 0, width - 1).ravel()
    points_y = np.clip((y + 0.5 + shift[0]) / down * height, 0, height - 1).ravel()
    if weight is not None:
        points_x, points_y = _denser(points_x, points_y, weight, random)
    seeds = np.ones((height, width), np.uint8)
    seeds[points_y.astype(int), points_x.astype(int)] = 0
    _, labels = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    return np.asarray(labels, np.int32)


def _denser(x: Plane, y: Plane, weight: Plane, random: np.random.Generator) -> tuple[Plane, Plane]:
    """Further points, drawn where the weight (0-1) is high."""
    height, width = weight.shape
    tries = random.random((len(x) * 6, 3))
    more_x, more_y = tries[:, 0] * (width - 1), tries[:, 1] * (height - 1)
    kept = tries[:, 2] < weight[more_y.astype(int), more_x.astype(int)]
    return np.concatenate([x, more_x[kept]]), np.concatenate([y, more_y[kept]])


def cell_means(picture: Plane, labels: Plane) -> Plane:
    """A picture in which every cell has its mean colour (Lab mean)."""
    lab = to_lab(picture).reshape(-1, 3)
    flat = labels.ravel()
    count = np.maximum(np.bincount(flat), 1)
    means = np.stack([np.bincount(flat, lab[:, i]) / count for i in range(3)], 1)
    return means[labels].astype(np.float32)


def borders(labels: Plane, width: float) -> Plane:
    """Soft lines (h, w), 1 where cells meet; `width` is a share of the long side."""
    differs = np.zeros(labels.shape, np.uint8)
    differs[:, 1:] |= (labels[:, 1:] != labels[:, :-1]).astype(np.uint8)
    differs[1:] |= (labels[1:] != labels[:-1]).astype(np.uint8)
    apart: Plane = cv2.distanceTransform(1 - differs, cv2.DIST_L2, 3)
    reach = max(0.7, width * max(labels.shape) / 2)
    return np.clip(reach + 0.5 - apart, 0, 1)


def brightened(picture: Plane, least: float) -> Plane:
    """A dark picture raised by a gamma until its mean brightness is `least`; others as they are."""
    mean = float(luma(picture).mean())
    if mean >= least:
        return picture
    return np.clip(picture, 0, 1) ** np.float32(np.log(least) / np.log(max(mean, 0.02)))
