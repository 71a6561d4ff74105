"""Styles of light: neon, steampunk, synthwave."""

from typing import Final

import numpy as np

from adapters.models.offline.raster import (
    Plane,
    blur,
    draw_line,
    edge_strength,
    fill_circle,
    fill_polygon,
    flatten,
    hex_rgb,
    luma,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.styles.texture import (
    evened,
    from_border,
    ink,
    long_side,
    noise,
    ramp,
    stretched,
    tuned,
    vignette,
)

_FRAME: Final = 0.016  # of the long side: a scan's dark rim is no edge of anything shown


def neon(picture: Plane, seed: int) -> Plane:
    """Glass tubes along the edges, glowing in the dark."""
    del seed
    side = long_side(picture)
    flat = flatten(picture, 0.09, side * 0.006, 3)
    tone = to_lab(blur(flat, side * 0.006))
    drawn = flatten(evened(picture), 0.09, side * 0.006, 3)
    edge = edge_strength(drawn, max(0.8, side * 0.0018))
    edge = np.clip(edge / (float(np.quantile(edge, 0.975)) + 1e-6) - 0.16, 0, 1.2) ** 0.8
    edge = edge * np.clip(from_border(*edge.shape) / _FRAME - 0.5, 0, 1)
    hue = np.arctan2(tone[..., 2], tone[..., 1])
    hue = np.round(hue / (np.pi / 5)) * (np.pi / 5) + 0.3
    tube_lab = np.stack([np.full_like(hue, 0.68), 0.85 * np.cos(hue), 0.85 * np.sin(hue)], -1)
    tube = edge[..., None] * to_rgb(tube_lab)
    glow = sum(blur(tube, side * s) * k for s, k in ((0.004, 0.7), (0.012, 0.9), (0.035, 1.2)))
    dim = np.stack([tone[..., 0] * 0.26, tone[..., 1] * 0.5 + 0.05, tone[..., 2] * 0.5 - 0.14], -1)
    core = np.clip(edge - 0.5, 0, 1)[..., None] * 0.9
    return 1 - np.exp(-1.35 * (to_rgb(dim) + np.asarray(glow) + tube * 0.9 + core))


def synthwave(picture: Plane, seed: int) -> Plane:
    """Magenta and cyan, glowing rims, scan lines, stars: the eighties' future."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    light = stretched(luma(flatten(picture, 0.08, side * 0.005, 2)))
    night = ramp(
        light,
        ((0, "#0d0221"), (0.3, "#3a0ca3"), (0.55, "#b5179e"), (0.78, "#f72585"), (1, "#ffd166")),
    )
    lab = to_lab(picture)
    cool = np.clip(-lab[..., 2:] * 3.2 + 0.05, 0, 0.8)
    sea = ramp(light, ((0, "#0d0221"), (0.45, "#1b5fd0"), (0.8, "#2de2e6"), (1, "#f6ffff")))
    mixed = night * (1 - cool) + sea * cool
    edge = edge_strength(picture, max(0.8, side * 0.0016))
    edge = np.clip(edge / (float(np.quantile(edge, 0.985)) + 1e-6) - 0.25, 0, 1)[..., None]
    rim = edge * hex_rgb("#2de2e6")
    mixed = mixed + 0.7 * rim + 0.9 * blur(rim, side * 0.006) + 0.35 * blur(mixed, side * 0.02)
    y = np.arange(height, dtype=np.float32)[:, None, None]
    lines = 1 - 0.13 * (0.5 + 0.5 * np.cos(2 * np.pi * y / (side * 0.0068)))
    random = np.random.default_rng(seed)
    canvas = to_pixels(1 - np.exp(-1.15 * mixed))
    for x, place, size in random.random((70, 3)):
        at = (int(place * 0.5 * (height - 1)), int(x * (width - 1)))
        if light[at] < 0.5:
            fill_circle(canvas, x * width, place * 0.5 * height, side * (0.0006 + 0.001 * size),
                        np.array([1.0, 0.95, 1.0]))  # fmt: skip
    return canvas / np.float32(255) * lines * vignette(height, width, 0.35)


def steampunk(picture: Plane, seed: int) -> Plane:
    """Brass and leather: sepia metal tones, rivets, gears in the corners."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    light = stretched(luma(picture))
    brass = ramp(
        light,
        ((0, "#120d0a"), (0.3, "#4d2b14"), (0.6, "#a86e2e"), (0.85, "#e6ba6b"), (1, "#fcedc2")),
    )
    tone = brass * 0.70 + tuned(picture, saturation=0.75) * 0.30
    tone = tone * (0.3 + 0.7 * ink(picture, 0.0017, sharpness=80))[..., None]
    tone = tone * vignette(height, width, 0.45)
    tone = tone * (1 + 0.045 * noise(height, width, 0.1, seed, 4))[..., None]
    rim = (from_border(height, width) < 0.013)[..., None]
    canvas = to_pixels(np.where(rim, hex_rgb("#5c3d1c") * 0.9, tone))
    random = np.random.default_rng(seed)
    gears = (
        (0.0, 1.0, 0.13, 16), (0.15, 1.0, 0.07, 11), (1.0, 0.0, 0.115, 14),
        (0.87, 0.0, 0.055, 10), (1.0, 1.0, 0.07, 12),
    )  # fmt: skip
    for x, y, radius, teeth in gears:
        middle = np.array([x * width, y * height])
        _gear(canvas, middle, side * radius, teeth, 0.85 + 0.3 * random.random())
    _rivets(canvas, side)
    return canvas / np.float32(255)


def _gear(canvas: Plane, middle: Plane, radius: float, teeth: int, shine: float) -> None:
    turn = np.linspace(0, 2 * np.pi, teeth * 8, endpoint=False)
    reach = np.where(np.arange(teeth * 8) % 8 < 4, radius, radius * 0.84)
    outline = middle + np.stack([np.cos(turn), np.sin(turn)], 1) * reach[:, None]
    brass, dark = hex_rgb("#b38038") * shine, hex_rgb("#21140a")
    fill_polygon(canvas, outline + radius * 0.04, dark)
    fill_polygon(canvas, outline, brass)
    draw_line(canvas, outline, dark, max(1, round(radius * 0.02)), closed=True)
    x, y = float(middle[0]), float(middle[1])
    rings = ((0.68, 0.75), (0.62, 1.0), (0.26, 0.2), (0.20, 1.2))
    for share, tone in rings:
        fill_circle(canvas, x, y, radius * share, np.clip(brass * tone, 0, 1))
    for k in range(6):
        a = k * np.pi / 3
        fill_circle(
            canvas, x + 0.43 * radius * np.cos(a), y + 0.43 * radius * np.sin(a),
            radius * 0.10, dark,
        )  # fmt: skip


def _rivets(canvas: Plane, side: int) -> None:
    height, width = canvas.shape[:2]
    step, inset, size = side * 0.05, side * 0.0065, side * 0.0042
    places = [(x, e) for x in np.arange(step / 2, width, step) for e in (inset, height - inset)]
    places += [(e, y) for y in np.arange(step / 2, height, step) for e in (inset, width - inset)]
    for x, y in places:
        fill_circle(canvas, float(x), float(y), size * 1.25, hex_rgb("#26170c"))
        fill_circle(canvas, float(x), float(y), size, hex_rgb("#d9a857"))
