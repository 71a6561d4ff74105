"""Styles of the pen: pencil, charcoal, botanical illustration, comic ink, blueprint."""

import numpy as np

from adapters.models.offline.raster import (
    Plane,
    blur,
    edge_strength,
    flatten,
    hex_rgb,
    luma,
    remap,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.styles.texture import (
    brightened,
    evened,
    fibres,
    flat_colours,
    from_border,
    ink,
    long_side,
    noise,
    paper,
    ramp,
    ruled,
    stretched,
    tuned,
)


def _hatch(light: Plane, angle: float, pitch: float, seed: int, darkness: float) -> Plane:
    """Straight strokes (h, w), 1 on a stroke, of finite length, where the light is below `darkness`."""
    height, width = light.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    side = max(height, width)
    along = (x * np.cos(angle) + y * np.sin(angle)) / side
    across = (y * np.cos(angle) - x * np.sin(angle)) / side / pitch
    across = across + 0.30 * noise(height, width, 0.06, seed + 1, 1)
    line = 1 - 2 * np.abs(across - np.rint(across))
    # every line is broken into strokes of its own, pressed harder in the middle
    phase = along / 0.055 + np.modf(np.sin(np.rint(across) * 12.9898 + seed) * 43758.5)[0]
    stroke = 0.55 + 0.45 * np.sin(2 * np.pi * phase)
    pressed = np.clip((darkness - light) / max(darkness, 1e-3), 0, 1)
    return np.clip((line - 0.62 + 0.30 * pressed) * 3.5, 0, 1) * stroke * np.clip(pressed * 3, 0, 1)


def pencil(picture: Plane, seed: int) -> Plane:
    """Graphite: contours, and straight hatching in up to three directions where it is dark."""
    height, width = picture.shape[:2]
    flat = flatten(picture, 0.07, long_side(picture) * 0.004, 2)
    light = stretched(blur(luma(flat), long_side(picture) * 0.002))
    light = 0.14 + 0.86 * light ** float(np.clip(light.mean() * 1.7, 0.40, 1.0))
    grain = 0.72 + 0.28 * np.clip(noise(height, width, 0.0025, seed + 2, 1) + 0.6, 0, 1)
    dark = np.zeros_like(light)
    for number, (angle, level) in enumerate(((-0.85, 0.78), (-0.30, 0.56), (0.75, 0.42))):
        dark = 1 - (1 - dark) * (1 - 0.72 * _hatch(light, angle, 0.0075, seed + number, level))
    tone = 0.30 * np.clip(0.85 - light, 0, 1)
    contour = 1 - ink(flat, 0.0013, sharpness=130, level=-0.0004)
    faint = 0.45 * np.clip(edge_strength(flat, long_side(picture) * 0.0018) * 10 - 0.06, 0, 1)
    drawn = np.clip(dark + tone + 0.85 * contour + faint, 0, 0.92) * grain
    lead = np.array([0.20, 0.20, 0.23], np.float32)
    sheet = np.array([0.975, 0.97, 0.95], np.float32) * paper(height, width, seed + 4, 0.02)
    return sheet * (1 - drawn[..., None]) + lead * drawn[..., None]


def charcoal(picture: Plane, seed: int) -> Plane:
    """Soft black masses rubbed into toned paper, with lights in white chalk."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    light = stretched(luma(flatten(picture, 0.1, side * 0.005, 2)))
    grain = noise(height, width, 0.0035, seed, 2) * 0.5 + _streaks(height, width, seed) * 0.5
    dark = np.clip((0.52 - light) * 2.0 + 0.24 * grain, 0, 1)
    contour = 1 - ink(picture, 0.0024, sharpness=70)
    dark = np.clip(dark + 0.75 * contour * (0.7 + 0.3 * grain), 0, 0.96)[..., None]
    chalk = np.clip((light - 0.80) * 3.2 + 0.25 * grain, 0, 0.85)[..., None]
    sheet = np.array([0.74, 0.68, 0.59], np.float32) * paper(height, width, seed + 6, 0.07)
    toned = sheet * (1 - dark) + np.array([0.07, 0.065, 0.06], np.float32) * dark
    return toned * (1 - chalk) + np.array([0.97, 0.95, 0.90], np.float32) * chalk


def _streaks(height: int, width: int, seed: int) -> Plane:
    """Noise drawn along a slanted direction."""
    size = int(np.hypot(height, width)) + 2
    long = fibres(size, size, seed + 9, 0.012)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    c, s = np.cos(-0.8), np.sin(-0.8)
    return remap(long, c * x - s * y + height * 0.72, s * x + c * y + width * 0.72 * 0.99)


def botanical(picture: Plane, seed: int) -> Plane:
    """A plate from an old book: fine lines, thin washes, cream paper, a ruled border."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = flatten(brightened(picture, 0.5), 0.09, side * 0.005, 3)
    wash = tuned(flat, saturation=0.95, contrast=0.72, lift=0.20)
    light = stretched(luma(flat))
    dots = np.clip(noise(height, width, 0.0028, seed, 1) - 0.2 - 2.2 * light, 0, 1)
    lines = np.clip(1 - ink(flat, 0.0010, sharpness=150) + 0.55 * dots, 0, 1)[..., None]
    faded = np.clip(from_border(height, width) * 9 - 0.35, 0, 1)[..., None] ** 0.8
    sheet = np.array([0.955, 0.915, 0.81], np.float32) * paper(height, width, seed + 2, 0.05)
    tinted = sheet * (1 - 0.80 * faded) + wash * sheet * 0.80 * faded * 1.06
    drawn = tinted * (1 - 0.78 * lines * faded) + hex_rgb("#3b2a1c") * 0.78 * lines * faded
    return _ruled(drawn, 0.018, "#6b5136")


def _ruled(picture: Plane, inset: float, colour: str) -> Plane:
    canvas = to_pixels(picture)
    for place, thick in ((inset, 0.0024), (inset + 0.007, 0.001)):
        ruled(canvas, place, colour, thick)
    return canvas / np.float32(255)


def comic_ink(picture: Plane, seed: int) -> Plane:
    """Black brush and white paper with three flat tints."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = flatten(picture, 0.12, side * 0.007, 4)
    index, centres = flat_colours(flat, 9, seed)
    tints = centres.copy()
    tints[:, 0] = np.clip(np.round(tints[:, 0] * 4) / 4 * 0.9 + 0.16, 0.2, 0.97)
    tints[:, 1:] *= 1.35
    colour = blur(to_rgb(tints[None])[0][index], 0.6)
    light = stretched(blur(luma(flat), side * 0.003))
    spot = np.clip((0.17 - light) * side * 0.05, 0, 1)
    feather = _hatch(light, 0.9, 0.008, seed, 0.40)
    lines = 1 - ink(flat, 0.0026, sharpness=150, level=0.001)
    black = np.clip(np.maximum(np.maximum(spot, feather * 0.95), lines), 0, 1)[..., None]
    page = colour * (1 - black) + np.array([0.05, 0.05, 0.07], np.float32) * black
    edge = from_border(height, width)[..., None]
    page = np.where(edge < 0.016, np.float32(0.99), page)
    return np.where((edge >= 0.016) & (edge < 0.0205), np.float32(0.05), page)


def blueprint(picture: Plane, seed: int) -> Plane:
    """White construction lines and hatching on blue, over a fine grid."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = flatten(evened(picture), 0.09, side * 0.005, 3)
    light = stretched(luma(flat))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    grid = np.zeros((height, width), np.float32)
    for pitch, strength in ((0.0125, 0.05), (0.0625, 0.11)):
        for place in (x, y):
            phase = np.abs((place / (side * pitch)) % 1 - 0.5) * side * pitch
            grid += strength * np.clip(phase - side * pitch / 2 + 1.2, 0, 1)
    lines = 1 - ink(flat, 0.0012, sharpness=140)
    thin = np.clip(edge_strength(flat, 1.4) * 9, 0, 1) * 0.55
    hatch = 0.30 * _hatch(1 - light, 0.78, 0.008, seed, 0.45)
    white = np.clip(np.maximum(lines, thin) * 0.95 + grid + hatch, 0, 1)[..., None]
    ground = ramp(np.clip(light * 0.4 + 0.3, 0, 1), ((0, "#0b2a63"), (1, "#1f56a8")))
    ground = ground * paper(height, width, seed + 3, 0.06)
    return ground * (1 - white) + hex_rgb("#e9f2ff") * white
