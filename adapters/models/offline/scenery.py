"""Skies and grounds: everything of a scene that is behind its subjects."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.models.offline.raster import (
    Pixels,
    Plane,
    blur,
    fill_circle,
    fill_polygon,
    hex_rgb,
    remap,
    to_float,
    to_pixels,
)
from adapters.models.offline.styles.texture import fibres, noise
from adapters.models.offline.vocabulary import Scene

_SKIES: Final = {
    "day": ("#3a86cf", "#8fc4ea", "#dcedf4"),
    "sunset": ("#352f63", "#a8456f", "#ee8350", "#ffd28a"),
    "dawn": ("#6a86bd", "#b7a9cf", "#f0bdb2", "#fde6c8"),
    "night": ("#070d28", "#142250", "#2e4078"),
    "storm": ("#2f3742", "#5f6c78", "#9aa5aa"),
    "rain": ("#566572", "#8894a0", "#b8c2c8"),
    "fog": ("#b4c0c8", "#d2dade", "#e4e8e8"),
    "snowfall": ("#9fb0c4", "#c6d2de", "#e6edf4"),
    "mars": ("#8a5238", "#d09468", "#f0cda4"),
}
_LIGHT: Final = {
    "day": (1.0, 1.0, 1.0), "sunset": (1.0, 0.76, 0.68), "dawn": (1.0, 0.92, 0.90),
    "night": (0.34, 0.42, 0.66), "storm": (0.66, 0.70, 0.76), "rain": (0.76, 0.80, 0.85),
    "fog": (0.92, 0.95, 0.97), "snowfall": (0.88, 0.92, 0.98), "mars": (1.0, 0.82, 0.70),
}  # fmt: skip
_SUNS: Final = {"sunset": "#fff0b4", "dawn": "#fff4da", "night": "#f5f2de", "day": "#fffce6"}
_GROUND_COLOURS: Final = {
    "snow": "#eaf0f8", "desert": "#dcab68", "beach": "#e8d29c", "meadow": "#7daa4e",
    "forest": "#44683a", "jungle": "#2f6d3a", "sea": "#2a6a92", "lake": "#3f7f9f",
    "city": "#54565f", "moon": "#b8b4ae", "space": "#0d0f1e", "room": "#8a5a38",
    "underwater": "#c9b98a",
}  # fmt: skip
WATER: Final = frozenset({"sea", "lake"})


@dataclass(slots=True)
class Stage:
    """A canvas (uint8) with what later layers need: horizon (0-1), light, haze colour, sun."""

    canvas: Pixels
    random: np.random.Generator
    seed: int
    horizon: float
    light: Plane
    haze: Plane
    sun: tuple[float, float] | None

    @property
    def height(self) -> int:
        return self.canvas.shape[0]

    @property
    def width(self) -> int:
        return self.canvas.shape[1]

    @property
    def side(self) -> int:
        return max(self.canvas.shape[:2])


def sky_of(scene: Scene) -> str:
    """Which sky a scene has."""
    if scene.ground == "moon":
        return "mars"
    if scene.weather in _SKIES and not (scene.time == "night" and scene.weather != "fog"):
        return scene.weather
    return scene.time


def prepare(scene: Scene, width: int, height: int, seed: int) -> Stage:
    """Sky, ground and backdrop of a scene."""
    kind = sky_of(scene)
    random = np.random.default_rng(seed)
    water = scene.ground in WATER
    horizon = (0.52 if water else 0.60) + 0.05 * random.random()
    colours = [hex_rgb(code) for code in _SKIES[kind]]
    light = np.array(_LIGHT[kind], np.float32)
    stage = Stage(
        np.zeros((height, width, 3), np.uint8), random, seed, horizon, light, colours[-1], None
    )
    if scene.ground in {"space", "room", "underwater"}:
        _INSIDES[scene.ground](stage, scene)
        return stage
    _sky(stage, kind, colours, scene)
    _backdrop(stage, scene)
    _ground(stage, scene)
    return stage


def _sky(stage: Stage, kind: str, colours: list[Plane], scene: Scene) -> None:
    height, width = stage.height, stage.width
    place = np.linspace(0, 1, height) / stage.horizon
    stops = np.linspace(0, 1, len(colours))
    column = np.stack([np.interp(place, stops, [c[i] for c in colours]) for i in range(3)], -1)
    picture = np.repeat(column[:, None], width, 1).astype(np.float32)
    if kind in _SUNS:
        low = kind in {"sunset", "dawn"}
        x = width * (0.22 + 0.56 * stage.random.random())
        y = height * stage.horizon * (0.80 if low else 0.26)
        stage.sun = (x, y)
        down, across = np.mgrid[:height, :width].astype(np.float32)
        away = np.hypot(across - x, down - y) / stage.side
        glow = 0.8 * np.exp(-((away / (0.06 if kind == "night" else 0.17)) ** 1.1))[..., None]
        picture = picture * (1 - glow) + hex_rgb(_SUNS[kind]) * glow
    if kind == "night" and scene.aurora:
        picture = _aurora(picture, stage)
    picture = _clouds(picture, stage, kind)
    stage.canvas[:] = to_pixels(picture)
    if kind == "night":
        _stars(stage, 150, stage.horizon)
    if stage.sun is not None:
        radius = stage.side * (0.030 if kind == "night" else 0.036)
        fill_circle(stage.canvas, *stage.sun, radius, hex_rgb(_SUNS[kind]))
        if kind == "night":
            for dx, dy, r in ((-0.3, -0.2, 0.2), (0.25, 0.3, 0.16), (0.3, -0.35, 0.12)):
                fill_circle(stage.canvas, stage.sun[0] + dx * radius, stage.sun[1] + dy * radius,
                            radius * r, hex_rgb("#dcd8c0"))  # fmt: skip


def _stars(stage: Stage, count: int, until: float) -> None:
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


def ridge(stage: Stage, level: float, rise: float, rough: float) -> Plane:
    """Outline (n, 2) of hills or peaks across the picture, in pixels."""
    x = np.linspace(-0.02, 1.02, 90)
    phase = stage.random.random(6) * 9
    wave = sum(np.sin(x * 3.1 * 1.9**k + phase[k]) / 1.75**k for k in range(6))
    if rough > 0:
        peaks = 1 - np.abs(np.sin(x * 5.2 + phase[0])) ** 0.8
        small = 1 - np.abs(np.sin(x * 17.0 + phase[1]))
        wave = wave * (1 - rough) + (2.2 * peaks + 0.5 * small) * rough
    y = level - rise * (0.5 + 0.3 * np.asarray(wave))
    return np.stack([x * stage.width, y * stage.height], 1)


def _fill_below(stage: Stage, outline: Plane, colour: Plane) -> None:
    base = np.array([(stage.width * 1.02, stage.height * 1.02), (-5, stage.height * 1.02)])
    fill_polygon(stage.canvas, np.concatenate([outline, base]), colour)


def ground_colour(scene: Scene) -> Plane:
    """The ground's colour in daylight."""
    colour = hex_rgb(_GROUND_COLOURS[scene.ground])
    if scene.ground in {"meadow", "forest"}:
        if scene.season == "winter":
            return hex_rgb("#e6edf5")
        if scene.season == "autumn":
            return hex_rgb("#b07f42")
    return colour


