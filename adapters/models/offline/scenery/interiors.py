"""Stages without a horizon outdoors: space, a room, under water."""

from typing import Final

import numpy as np

from adapters.models.offline import colours
from adapters.models.offline.raster import fill_circle, fill_polygon, hex_rgb, to_float, to_pixels
from adapters.models.offline.scenery.skies import stars
from adapters.models.offline.scenery.stage import SKIES, Stage, fill_below, ridge
from adapters.models.offline.styles.texture import fibres, noise
from adapters.models.offline.vocabulary import Scene


def space(stage: Stage, scene: Scene) -> None:
    height, width = stage.height, stage.width
    cloud = np.clip(noise(height, width, 0.30, stage.seed + 5, 5) * 0.5 + 0.3, 0, 1)[..., None]
    other = np.clip(noise(height, width, 0.22, stage.seed + 6, 5) * 0.5 + 0.1, 0, 1)[..., None]
    picture = hex_rgb("#070814") + hex_rgb("#5a2a8a") * cloud**2 + hex_rgb("#1a6a9a") * other**2
    stage.canvas[:] = to_pixels(picture)
    stars(stage, 320, 1.05)
    stage.light = np.array([0.92, 0.92, 1.0], np.float32)
    stage.haze = hex_rgb("#141230")
    del scene


def room(stage: Stage, scene: Scene) -> None:
    height, width = stage.height, stage.width
    wall = hex_rgb(("#d8c8a8", "#a8b8ae", "#c8a898", "#9aa8b8")[int(stage.random.integers(4))])
    if scene.time == "night":
        wall = wall * (0.42, 0.40, 0.48)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    glow = np.exp(-(np.hypot(x / width - 0.3, y / height - 0.3) ** 2) / 0.25)[..., None]
    stage.canvas[:] = to_pixels(wall * (0.78 + 0.30 * glow))
    sky = np.clip(hex_rgb(SKIES[scene.time][-1]), 0, 1)
    left, top, w, h = width * 0.10, height * 0.10, width * 0.24, height * 0.36
    frame = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    fill_polygon(
        stage.canvas,
        frame * (w * 1.1, h * 1.1) + (left - w * 0.05, top - h * 0.05),
        hex_rgb("#f2ece0"),
    )
    fill_polygon(stage.canvas, frame * (w, h) + (left, top), sky)
    for cx, cy, cw, ch in ((0.48, 0, 0.04, 1), (0, 0.48, 1, 0.03)):
        fill_polygon(
            stage.canvas,
            frame * (w * cw, h * ch) + (left + w * cx, top + h * cy),
            hex_rgb("#f2ece0"),
        )
    stage.horizon = 0.66
    table = np.clip(hex_rgb("#8a5630") * (0.55 if scene.time == "night" else 1), 0, 1)
    outline = np.array([(-5, height * 0.66), (width + 5, height * 0.66)])
    fill_below(stage, outline, table)
    grain = 1 + 0.07 * fibres(height, width, stage.seed + 7, 0.06)[..., None]
    wood = np.clip(
        to_float(stage.canvas) * grain * (1.1 - 0.3 * (y / height - 0.66)[..., None]), 0, 1
    )
    stage.canvas[:] = np.where((y > height * 0.66)[..., None], to_pixels(wood), stage.canvas)
    stage.light = np.array(
        (0.62, 0.58, 0.58) if scene.time == "night" else (1.0, 0.97, 0.92), np.float32
    )
    stage.haze = wall


def underwater(stage: Stage, scene: Scene) -> None:
    height, width = stage.height, stage.width
    y, x = np.mgrid[:height, :width].astype(np.float32)
    t = (y / height)[..., None]
    water = hex_rgb("#5fc8d8") * (1 - t) + hex_rgb("#0a3a68") * t
    slant = (x + y * 0.35) / width
    rays = sum(np.sin(slant * f + p) for f, p in ((23, 0.5), (37, 2.0), (61, 4.0)))
    beams = np.clip(np.asarray(rays) / 3, 0, 1)[..., None] * (1 - t) ** 1.5
    stage.canvas[:] = to_pixels(water + 0.30 * beams)
    stage.horizon = 0.80
    fill_below(stage, ridge(stage, 0.90, 0.06, 0), hex_rgb("#b9a878") * (0.55, 0.75, 0.85))
    for k, px in enumerate(stage.random.random(14)):
        high = height * (0.10 + 0.16 * stage.random.random())
        sway = np.linspace(0, 1, 8)
        bx = px * width + np.sin(sway * 6 + k) * width * 0.010
        by = height * 0.96 - sway * high
        wide = width * 0.008 * (1 - sway)
        blade = np.concatenate([np.stack([bx - wide, by], 1), np.stack([bx + wide, by], 1)[::-1]])
        code = ("#2f8a5c", "#3fa06a", "#d8647a", "#e09a4a")[k % 4]
        fill_polygon(stage.canvas, blade, hex_rgb(code) * (0.75, 0.9, 0.95))
    for bx, by, size in stage.random.random((26, 3)):
        fill_circle(stage.canvas, bx * width, by * height * 0.85, stage.side * 0.004 * (0.4 + size),
                    hex_rgb("#c8f0f8"))  # fmt: skip
    stage.light = np.array([0.80, 0.95, 1.0], np.float32)
    stage.haze = hex_rgb("#2a8ab0")
    del scene


def bare(stage: Stage, scene: Scene) -> None:
    """One quiet colour, for figures, flags and lettering."""
    named = colours.rgb_of(scene.backdrop) if scene.backdrop else None
    tone = hex_rgb("#f1ece2") if named is None else named
    stage.canvas[:] = to_pixels(np.broadcast_to(tone, stage.canvas.shape))
    stage.horizon = 0.5
    stage.light = np.ones(3, np.float32)
    stage.haze = tone


INSIDES: Final = {"plain": bare, "space": space, "room": room, "underwater": underwater}
