"""A subject set into a picture that is there already: its light, grain and sharpness are taken
over, so that it belongs to it."""

from typing import Final

import numpy as np

from adapters.models.offline import silhouettes
from adapters.models.offline.raster import (
    Pixels,
    Plane,
    blur,
    blur_broadly,
    luma,
    to_float,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.scene import cast_shadow, own_colour, paint_silhouette
from adapters.models.offline.scenery import Stage
from adapters.models.offline.styles.texture import noise
from adapters.models.offline.subjects import Subject

_FINE: Final = 0.008
_SHARP: Final = 0.45
_MOST_GRAIN: Final = 0.03


def with_subjects(
    base: Plane, behind: Plane, share: Plane, subjects: tuple[Subject, ...], seed: int
) -> Plane:
    """Subjects standing where `share` (h, w) is, before `behind`, in the light of `base`."""
    rim = rim_of(share)
    around = (base * rim[..., None]).sum((0, 1)) / max(float(rim.sum()), 1e-6)
    light = np.clip(0.45 + 0.8 * float(around.mean()) + 0.6 * (around - around.mean()), 0.3, 1.0)
    canvas = to_pixels(behind)
    stage = Stage(canvas, np.random.default_rng(seed), seed, 0.5, light, around, None)
    before = _drawn(stage, share, subjects, shadows=True)
    shadowed, drawn = to_float(before), to_float(canvas)
    cover = np.clip(np.abs(drawn - shadowed).max(-1) * 12, 0, 1)
    lively = _formed(drawn, cover) + _borrowed(behind, base, cover, rim, seed)[..., None]
    edge = blur(cover, _softness(base, rim))[..., None]
    whole = blur(lively, max(0.3, _softness(base, rim)))
    solid = np.where(cover[..., None] > 0.5, lively, whole)
    return np.clip(shadowed * (1 - edge) + solid * edge, 0, 1)


def rim_of(share: Plane) -> Plane:
    """Weights (h, w) of what is just outside of a mask; everywhere where nothing is."""
    side = max(share.shape)
    rim = blur_broadly((share > 0).astype(np.float32), side * 0.05) * (share <= 0)
    return rim if float(rim.sum()) > 1e-3 else np.ones_like(share)


def _drawn(stage: Stage, share: Plane, subjects: tuple[Subject, ...], *, shadows: bool) -> Pixels:
    """Draw the subjects side by side at the foot of the mask; the canvas with shadows alone."""
    rows, columns = np.flatnonzero(share.max(1) > 0.1), np.flatnonzero(share.max(0) > 0.1)
    top, bottom = int(rows[0]), int(rows[-1])
    left, right = int(columns[0]), int(columns[-1])
    wide, high = right - left, bottom - top
    places: list[tuple[Subject, Plane, float]] = []
    each = [subject for subject in subjects for _ in range(max(1, subject.count))]
    for subject in each:
        room = min(high, wide / len(each) / _breadth(subject)) * min(1.0, subject.size)
        size, free = _nearness(stage, len(each)) * room, 0.04 * high
        x = left + wide * (len(places) + 0.5) / len(each)
        if _flies(subject):  # near and far, high and low: a row of one size is a pattern, no flock
            free = (high - size) * (0.5 if len(each) == 1 else 0.05 + 0.9 * stage.random.random())
        places.append((subject, np.array([x, bottom - free]), size))
        if shadows and not _flies(subject):
            cast_shadow(stage, places[-1][1], size)
    before = stage.canvas.copy()
    dark = float(stage.haze.mean()) < 0.35
    for subject, at, size in sorted(places, key=lambda place: place[2]):
        entry = silhouettes.CATALOGUE[subject.name]
        flip = -1.0 if len(each) > 1 and stage.random.random() < 0.5 else 1.0
        alive = _flies(subject) and entry.draw.__module__.endswith("creatures")
        lean = 0.3 * float(stage.random.normal()) if alive and len(each) > 1 else 0.0
        paint_silhouette(stage, entry.draw(), own_colour(subject), at, size, flip, dark, lean)
    return before


def _nearness(stage: Stage, count: int) -> float:
    """How large one of several is, of the room it has."""
    return 0.92 if count == 1 else 0.62 + 0.36 * float(stage.random.random())


def _breadth(subject: Subject) -> float:
    """How wide a silhouette is that is one high: what does not fit is cut off by the mask."""
    shapes = silhouettes.CATALOGUE[subject.name].draw()
    return 2 * max(float(np.abs(shape.outline()[:, 0]).max()) for shape in shapes)


def _flies(subject: Subject) -> bool:
    return silhouettes.CATALOGUE[subject.name].home in {"air", "deep"}


def _formed(drawn: Plane, cover: Plane) -> Plane:
    """Flat shapes become round: lighter in the middle and above, darker towards the edge."""
    side = max(cover.shape)
    reach = max(1.0, 0.12 * float(np.sqrt(cover.sum())))
    bulk = blur_broadly(cover, reach)
    lean = bulk - np.roll(bulk, max(1, round(reach)), 0)
    lab = to_lab(drawn)
    inside = cover > 0.5
    middle = float(bulk[inside].mean()) if inside.any() else 0.0
    shade = 0.22 * (bulk - middle) + 0.16 * lean
    lab[..., 0] = np.clip(lab[..., 0] + blur(shade, side * 0.002) * cover, 0, 1)
    return to_rgb(lab)


def grain(base: Plane, rim: Plane, seed: int) -> Plane:
    """Fine structure (h, w) as strong as it is around the mask."""
    height, width = rim.shape
    side = max(height, width)
    light = luma(base)
    fine = np.abs(light - blur(light, side * _FINE))
    amount = float((fine * rim).sum() / rim.sum())
    strokes = noise(height, width, 0.0035, seed + 7, 2)
    strokes = strokes - blur(strokes, side * _FINE)
    return strokes / (strokes.std() + 1e-6) * min(_MOST_GRAIN, amount)


def _borrowed(behind: Plane, base: Plane, cover: Plane, rim: Plane, seed: int) -> Plane:
    """What is on the subject (h, w) of the structure around: partly like it, partly from behind."""
    own = grain(base, rim, seed)
    amount = 2 * float(own.std())
    under = luma(behind)
    taken = np.clip(under - blur(under, max(cover.shape) * _FINE), -amount, amount)
    return (0.6 * taken + 0.6 * own) * cover


def _softness(base: Plane, rim: Plane) -> float:
    """How soft (sigma, pixels) edges are around the mask: from how much of the detail is fine."""
    light = luma(base)
    unit = max(1.0, max(light.shape) / 768)
    fine = (np.abs(light - blur(light, unit)) * rim).sum()
    coarse = (np.abs(light - blur(light, 3 * unit)) * rim).sum()
    sharp = float(fine) / max(float(coarse), 1e-6)
    return unit * float(np.clip((_SHARP - sharp) * 6, 0.5, 2.0))
