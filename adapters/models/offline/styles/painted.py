"""Styles of the brush: gouache, watercolor, oil, van gogh, pointillism, fresco."""

import numpy as np

from adapters.models.offline.raster import (
    Plane,
    blur,
    edge_strength,
    fill_circle,
    flatten,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.styles.brush import Brush, paint_strokes
from adapters.models.offline.styles.texture import (
    PAPER,
    borders,
    brightened,
    cells,
    fibres,
    from_border,
    ink,
    long_side,
    noise,
    paper,
    tuned,
    wobble,
)


def gouache(picture: Plane, seed: int) -> Plane:
    """Matt, nearly plain: a breath of brush fibre and no more, since refine is judged by it."""
    height, width = picture.shape[:2]
    grain = 0.008 * fibres(height, width, seed) + 0.006 * noise(height, width, 0.06, seed + 1)
    return picture * (1 + grain)[..., None]


def watercolor(picture: Plane, seed: int) -> Plane:
    """Washes with darker rims that run into each other, on paper that stays white at the edge."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = wobble(flatten(picture, 0.10, side * 0.006, 3), 0.0022, 0.025, seed)
    wet = wobble(blur(flat, side * 0.012), 0.008, 0.07, seed + 7)
    runs = 1 / (1 + np.exp(-2.2 * noise(height, width, 0.14, seed + 9)))
    wash = flat + (wet - flat) * (0.10 + 0.40 * runs)[..., None]
    rim = edge_strength(wash, max(0.8, side * 0.002))
    rim = np.clip(rim / (float(np.quantile(rim, 0.985)) + 1e-6), 0, 1.2)
    pigment = -np.log(np.clip(tuned(wash, saturation=1.22, contrast=0.86, lift=0.10), 0.02, 1))
    pools = 0.16 * noise(height, width, 0.09, seed + 4, 3) + 0.025 * noise(
        height, width, 0.004, seed + 3, 2
    )
    painted = np.exp(-pigment * (np.clip(1 + pools, 0.5, 1.6) + 0.40 * rim)[..., None])
    edge = from_border(height, width) + noise(height, width, 0.07, seed + 11, 4) * 0.006
    inside = np.clip((edge - 0.020) / 0.004, 0, 1)[..., None]
    dried = 1 - 0.16 * np.exp(-(((edge - 0.026) / 0.004) ** 2))[..., None]
    sheet = PAPER * paper(height, width, seed + 20, 0.035)
    return sheet * (1 - inside) + painted * dried * inside * paper(height, width, seed + 20, 0.03)


def oil(picture: Plane, seed: int) -> Plane:
    """Short flat strokes with relief."""
    brush = Brush((0.045, 0.020, 0.0095, 0.005), density=1.5, length=3.0, relief=0.30)
    return tuned(paint_strokes(picture, brush, seed), saturation=1.12, contrast=1.04)


def van_gogh(picture: Plane, seed: int) -> Plane:
    """Long swirling strokes in strong colour."""
    height, width = picture.shape[:2]
    tone = 0.05 * noise(height, width, 0.06, seed + 2, 2)[..., None]
    strong = tuned(picture, saturation=1.55, contrast=1.12)
    brush = Brush(
        (0.026, 0.012, 0.0062, 0.0042), density=2.4, length=5.0, bend=0.9, variation=0.05,
        relief=0.30, follow=0.014,
    )  # fmt: skip
    return paint_strokes(np.clip(strong + tone, 0, 1), brush, seed)


def pointillism(picture: Plane, seed: int) -> Plane:
    """Dots of pure neighbouring colours on a light ground."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    random = np.random.default_rng(seed)
    ground = tuned(blur(picture, side * 0.02), saturation=0.9, contrast=0.7, lift=0.16)
    canvas = to_pixels(ground)
    lab = to_lab(picture)
    for radius, shade in ((0.0062, 0.03), (0.0045, 0.0), (0.0036, -0.02)):
        size = max(1.2, side * radius)
        count = int(0.62 * height * width / (size * size * 3.0))
        places = random.random((count, 2)) * (width - 1, height - 1)
        at = places.astype(int)
        colour = lab[at[:, 1], at[:, 0]].copy()
        angle = random.choice(np.array([-0.55, 0.0, 0.55]), count)
        cos, sin = np.cos(angle), np.sin(angle)
        a, b = colour[:, 1] * 1.5, colour[:, 2] * 1.5
        colour[:, 1], colour[:, 2] = a * cos - b * sin, a * sin + b * cos
        colour[:, 0] = np.clip(colour[:, 0] + shade + random.normal(0, 0.045, count), 0, 1)
        dots = to_rgb(colour[None].astype(np.float32))[0]
        for (x, y), value in zip(places, dots, strict=True):
            fill_circle(canvas, float(x), float(y), size, value)
    return canvas / np.float32(255)


def fresco(picture: Plane, seed: int) -> Plane:
    """Chalky colour on old plaster: pale, cracked, worn through in places."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    chalk = flatten(brightened(picture, 0.46), 0.09, side * 0.005, 2)
    chalk = tuned(chalk, saturation=0.72, contrast=0.72, lift=0.10) * (1.04, 1.0, 0.91)
    contour = 0.55 + 0.45 * ink(chalk, 0.0022, sharpness=70)[..., None]
    plaster = np.array([0.88, 0.82, 0.71], np.float32) * paper(height, width, seed + 2, 0.09)
    worn = noise(height, width, 0.11, seed, 5)
    bare = np.clip((worn - 1.35) * 6, 0, 1)[..., None] * 0.9
    wall = chalk * contour * paper(height, width, seed + 3, 0.08) * (1 - bare) + plaster * bare
    labels = cells(height, width, 34, seed + 4)
    big = wobble(borders(labels, 0.0022)[..., None].repeat(3, 2), 0.012, 0.05, seed + 6)[..., :1]
    some = np.clip(noise(height, width, 0.25, seed + 8, 2) * 1.4, 0, 1)[..., None]
    return np.clip(wall * (1 - 0.55 * big * some), 0, 1)
