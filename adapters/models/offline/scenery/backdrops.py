"""What stands between sky and ground: hills, mountains, lines of trees, a skyline."""

import numpy as np

from adapters.models.offline.raster import Plane, fill_circle, fill_polygon, hex_rgb
from adapters.models.offline.scenery.stage import WATER, Stage, fill_below, ground_colour, ridge
from adapters.models.offline.vocabulary import Scene


def paint_backdrop(stage: Stage, scene: Scene) -> None:
    if scene.ground == "city":
        _skyline(stage, scene)
        return
    if scene.ground == "sea" and not scene.mountains:
        return
    bare = scene.alone or bool(scene.without & {"hill", "hills", "mountain", "mountains"})
    base = ground_colour(scene) if scene.ground not in WATER else hex_rgb("#64845c")
    if scene.mountains:
        _mountains(stage, scene)
    for k in range(2 if scene.ground != "beach" and not bare else 0):
        share = (k + 1) / 3.2
        tone = (stage.haze * (1 - share) + base * stage.light * share) * 0.96
        outline = ridge(stage, stage.horizon + 0.01 + 0.015 * k, 0.075 - 0.02 * k, 0)
        fill_below(stage, outline, tone)
        wooded = scene.forest or scene.ground in {"forest", "jungle", "snow"} or scene.season
        if wooded and scene.ground != "desert" and "tree" not in scene.without:
            tree_line(stage, scene, outline, 26 + 22 * k, 0.045 + 0.035 * k, tone)


def _mountains(stage: Stage, scene: Scene) -> None:
    rock = hex_rgb("#6f7f98") * stage.light * 0.75 + stage.haze * 0.25
    for k, rise in enumerate((0.34, 0.22)):
        outline = ridge(stage, stage.horizon + 0.02, rise, 0.85)
        tone = rock * (1 - 0.16 * k) + stage.haze * (0.22 - 0.16 * k)
        fill_below(stage, outline, np.clip(tone, 0, 1))
        snow = np.clip(hex_rgb("#f6f9ff") * (0.3 + 0.7 * stage.light), 0, 1)
        line = stage.height * (stage.horizon - rise * (0.70 if k == 0 else 0.85))
        _snow_caps(stage, outline, line, snow)
    del scene


def _snow_caps(stage: Stage, outline: Plane, line: float, snow: Plane) -> None:
    jag = stage.height * 0.018 * np.where(np.arange(len(outline)) % 2 == 0, 1, -1)
    lower = np.maximum(outline[:, 1], line + jag)
    band = np.concatenate([outline, np.stack([outline[:, 0], lower], 1)[::-1]])
    fill_polygon(stage.canvas, band, snow)


def tree_line(
    stage: Stage, scene: Scene, outline: Plane, count: int, size: float, tone: Plane
) -> None:
    autumn = ("#9a4a26", "#c2702e", "#8a6a2c", "#b8902f")
    places: list[float] = np.sort(stage.random.random(count)).tolist()
    for x in places:
        y = float(np.interp(x * stage.width, outline[:, 0], outline[:, 1])) + stage.height * 0.01
        high = stage.height * size * (0.7 + 0.6 * stage.random.random())
        code = autumn[int(stage.random.integers(4))] if scene.season == "autumn" else "#2b4a3a"
        code = "#d890a8" if scene.season == "spring" else code
        colour = np.clip(hex_rgb(code) * stage.light * 0.72 + tone * 0.28, 0, 1)
        _tree(stage, scene, (x * stage.width, y), high, colour)


def _tree(
    stage: Stage, scene: Scene, foot: tuple[float, float], high: float, colour: Plane
) -> None:
    """A tree of that height in pixels: round where leaves turn or blossom, else a fir."""
    px, y = foot
    trunk = np.clip(hex_rgb("#4a3626") * stage.light, 0, 1)
    wide = high * 0.045
    stem = np.array(
        [(px - wide, y), (px - wide, y - high / 2), (px + wide, y - high / 2), (px + wide, y)]
    )
    fill_polygon(stage.canvas, stem, trunk)
    if scene.season in {"autumn", "spring"} or scene.ground == "jungle":
        for dx, dy, r, tone in ((0.2, 0.42, 0.24, 0.86), (-0.2, 0.46, 0.24, 0.93), (0, 0.62, 0.34, 1.0),
                                (-0.08, 0.74, 0.18, 1.10)):  # fmt: skip
            fill_circle(
                stage.canvas, px + high * dx, y - high * dy, high * r, np.clip(colour * tone, 0, 1)
            )
        return
    for tier in range(4):
        w, top = high * 0.25 * (1 - 0.2 * tier), y - high * (0.46 + 0.18 * tier)
        low = y - high * (0.10 + 0.19 * tier)
        triangle = np.array([(px - w, low), (px, top), (px + w, low)])
        fill_polygon(stage.canvas, triangle, np.clip(colour * (0.94 + 0.07 * tier), 0, 1))


