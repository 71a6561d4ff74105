"""Grounds to stand on: snow, sand, grass, street, moon."""

from dataclasses import replace

import numpy as np

from adapters.models.offline.raster import (
    Plane,
    fill_circle,
    fill_polygon,
    hex_rgb,
    to_float,
    to_pixels,
)
from adapters.models.offline.scenery.backdrops import paint_grove
from adapters.models.offline.scenery.stage import WATER, Stage, fill_below, ground_colour, ridge
from adapters.models.offline.scenery.waters import paint_water, sea_behind
from adapters.models.offline.styles.texture import fibres, noise
from adapters.models.offline.vocabulary import Scene


def paint_ground(stage: Stage, scene: Scene) -> None:
    if scene.ground in WATER:
        paint_water(stage, scene)
        if scene.shore:
            _near_bank(stage, scene)
        return
    colour = ground_colour(scene) * stage.light
    flat = 0.0 if scene.ground in {"city", "beach"} else 1.0
    outline = ridge(stage, stage.horizon + 0.035, 0.05 * flat, 0)
    if scene.ground == "beach":
        sea_behind(stage)
        outline = ridge(stage, stage.horizon + 0.13, 0.03, 0)
    fill_below(stage, outline, np.clip(colour, 0, 1))
    _shade_ground(stage, scene, outline)
    if scene.ground == "city":
        _road(stage)
    if scene.ground in {"meadow", "forest", "jungle"} and scene.season != "winter":
        _tufts(stage, scene, colour)
    if scene.ground == "moon":
        _craters(stage, colour)
    if "tree" in scene.without:
        return
    if scene.ground == "forest" or (scene.forest and scene.ground in {"snow", "meadow"}):
        paint_grove(stage, scene)


def _near_bank(stage: Stage, scene: Scene) -> None:
    """Sand by the sea, grass by a lake, before the water: somewhere to stand."""
    land = replace(scene, ground="beach" if scene.ground == "sea" else "meadow")
    colour = ground_colour(land) * stage.light
    outline = ridge(stage, stage.horizon + 0.52 * (1 - stage.horizon), 0.045, 0)
    rim = outline - (0, stage.height * 0.006)
    fill_below(stage, rim, np.clip(stage.haze * 0.5 + 0.5 * stage.light, 0, 1))
    fill_below(stage, outline, np.clip(colour, 0, 1))
    _shade_ground(stage, land, outline)
    if land.ground == "meadow" and scene.season != "winter":
        _tufts(stage, land, colour, outline)


def _shade_ground(stage: Stage, scene: Scene, outline: Plane) -> None:
    """Darker towards the viewer, with texture; snow takes blue shadows, dunes take ripples."""
    height, width = stage.height, stage.width
    picture = to_float(stage.canvas)
    line = np.interp(np.arange(width), outline[:, 0], outline[:, 1])[None]
    down = np.arange(height, dtype=np.float32)[:, None]
    depth = np.clip((down - line) / (height - line), 0, 1)[..., None]
    below = np.clip((down - line) / 2, 0, 1)[..., None]
    strength = 0.05 if scene.ground == "snow" else 0.13
    broad = noise(height, width, 0.16, stage.seed + 2, 3)[..., None]
    streaks = fibres(height, width, stage.seed + 3, 0.02)[..., None]
    tone = 1.06 - 0.30 * depth + strength * 0.5 * broad + strength * 0.30 * streaks
    if scene.ground == "desert":
        wave = np.sin(down / (height * 0.012 * (0.5 + depth[..., 0])) + 5 * broad[..., 0])
        tone = tone + 0.035 * wave[..., None] * depth
    tint = np.array([0.93, 0.97, 1.05]) if scene.ground == "snow" else np.array([1.0, 1.0, 0.97])
    shaded = picture * tone * (1 + (tint - 1) * depth * 1.6) + 0.10 * stage.haze * (1 - depth)
    stage.canvas[:] = to_pixels(picture * (1 - below) + shaded * below)


def _tufts(stage: Stage, scene: Scene, colour: Plane, above: Plane | None = None) -> None:
    """Blades of grass and flowers, larger towards the viewer; none above an outline."""
    flowers = ("#f0485e", "#f6c93c", "#ffffff", "#b870d8", "#f08ab0")
    count = 420 if scene.flowers or scene.ground == "meadow" else 240
    for x, t, tone in sorted(stage.random.random((count, 3)).tolist(), key=lambda item: item[1]):
        y = stage.horizon + 0.06 + (0.96 - stage.horizon) * t**1.4
        size = stage.side * (0.004 + 0.016 * t)
        px, py = x * stage.width, y * stage.height
        if above is not None and py < np.interp(px, above[:, 0], above[:, 1]) + size:
            continue
        blade = np.array(
            [(px - size * 0.16, py), (px + size * (tone - 0.5), py - size), (px + size * 0.16, py)]
        )
        fill_polygon(stage.canvas, blade, np.clip(colour * (0.72 + 0.5 * tone), 0, 1))
        if scene.flowers and tone > 0.35 and scene.season != "autumn":
            bloom = hex_rgb(flowers[int(tone * 999) % 5]) * (0.35 + 0.65 * stage.light)
            fill_circle(stage.canvas, px, py - size, size * 0.24, bloom)
        elif scene.season == "autumn" and tone > 0.6:
            leaf = hex_rgb(("#c25a26", "#e0a030", "#a83c24")[int(tone * 999) % 3]) * stage.light
            fill_circle(stage.canvas, px, py, size * 0.20, np.clip(leaf, 0, 1))


def _craters(stage: Stage, colour: Plane) -> None:
    for x, t in stage.random.random((16, 2)):
        y = stage.horizon + 0.08 + (0.9 - stage.horizon) * t
        size = stage.side * (0.008 + 0.035 * t)
        turn = np.linspace(0, 2 * np.pi, 24)
        ring = np.stack([np.cos(turn) * size, np.sin(turn) * size * 0.32], 1)
        middle = np.array([x * stage.width, y * stage.height])
        fill_polygon(stage.canvas, ring * 1.12 + middle, np.clip(colour * 1.12, 0, 1))
        fill_polygon(stage.canvas, ring + middle + (0, size * 0.03), np.clip(colour * 0.72, 0, 1))


def _road(stage: Stage) -> None:
    top = stage.height * (stage.horizon + 0.09)
    corners = np.array([(0.40, 0), (0.60, 0), (1.1, 1), (-0.1, 1)])
    road = corners * (stage.width, stage.height - top) + (0, top)
    fill_polygon(stage.canvas, road, np.clip(hex_rgb("#3a3b42") * stage.light * 1.05, 0, 1))
    for k in range(5):
        near, far = ((k + 0.5) / 5) ** 1.8, ((k + 0.15) / 5) ** 1.8
        y0, y1 = (top + (stage.height - top) * place for place in (far, near))
        w0, w1 = (stage.width * (0.002 + 0.010 * place) for place in (far, near))
        x = stage.width / 2
        dash = np.array([(x - w0, y0), (x + w0, y0), (x + w1, y1), (x - w1, y1)])
        fill_polygon(stage.canvas, dash, np.clip(hex_rgb("#e8dfb8") * stage.light, 0, 1))
