"""Water: the mirrored sky, rippled and tinted, with the path of the sun."""

import numpy as np

from adapters.models.offline.raster import fill_polygon, hex_rgb, remap, to_float, to_pixels
from adapters.models.offline.scenery.stage import Stage, ground_colour
from adapters.models.offline.styles.texture import fibres
from adapters.models.offline.vocabulary import Scene


def paint_water(stage: Stage, scene: Scene) -> None:
    """The mirrored sky and backdrop, rippled and tinted; waves on the sea; the sun's path."""
    height, width = stage.height, stage.width
    line = round(height * stage.horizon)
    above = to_float(stage.canvas)
    down, across = np.mgrid[:height, :width].astype(np.float32)
    depth = np.clip((down - line) / max(1, height - line), 0, 1)
    ripple = fibres(height, width, stage.seed + 4, 0.03 if scene.ground == "sea" else 0.02)
    calm = 0.3 if scene.ground == "lake" else 1.0
    bend = ripple * stage.side * (0.003 + 0.02 * depth) * calm
    mirrored = remap(above, across + bend, np.clip(2 * line - down - 1 + bend, 0, line - 1))
    tint = ground_colour(scene) * stage.light
    share = (0.42 if scene.ground == "lake" else 0.70) + 0.22 * depth[..., None]
    water = mirrored * (1 - share) + tint * share
    rough = 0.10 if scene.weather == "storm" else 0.055
    water *= 1 + rough * np.clip(ripple, -2, 2)[..., None] * (0.4 + depth[..., None])
    water *= 1.04 - 0.28 * depth[..., None]
    if stage.sun is not None:
        path = np.exp(-(((across - stage.sun[0]) / (width * (0.02 + 0.07 * depth))) ** 2))
        glitter = path * np.clip(0.35 + ripple * 0.5, 0, 1) * 0.75
        sunny = glitter[..., None] * np.clip(stage.haze * 0.3 + 0.7, 0, 1)
        water = water + sunny * (1 - water)
    if scene.ground == "sea":
        crest = np.clip(ripple - (1.5 if scene.weather == "storm" else 2.1), 0, 1) * (0.3 + depth)
        water = water + crest[..., None] * 0.7 * stage.light
    below = np.clip(down - line + 1, 0, 1)[..., None]
    stage.canvas[:] = to_pixels(above * (1 - below) + water * below)


def sea_behind(stage: Stage) -> None:
    top, bottom = stage.height * stage.horizon, stage.height * (stage.horizon + 0.18)
    w = stage.width + 5
    sea = np.clip(hex_rgb("#2f86a8") * stage.light, 0, 1)
    fill_polygon(stage.canvas, np.array([(-5, top), (w, top), (w, bottom), (-5, bottom)]), sea)