def paint_grove(stage: Stage, scene: Scene) -> None:
    """Tall trees on both sides, nearer and larger towards the border; the middle stays open."""
    tones = {
        "autumn": ("#a8512a", "#cc7a30", "#b8902f", "#8a4a2a"),
        "spring": ("#e0a0b4", "#c9d08a"),
    }
    green = ("#2b5a3c", "#356a40", "#24503a") if scene.ground != "snow" else ("#3a5a52", "#2f4c48")
    codes = tones.get(scene.season, green)
    for k in range(9):
        near = k / 8
        side = -1 if k % 2 else 1
        x = 0.5 + side * (0.20 + 0.30 * near + 0.05 * float(stage.random.normal()))
        y = stage.horizon + (1 - stage.horizon) * (0.10 + 0.42 * near)
        high = stage.height * (0.34 + 0.42 * near) * (0.9 + 0.2 * float(stage.random.random()))
        code = codes[int(stage.random.integers(len(codes)))]
        share = 0.35 * (1 - near)
        colour = np.clip(hex_rgb(code) * stage.light * (1 - share) + stage.haze * share, 0, 1)
        _tree(stage, scene, (x * stage.width, y * stage.height), high, colour)


def _skyline(stage: Stage, scene: Scene) -> None:
    night = scene.time in {"night", "sunset"}
    for layer in range(3):
        share = 0.35 + 0.27 * layer
        wall = stage.haze * (1 - share) + hex_rgb("#3c4454") * stage.light * share
        if scene.time == "night":
            wall = stage.haze * (0.66 - 0.22 * layer)
        x = -0.02
        while x < 1.02:
            wide = 0.035 + 0.05 * stage.random.random()
            high = (0.44 - 0.10 * layer) * (0.35 + 0.65 * stage.random.random())
            _building(stage, x, wide, high, np.clip(wall * (0.9 + 0.2 * stage.random.random()), 0, 1),
                      night, layer)  # fmt: skip
            x += wide * (0.95 + 0.25 * stage.random.random())


def _building(
    stage: Stage, x: float, wide: float, high: float, wall: Plane, night: bool, layer: int
) -> None:
    left, right = x * stage.width, (x + wide) * stage.width
    bottom = stage.height * (stage.horizon + 0.04)
    top = bottom - high * stage.height
    roof = float(stage.random.random())
    outline = [(left, bottom), (left, top), (right, top), (right, bottom)]
    if roof < 0.2:
        outline[2:2] = [((left + right) / 2, top - stage.height * 0.05)]
    elif roof < 0.4:
        step = (right - left) * 0.25
        up = top - stage.height * 0.03
        outline[2:2] = [
            (left + step, top),
            (left + step, up),
            (right - step, up),
            (right - step, top),
        ]
    fill_polygon(stage.canvas, np.array(outline), wall)
    columns = max(2, int(wide * 70))
    rows = max(3, int(high * 34))
    lit = hex_rgb("#ffd98a") if night else np.clip(wall * 0.72, 0, 1)
    dark = np.clip(wall * (0.78 if night else 1.12), 0, 1)
    w, h = (right - left) / columns, (bottom - top) / rows
    if min(w, h) < 2 or layer == 0:
        return
    for r in range(rows - 1):
        for c in range(columns):
            glows = stage.random.random() < (0.34 if night else 0.7)
            corner = np.array([left + w * (c + 0.28), top + h * (r + 0.35)])
            pane = corner + np.array([(0, 0), (w * 0.5, 0), (w * 0.5, h * 0.6), (0, h * 0.6)])
            fill_polygon(stage.canvas, pane, lit if glows else dark)
