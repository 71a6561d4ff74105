"""Skies: a gradient of the hour, sun or moon, stars, northern lights, clouds."""

import numpy as np

from adapters.models.offline.raster import Plane, blur, fill_circle, hex_rgb, to_pixels
from adapters.models.offline.scenery.stage import SUNS, Stage
from adapters.models.offline.styles.texture import noise
from adapters.models.offline.vocabulary import Scene


def paint_sky(stage: Stage, kind: str, colours: list[Plane], scene: Scene) -> None:
    height, width = stage.height, stage.width
    place = np.linspace(0, 1, height) / stage.horizon
    stops = np.linspace(0, 1, len(colours))
    column = np.stack([np.interp(place, stops, [c[i] for c in colours]) for i in range(3)], -1)
    picture = np.repeat(column[:, None], width, 1).astype(np.float32)
    light = "moon" if kind == "night" else "sun"
    unnamed = scene.alone and kind == "day"  # "only a tree": no hour was named, so no sun was
    if kind in SUNS and light not in scene.without and not unnamed:
        low = kind in {"sunset", "dawn"}
        x = width * (0.22 + 0.56 * stage.random.random())
        y = height * stage.horizon * (0.80 if low else 0.26)
        stage.sun = (x, y)
        down, across = np.mgrid[:height, :width].astype(np.float32)
        away = np.hypot(across - x, down - y) / stage.side
        glow = 0.8 * np.exp(-((away / (0.06 if kind == "night" else 0.17)) ** 1.1))[..., None]
        picture = picture * (1 - glow) + hex_rgb(SUNS[kind]) * glow
    if kind == "night" and scene.aurora:
        picture = _aurora(picture, stage)
    if not (scene.without & {"cloud", "clouds"} or scene.alone):
        picture = _clouds(picture, stage, kind)
    stage.canvas[:] = to_pixels(picture)
    if kind == "night" and "star" not in scene.without:
        stars(stage, 150, stage.horizon)
    if stage.sun is not None:
        radius = stage.side * (0.030 if kind == "night" else 0.036)
        fill_circle(stage.canvas, *stage.sun, radius, hex_rgb(SUNS[kind]))
        if kind == "night":
            for dx, dy, r in ((-0.3, -0.2, 0.2), (0.25, 0.3, 0.16), (0.3, -0.35, 0.12)):
                fill_circle(stage.canvas, stage.sun[0] + dx * radius, stage.sun[1] + dy * radius,
                            radius * r, hex_rgb("#dcd8c0"))  # fmt: skip


def stars(stage: Stage, count: int, until: float) -> None:
    for x, y, size, tone in stage.random.random((count, 4)):
        colour = np.array([1, 1, 0.92]) * (0.55 + 0.45 * tone)
        radius = stage.side * (0.0006 + 0.0012 * size**2)
        fill_circle(
            stage.canvas, x * stage.width, y**1.3 * stage.height * until * 0.95, radius, colour
        )


def _aurora(picture: Plane, stage: Stage) -> Plane:
    height, width = picture.shape[:2]
    across = np.linspace(0, 1, width, dtype=np.float32)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    for number, code in enumerate(("#38f0a0", "#4ad0e0", "#a868f0")):
        phase = stage.random.random(3) * 6
        base = stage.horizon * (0.62 - 0.12 * number) + 0.05 * np.sin(across * 7 + phase[0])
        base = base + 0.03 * np.sin(across * 17 + phase[1])
        rays = 0.6 + 0.4 * np.sin(across * 90 + 8 * np.sin(across * 6 + phase[2]))
        above = np.clip(base - down, 0, 1)
        curtain = np.exp(-above / 0.14) * (down < base) * rays
        soft = blur(curtain, stage.side * 0.004)[..., None] * 0.62
        picture = picture * (1 - soft) + hex_rgb(code) * soft
    return picture


def _clouds(picture: Plane, stage: Stage, kind: str) -> Plane:
    """Heaps of soft puffs, lit from above."""
    if kind in {"night", "mars", "fog"}:
        return picture
    height, width = picture.shape[:2]
    heavy = kind in {"storm", "rain", "snowfall"}
    mask = np.zeros((height, width), np.uint8)
    for _ in range(9 if heavy else 4):
        x, y = stage.random.random(2) * (width, height * stage.horizon * (0.5 if heavy else 0.62))
        size = stage.side * (0.05 + 0.05 * stage.random.random()) * (1.5 if heavy else 1.0)
        for k in range(9):
            reach = (k - 4) * size * 0.38
            radius = size * (0.42 - 0.075 * abs(k - 4)) * (0.8 + 0.4 * stage.random.random())
            fill_circle(mask, x + reach, y - radius * 0.6, radius, np.ones(1))
    soft = blur(mask / 255.0, stage.side * 0.0035)
    soft *= 0.80 + 0.20 * np.clip(noise(height, width, 0.03, stage.seed + 1), -1, 1)
    under = np.clip(blur(soft, stage.side * 0.02) * 1.2 - 0.15, 0, 1)[..., None]
    lit = {"sunset": "#ffc59a", "dawn": "#fff0e4", "storm": "#77828c", "rain": "#a4aeb6"}
    shaded = {"sunset": "#a8567a", "dawn": "#cdb4cc", "storm": "#353d48", "rain": "#6f7b86"}
    top, bottom = hex_rgb(lit.get(kind, "#ffffff")), hex_rgb(shaded.get(kind, "#c4d4e4"))
    colour = top * (1 - under * 0.55) + bottom * under * 0.55
    share = np.clip(soft, 0, 1)[..., None] * 0.88
    return picture * (1 - share) + colour * share
