"""Styles of the press: ukiyo-e, pop art, linocut, art deco poster."""

from typing import Final

import cv2
import numpy as np

from adapters.models.offline.raster import (
    Plane,
    blur,
    draw_line,
    fill_polygon,
    flatten,
    hex_rgb,
    luma,
    remap,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.styles.texture import (
    fibres,
    flat_colours,
    flow,
    from_border,
    ink,
    long_side,
    noise,
    paper,
    ramp,
    ruled,
    stretched,
)

_UKIYO_PIGMENTS: Final = (
    "#f2e8cc", "#e0cc9e", "#294269", "#4c7394", "#9eb8b8", "#c25238", "#dc9466", "#617047",
    "#8f8f66", "#2d2b2e", "#75573f", "#ccbd85", "#e6c7bd", "#544d5c",
)  # fmt: skip


def _smooth_areas(picture: Plane, count: int, seed: int) -> tuple[Plane, Plane]:
    """Index (h, w) of flat areas without specks, and their Lab/100 colours."""
    index, centres = flat_colours(picture, count, seed)
    window = min(31, max(3, 2 * (long_side(picture) // 220) + 1))
    clean: Plane = cv2.medianBlur(index.astype(np.uint8), 5 if window > 5 else window)
    return clean.astype(np.intp), centres


def ukiyo_e(picture: Plane, seed: int) -> Plane:
    """A Japanese woodblock print: old pigments, black key lines, bokashi sky, a red seal."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = flatten(picture, 0.10, side * 0.007, 4)
    index, centres = _smooth_areas(flat, 11, seed)
    pigments = to_lab(np.stack([hex_rgb(code) for code in _UKIYO_PIGMENTS])[None])[0]
    apart = ((centres[:, None] - pigments[None]) ** 2 * (1.6, 1, 1)).sum(-1)
    inked = pigments[apart.argmin(1)] * 0.62 + centres * 0.38
    print_ = blur(to_rgb(inked[None].astype(np.float32))[0][index], 0.6)
    lines = blur(ink(flat, 0.0018, sharpness=130, level=-0.001), max(0.5, side * 0.0006))
    print_ = print_ * (0.14 + 0.86 * lines)[..., None] * (1, 0.985, 0.94)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    fade = 0.5 * np.exp(-((down / 0.15) ** 2))
    print_ = print_ * (1 - fade) + hex_rgb("#2b4573") * fade
    print_ *= 1 + 0.02 * fibres(height, width, seed + 1, 0.06)[..., None]
    print_ *= paper(height, width, seed + 3, 0.04)
    return _framed(print_, seed)


def _framed(print_: Plane, seed: int) -> Plane:
    height, width = print_.shape[:2]
    side = long_side(print_)
    margin = from_border(height, width)[..., None] < 0.018
    sheet = hex_rgb("#ede3c9") * paper(height, width, seed + 4, 0.05)
    canvas = to_pixels(np.where(margin, sheet, print_))
    m = side * 0.018
    ruled(canvas, 0.018, "#1f1c1e", 0.003)
    left, top, size = width - m - side * 0.055, m + side * 0.025, side * 0.03
    seal = np.array([(0, 0), (1, 0), (1, 2.4), (0, 2.4)]) * size + (left, top)
    fill_polygon(canvas, seal, hex_rgb("#b82b1f"))
    for k in range(3):
        y = top + size * (0.45 + 0.72 * k)
        mark = np.array([(left + size * 0.25, y), (left + size * 0.75, y + size * 0.1)])
        draw_line(canvas, mark, hex_rgb("#f0dcc8"), max(1, round(side * 0.003)))
    return canvas / np.float32(255)


def pop_art(picture: Plane, seed: int) -> Plane:
    """Flat shouting colours, a dot screen, thick outlines."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = flatten(picture, 0.11, side * 0.007, 3)
    index, centres = _smooth_areas(flat, 7, seed)
    loud = centres.copy()
    loud[:, 1:] *= 2.3
    loud[:, 0] = np.clip((loud[:, 0] - 0.5) * 1.3 + 0.58, 0.12, 0.98)
    colour = blur(to_rgb(loud[None])[0][index], 0.6)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    pitch = side / 84
    u, v = (x + y) / pitch / 1.414, (x - y) / pitch / 1.414
    away = np.hypot(u - np.rint(u), v - np.rint(v))
    dark = 1 - stretched(blur(luma(flat), side * 0.004))
    dots = np.clip((np.sqrt(dark) * 0.60 - away) * pitch * 0.8 + 0.5, 0, 1)[..., None]
    lines = ink(flat, 0.0028, sharpness=140, level=0.0005)[..., None]
    return colour * (1 - dots * 0.42) * lines + (1 - lines) * 0.04


def linocut(picture: Plane, seed: int) -> Plane:
    """One block, one ink: carved gouges follow the form."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = flatten(picture, 0.12, side * 0.007, 3)
    light = stretched(blur(luma(flat), side * 0.002))
    angle, clear = flow(picture, 0.02)
    angle = np.where(clear > 0.25, angle, 0.25 * noise(height, width, 0.3, seed, 1))
    grain = _along(noise(height, width, 0.007, seed + 1, 1), angle, side)
    cut = np.clip((light - 0.50 + 0.20 * grain) * side * 0.02 + 0.5, 0, 1)
    cut = np.where(light < 0.16, 0, np.where(light > 0.86, 1, cut))
    outline = 1 - ink(flat, 0.003, sharpness=120)
    ink_here = np.clip((1 - cut) + outline, 0, 1)
    ink_here = ink_here * (1 - 0.10 * np.clip(noise(height, width, 0.003, seed + 4, 2) - 0.6, 0, 1))
    sheet = hex_rgb("#f1e9d8") * paper(height, width, seed + 5, 0.03)
    edge = from_border(height, width) + 0.0012 * noise(height, width, 0.03, seed + 6, 3)
    block = np.clip((edge - 0.022) * side, 0, 1)
    share = (ink_here * block)[..., None]
    return sheet * (1 - share) + hex_rgb("#1d2430") * share


def _along(grain: Plane, angle: Plane, side: int) -> Plane:
    """Average noise along a direction field (line integral convolution, Cabral and Leedom 1993)."""
    height, width = grain.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    step = side * 0.0035
    dx, dy = np.cos(angle) * step, np.sin(angle) * step
    total = sum(remap(grain, x + dx * k, y + dy * k) for k in range(-4, 5))
    return np.asarray(total) / (np.asarray(total).std() + 1e-6)


def art_deco(picture: Plane, seed: int) -> Plane:
    """A travel poster: few smooth tones from night blue to cream, gold sunrays, a stepped frame."""
    height, width = picture.shape[:2]
    side = long_side(picture)
    flat = flatten(blur(picture, side * 0.003), 0.14, side * 0.008, 4)
    lab = to_lab(flat)
    light = stretched(lab[..., 0])
    steps = np.floor(light * 6) / 5.0
    edge_soft = blur(np.clip(steps, 0, 1), max(0.5, side * 0.0012))
    tones = ramp(
        edge_soft,
        ((0, "#10202e"), (0.25, "#1d4a5a"), (0.5, "#c8643c"), (0.75, "#e8b45a"), (1, "#f8ecd0")),
    )
    toned = to_lab(tones)
    toned[..., 1:] = toned[..., 1:] * 0.72 + blur(lab[..., 1:], side * 0.006) * 0.7
    poster = to_rgb(toned)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    turn = np.arctan2(y + height * 0.15, x - width / 2)
    rays = np.clip(np.cos(turn * 44) * 9, -1, 1)
    poster *= 1 + 0.07 * (rays * np.clip(light * 1.4 - 0.3, 0, 1))[..., None]
    poster *= paper(height, width, seed, 0.025)
    return _stepped_frame(poster)


def _stepped_frame(poster: Plane) -> Plane:
    height, width = poster.shape[:2]
    side = long_side(poster)
    canvas = to_pixels(
        np.where(from_border(height, width)[..., None] < 0.02, hex_rgb("#f4e6c4"), poster)
    )
    for inset, thick, corner in ((0.020, 0.005, 0.05), (0.030, 0.002, 0.035)):
        m, c = side * inset, side * corner
        right, bottom = width - m, height - m
        points = [
            (m + c, m), (right - c, m), (right - c, m + c / 2), (right, m + c / 2),
            (right, bottom - c / 2), (right - c, bottom - c / 2), (right - c, bottom),
            (m + c, bottom), (m + c, bottom - c / 2), (m, bottom - c / 2), (m, m + c / 2),
            (m + c, m + c / 2),
        ]  # fmt: skip
        colour = hex_rgb("#c79a3c")
        draw_line(canvas, np.array(points), colour, max(1, round(side * thick)), closed=True)
    return canvas / np.float32(255)
