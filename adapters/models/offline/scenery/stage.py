"""The canvas of a scene: its light, its horizon, and the outlines everything stands on."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.models.offline.raster import Pixels, Plane, fill_polygon, hex_rgb
from adapters.models.offline.vocabulary import Scene

SKIES: Final = {
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
LIGHT: Final = {
    "day": (1.0, 1.0, 1.0), "sunset": (1.0, 0.76, 0.68), "dawn": (1.0, 0.92, 0.90),
    "night": (0.34, 0.42, 0.66), "storm": (0.66, 0.70, 0.76), "rain": (0.76, 0.80, 0.85),
    "fog": (0.92, 0.95, 0.97), "snowfall": (0.88, 0.92, 0.98), "mars": (1.0, 0.82, 0.70),
}  # fmt: skip
SUNS: Final = {"sunset": "#fff0b4", "dawn": "#fff4da", "night": "#f5f2de", "day": "#fffce6"}
_GROUND_COLOURS: Final = {
    "snow": "#eaf0f8", "desert": "#dcab68", "beach": "#e8d29c", "meadow": "#7daa4e",
    "forest": "#44683a", "jungle": "#2f6d3a", "sea": "#2a6a92", "lake": "#3f7f9f",
    "city": "#54565f", "moon": "#b8b4ae", "space": "#0d0f1e", "room": "#8a5a38",
    "underwater": "#c9b98a", "plain": "#f1ece2",
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
    if scene.weather in SKIES and not (scene.time == "night" and scene.weather != "fog"):
        return scene.weather
    return scene.time


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


def fill_below(stage: Stage, outline: Plane, colour: Plane) -> None:
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