def _backdrop(stage: Stage, scene: Scene) -> None:
    if scene.ground == "city":
        _skyline(stage, scene)
        return
    if scene.ground == "sea" and not scene.mountains:
        return
    base = ground_colour(scene) if scene.ground not in WATER else hex_rgb("#64845c")
    if scene.mountains:
        _mountains(stage, scene)
    for k in range(2 if scene.ground != "beach" else 0):
        share = (k + 1) / 3.2
        tone = (stage.haze * (1 - share) + base * stage.light * share) * 0.96
        outline = ridge(stage, stage.horizon + 0.01 + 0.015 * k, 0.075 - 0.02 * k, 0)
        _fill_below(stage, outline, tone)
        wooded = scene.forest or scene.ground in {"forest", "jungle", "snow"} or scene.season
        if wooded and scene.ground != "desert":
            _tree_line(stage, scene, outline, 26 + 22 * k, 0.045 + 0.035 * k, tone)


def _mountains(stage: Stage, scene: Scene) -> None:
    rock = hex_rgb("#6f7f98") * stage.light * 0.75 + stage.haze * 0.25
    for k, rise in enumerate((0.34, 0.22)):
        outline = ridge(stage, stage.horizon + 0.02, rise, 0.85)
        tone = rock * (1 - 0.16 * k) + stage.haze * (0.22 - 0.16 * k)
        _fill_below(stage, outline, np.clip(tone, 0, 1))
        snow = np.clip(hex_rgb("#f6f9ff") * (0.3 + 0.7 * stage.light), 0, 1)
        line = stage.height * (stage.horizon - rise * (0.70 if k == 0 else 0.85))
        _snow_caps(stage, outline, line, snow)
    del scene


