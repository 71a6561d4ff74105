"""Weather: what falls or hangs in front of everything."""

import numpy as np

from adapters.models.offline.raster import (
    blur,
    draw_line,
    fill_circle,
    hex_rgb,
    to_float,
    to_pixels,
)
from adapters.models.offline.scenery.stage import Stage
from adapters.models.offline.vocabulary import Scene


def paint_weather(stage: Stage, scene: Scene) -> None:
    """What falls or hangs in front of everything."""
    random, side = stage.random, stage.side
    if scene.weather == "fog":
        depth = np.linspace(0, 1, stage.height, dtype=np.float32)[:, None, None]
        veil = 0.62 * np.exp(-(((depth - stage.horizon) / 0.22) ** 2)) + 0.12
        stage.canvas[:] = to_pixels(to_float(stage.canvas) * (1 - veil) + stage.haze * veil)
    if scene.weather in {"rain", "storm"}:
        before = to_float(stage.canvas)
        for x, y, length in random.random((240, 3)):
            start = np.array([x * 1.1 * stage.width, y * stage.height])
            fall = np.array(
                [start, start + np.array([-0.25, 1.0]) * side * (0.015 + 0.03 * length)]
            )
            draw_line(stage.canvas, fall, hex_rgb("#d4dde6"), max(1, round(side / 900)))
        stage.canvas[:] = to_pixels(before * 0.55 + to_float(stage.canvas) * 0.45)
    if scene.weather == "storm":
        _lightning(stage)
    snowing = scene.weather == "snowfall" or (scene.ground == "snow" and scene.weather == "")
    if snowing:
        for x, y, size in random.random((220 if scene.weather else 70, 3)):
            radius = side * (0.0008 + 0.0032 * size**2)
            fill_circle(stage.canvas, x * stage.width, y * stage.height, radius, np.ones(3) * 0.98)


def _lightning(stage: Stage) -> None:
    x, y = float(stage.width * (0.15 + 0.7 * stage.random.random())), 0.0
    path = [(x, y)]
    while y < stage.height * stage.horizon * 0.95:
        x += float(stage.random.normal()) * stage.side * 0.022
        y += stage.side * 0.03
        path.append((x, y))
    bolt = np.zeros(stage.canvas.shape[:2], np.uint8)
    draw_line(bolt, np.array(path), np.ones(1), max(1, round(stage.side / 260)))
    line = bolt[..., None] / np.float32(255)
    glow = np.clip(line + 0.9 * blur(line[..., 0], stage.side * 0.012)[..., None] * 4, 0, 1)
    stage.canvas[:] = to_pixels(to_float(stage.canvas) * (1 - glow) + hex_rgb("#eef0ff") * glow)
