"""Free text becomes a picture: a stage, then subjects, then weather; a style goes on top later.

Prompts without a word that can be drawn get a seeded abstract composition (see abstract).
"""

import zlib
from typing import Final

import numpy as np

from adapters.models.offline import colours, silhouettes
from adapters.models.offline.abstract import compose
from adapters.models.offline.emblems import paint_emblem
from adapters.models.offline.raster import (
    Plane,
    blur,
    fill_polygon,
    hex_rgb,
    to_float,
    to_pixels,
)
from adapters.models.offline.scenery import (
    WATER,
    Stage,
    ground_colour,
    paint_weather,
    prepare,
    sky_of,
)
from adapters.models.offline.silhouettes.shapes import Silhouette
from adapters.models.offline.subjects import Subject
from adapters.models.offline.vocabulary import Scene, understand

_MOST: Final = 7
_LIVELY: Final = {"fox": "#cf4f22", "cat": "#c8702e", "dog": "#b5522a", "deer": "#a8552c"}


def imagine(text: str, width: int, height: int, seed: int) -> tuple[Plane, Scene]:
    """A float RGB picture (h, w, 3) for a sentence, and how the sentence was understood."""
    scene = understand(text)
    number = (
        zlib.crc32(text.strip().lower()[:2000].encode("utf-8", "replace")) ^ seed
    ) & 0x7FFFFFFF
    if not scene.known:
        return compose(text, scene.palette, width, height, number), scene
    stage = prepare(scene, width, height, number)
    populate(stage, scene)
    if scene.emblem is not None:
        paint_emblem(stage.canvas, scene.emblem, alone=scene.ground == "plain")
    paint_weather(stage, scene)
    return to_float(stage.canvas), scene


def populate(stage: Stage, scene: Scene) -> None:
    """Draw the subjects, far ones first."""
    placed: list[tuple[float, Subject, float, float]] = []
    if scene.ground == "plain" and all(s.name in silhouettes.FIGURES for s in scene.subjects):
        _figures(stage, scene)
        return
    for number, subject in enumerate(scene.subjects):
        count = min(_MOST, subject.count)
        for k in range(count):
            placed.append(_placed(stage, scene, subject, number, k, count))
    placed.sort(key=lambda item: item[0])
    for depth, subject, x, scale in placed:
        _draw(stage, scene, subject, x, depth, scale)


def _figures(stage: Stage, scene: Scene) -> None:
    """Plain figures: alike, in the middle, in a row without touching."""
    each = [s for s in scene.subjects for _ in range(min(_MOST, s.count))]
    step = min(0.6, 0.9 / max(1, len(each)))
    for number, subject in enumerate(each):
        entry = silhouettes.CATALOGUE[subject.name]
        size = min(stage.height * entry.height * subject.size, 0.86 * step * stage.width)
        x = 0.5 + (number - (len(each) - 1) / 2) * step
        x = x if subject.place is None or len(each) > 1 else subject.place
        at = np.array([x * stage.width, 0.5 * stage.height + size / 2])
        paint_silhouette(stage, entry.draw(), own_colour(subject), at, size, 1.0, lights=False)


def _placed(
    stage: Stage, scene: Scene, subject: Subject, number: int, k: int, count: int
) -> tuple[float, Subject, float, float]:
    """Where one stands: baseline (0-1), the subject, x (0-1), scale."""
    entry = silhouettes.CATALOGUE[subject.name]
    many = len(scene.subjects)
    slots = (0.5,) if many == 1 else (0.34, 0.70, 0.52, 0.16)
    middle = subject.place or slots[min(number, len(slots) - 1)]
    spread = 0.0 if count == 1 else (k - (count - 1) / 2) * min(0.22, 0.75 / count)
    x = middle + spread + 0.03 * float(stage.random.normal())
    if many == 1 and count == 1 and subject.place is None:
        x += 0.06 * float(stage.random.normal())
    if subject.name == "bridge":
        x = 0.5
    scale = subject.size * (0.72 if count > 1 else 1.0) * (0.84 if many > 1 else 1.0)
    if count > 1:
        x, scale = (
            (0.5 if subject.place is None else middle) + spread * 1.15,
            scale * (0.85 + 0.3 * float(stage.random.random())),
        )
    deep = 0.30 + 0.28 * float(stage.random.random()) if count > 1 else 0.46 + 0.10 * number
    if subject.far:
        deep, scale = 0.08, scale * 0.5
    if scene.shore and not subject.far:
        deep = 0.74 + 0.5 * (deep - 0.46)
    base = stage.horizon + (1 - stage.horizon) * min(0.86, deep)
    if entry.home == "water":
        base = stage.horizon + (1 - stage.horizon) * (
            0.30 if count == 1 else 0.15 + 0.3 * float(stage.random.random())
        )
    if entry.home == "air":
        base = 0.30 + entry.height * scale * 0.5
        if count > 1:  # near and far, not a row of one size
            far, high = stage.random.random(2)
            scale *= 0.6 + 0.55 * float(far)
            base = 0.2 + entry.height * scale * 0.5 + 0.3 * float(high)
            x += 0.05 * float(stage.random.normal())
    if entry.home == "deep" or (scene.ground == "underwater" and entry.home != "ground"):
        base = 0.40 + 0.34 * float(stage.random.random())
    if scene.ground in {"space", "plain"}:
        base = 0.5 + entry.height * scale * 0.5
    high = entry.height * scale
    return (
        max(base, high + 0.03) if entry.home != "air" else base,
        subject,
        min(0.90, max(0.10, x)),
        scale,
    )