def _snow_caps(stage: Stage, outline: Plane, line: float, snow: Plane) -> None:
    jag = stage.height * 0.018 * np.where(np.arange(len(outline)) % 2 == 0, 1, -1)
    lower = np.maximum(outline[:, 1], line + jag)
    band = np.concatenate([outline, np.stack([outline[:, 0], lower], 1)[::-1]])
    fill_polygon(stage.canvas, band, snow)


def _tree_line(
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
        px = x * stage.width
        if scene.season in {"autumn", "spring"} or scene.ground == "jungle":
            fill_circle(stage.canvas, px, y - high * 0.5, high * 0.34, colour)
            fill_circle(stage.canvas, px + high * 0.2, y - high * 0.3, high * 0.26, colour * 0.9)
            continue
        for tier in range(3):
            w, top = high * 0.24 * (1 - 0.24 * tier), y - high * (0.5 + 0.25 * tier)
            low = y - high * 0.26 * tier
            triangle = np.array([(px - w, low), (px, top), (px + w, low)])
            fill_polygon(stage.canvas, triangle, np.clip(colour * (1 + 0.06 * tier), 0, 1))


def _skyline(stage: Stage, scene: Scene) -> None:
    night = scene.time in {"night", "sunset"}
    for layer in range(3):
        share = 0.35 + 0.27 * layer
        wall = stage.haze * (1 - share) + hex_rgb("#3c4454") * stage.light * share
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
    columns = max(2, int(wide * 90))
    rows = max(3, int(high * 46))
    lit = hex_rgb("#ffd98a") if night else np.clip(wall * 0.72, 0, 1)
    dark = np.clip(wall * (0.78 if night else 1.12), 0, 1)
    w, h = (right - left) / columns, (bottom - top) / rows
    if min(w, h) < 2 or layer == 0:
        return
    for r in range(rows - 1):
        for c in range(columns):
            glows = stage.random.random() < (0.42 if night else 0.7)
            corner = np.array([left + w * (c + 0.28), top + h * (r + 0.35)])
            pane = corner + np.array([(0, 0), (w * 0.5, 0), (w * 0.5, h * 0.5), (0, h * 0.5)])
            fill_polygon(stage.canvas, pane, lit if glows else dark)


def _ground(stage: Stage, scene: Scene) -> None:
    if scene.ground in WATER:
        _water(stage, scene)
        return
    colour = ground_colour(scene) * stage.light
    flat = 0.0 if scene.ground in {"city", "beach"} else 1.0
    outline = ridge(stage, stage.horizon + 0.035, 0.05 * flat, 0)
    if scene.ground == "beach":
        _sea_behind(stage)
        outline = ridge(stage, stage.horizon + 0.13, 0.03, 0)
    _fill_below(stage, outline, np.clip(colour, 0, 1))
    _shade_ground(stage, scene, outline)
    if scene.ground == "city":
        _road(stage)
    if scene.ground in {"meadow", "forest", "jungle"} and scene.season != "winter":
        _tufts(stage, scene, colour)
    if scene.ground == "moon":
        _craters(stage, colour)


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


def _tufts(stage: Stage, scene: Scene, colour: Plane) -> None:
    flowers = ("#f0485e", "#f6c93c", "#ffffff", "#b870d8", "#f08ab0")
    count = 420 if scene.flowers or scene.ground == "meadow" else 240
    for x, t, tone in sorted(stage.random.random((count, 3)).tolist(), key=lambda item: item[1]):
        y = stage.horizon + 0.06 + (0.96 - stage.horizon) * t**1.4
        size = stage.side * (0.004 + 0.016 * t)
        px, py = x * stage.width, y * stage.height
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


def _sea_behind(stage: Stage) -> None:
    top, bottom = stage.height * stage.horizon, stage.height * (stage.horizon + 0.18)
    w = stage.width + 5
    sea = np.clip(hex_rgb("#2f86a8") * stage.light, 0, 1)
    fill_polygon(stage.canvas, np.array([(-5, top), (w, top), (w, bottom), (-5, bottom)]), sea)


def _water(stage: Stage, scene: Scene) -> None:
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


def _space(stage: Stage, scene: Scene) -> None:
    height, width = stage.height, stage.width
    cloud = np.clip(noise(height, width, 0.30, stage.seed + 5, 5) * 0.5 + 0.3, 0, 1)[..., None]
    other = np.clip(noise(height, width, 0.22, stage.seed + 6, 5) * 0.5 + 0.1, 0, 1)[..., None]
    picture = hex_rgb("#070814") + hex_rgb("#5a2a8a") * cloud**2 + hex_rgb("#1a6a9a") * other**2
    stage.canvas[:] = to_pixels(picture)
    _stars(stage, 320, 1.05)
    stage.light = np.array([0.92, 0.92, 1.0], np.float32)
    stage.haze = hex_rgb("#141230")
    del scene


def _room(stage: Stage, scene: Scene) -> None:
    height, width = stage.height, stage.width
    wall = hex_rgb(("#d8c8a8", "#a8b8ae", "#c8a898", "#9aa8b8")[int(stage.random.integers(4))])
    if scene.time == "night":
        wall = wall * (0.42, 0.40, 0.48)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    glow = np.exp(-(np.hypot(x / width - 0.3, y / height - 0.3) ** 2) / 0.25)[..., None]
    stage.canvas[:] = to_pixels(wall * (0.78 + 0.30 * glow))
    sky = np.clip(hex_rgb(_SKIES[scene.time][-1]), 0, 1)
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
    _fill_below(stage, outline, table)
    grain = 1 + 0.07 * fibres(height, width, stage.seed + 7, 0.06)[..., None]
    wood = np.clip(
        to_float(stage.canvas) * grain * (1.1 - 0.3 * (y / height - 0.66)[..., None]), 0, 1
    )
    stage.canvas[:] = np.where((y > height * 0.66)[..., None], to_pixels(wood), stage.canvas)
    stage.light = np.array(
        (0.62, 0.58, 0.58) if scene.time == "night" else (1.0, 0.97, 0.92), np.float32
    )
    stage.haze = wall


def _underwater(stage: Stage, scene: Scene) -> None:
    height, width = stage.height, stage.width
    y, x = np.mgrid[:height, :width].astype(np.float32)
    t = (y / height)[..., None]
    water = hex_rgb("#5fc8d8") * (1 - t) + hex_rgb("#0a3a68") * t
    slant = (x + y * 0.35) / width
    rays = sum(np.sin(slant * f + p) for f, p in ((23, 0.5), (37, 2.0), (61, 4.0)))
    beams = np.clip(np.asarray(rays) / 3, 0, 1)[..., None] * (1 - t) ** 1.5
    stage.canvas[:] = to_pixels(water + 0.30 * beams)
    stage.horizon = 0.80
    _fill_below(stage, ridge(stage, 0.90, 0.06, 0), hex_rgb("#b9a878") * (0.55, 0.75, 0.85))
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


_INSIDES: Final = {"space": _space, "room": _room, "underwater": _underwater}