def _draw(
    stage: Stage, scene: Scene, subject: Subject, x: float, base: float, scale: float
) -> None:
    entry = silhouettes.CATALOGUE[subject.name]
    size = min(stage.height, stage.width * 0.8) * entry.height * scale
    at = np.array([x * stage.width, base * stage.height])
    flip = -1.0 if stage.random.random() < 0.4 else 1.0
    standing = entry.home == "ground" or (entry.home == "water" and scene.ground not in WATER)
    if standing and (scene.ground not in WATER or scene.shore):
        if scene.ground not in {"space", "underwater", "plain"}:
            cast_shadow(stage, at, size)
    elif entry.home != "air" and scene.ground in WATER:
        _wake(stage, scene, at, size, entry.home == "water")
    lights = scene.time == "night" or sky_of(scene) in {"storm", "sunset"}
    flies = entry.home == "air" and entry.draw.__module__.endswith("creatures")
    lean = 0.25 * float(stage.random.normal()) if flies else 0.0
    paint_silhouette(stage, entry.draw(), own_colour(subject), at, size, flip, lights, lean)


def own_colour(subject: Subject) -> Plane:
    """The colour a subject is asked to have, else its usual one: float RGB (3,)."""
    named = colours.rgb_of(subject.colour) if subject.colour else None
    if named is None:
        return hex_rgb(silhouettes.CATALOGUE[subject.name].colour)
    if subject.colour in {"red", "orange"} and subject.name in _LIVELY:
        return hex_rgb(_LIVELY[subject.name])
    return np.clip(named, 0.07, 0.96)


def paint_silhouette(
    stage: Stage, shapes: Silhouette, own: Plane, at: Plane, size: float, flip: float, lights: bool,
    lean: float = 0.0,
) -> None:  # fmt: skip
    """Draw shapes in the stage's light; holes show what was behind. `lean`: turned by that many
    radians around their middle."""
    turn = np.array([[np.cos(lean), np.sin(lean)], [-np.sin(lean), np.cos(lean)]])
    behind = stage.canvas.copy()
    lit = 0.30 + 0.70 * stage.light
    for shape in shapes:
        upright = shape.outline() + (0, 0.5) if lean else shape.outline()
        outline = (upright @ turn - (0, 0.5) if lean else upright) * (flip * size, size) + at
        if shape.shade == "hole":
            mask = np.zeros(stage.canvas.shape[:2], np.uint8)
            fill_polygon(mask, outline, np.ones(1))
            share = mask[..., None] / np.float32(255)
            stage.canvas[:] = (stage.canvas * (1 - share) + behind * share + 0.5).astype(np.uint8)
            continue
        if shape.shade == "w":
            colour = hex_rgb("#ffe08a") if lights else hex_rgb("#7f9cb4") * lit
        else:
            colour = _shade(shape.shade, own) * lit + 0.05 * stage.haze
        fill_polygon(stage.canvas, outline, np.clip(colour, 0, 1))


def _shade(shade: str, own: Plane) -> Plane:
    if shade == "b":
        return own
    if shade == "d":
        return own * 0.68
    if shade == "l":
        return own * 0.62 + 0.36
    return hex_rgb(shade)


def cast_shadow(stage: Stage, at: Plane, size: float) -> None:
    """A soft shadow on the ground, away from the sun."""
    mask = np.zeros(stage.canvas.shape[:2], np.uint8)
    turn = np.linspace(0, 2 * np.pi, 24)
    lean = 0.25 if stage.sun is not None else 0.0
    toward = -1.0 if stage.sun is not None and stage.sun[0] > at[0] else 1.0
    ring = np.stack([np.cos(turn) * 0.5 + lean * toward, np.sin(turn) * 0.055], 1)
    fill_polygon(mask, ring * size + at + (0, size * 0.015), np.ones(1))
    soft = blur(mask / 255.0, size * 0.03 + 0.5)[..., None] * 0.42
    stage.canvas[:] = to_pixels(to_float(stage.canvas) * (1 - soft) + 0.10 * stage.light * soft)


def _wake(stage: Stage, scene: Scene, at: Plane, size: float, afloat: bool) -> None:
    """A dark reflection under what floats; a small island under what does not."""
    turn = np.linspace(0, 2 * np.pi, 40)
    if not afloat:
        wide = np.stack([np.cos(turn) * 0.85, np.sin(turn) * 0.10], 1) * size + at
        land = np.clip(hex_rgb("#6a7a52") * stage.light, 0, 1)
        fill_polygon(stage.canvas, wide + (0, size * 0.05), np.clip(land * 0.62, 0, 1))
        fill_polygon(stage.canvas, wide, land)
        return
    dark = np.clip(ground_colour(scene) * stage.light * 0.62, 0, 1)
    for k in range(4):
        wide = np.stack([np.cos(turn) * (0.56 - 0.11 * k), np.sin(turn) * 0.022], 1) * size
        fill_polygon(stage.canvas, wide + at + (0, size * (0.03 + 0.055 * k)), dark)
