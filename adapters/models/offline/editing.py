"""edit: an instruction is painted inside a mask, in the light around it."""

from typing import Final

import numpy as np

from adapters.models.offline import colours, silhouettes
from adapters.models.offline.raster import (
    Pixels,
    Plane,
    blur,
    hex_rgb,
    resize,
    to_float,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.scene import imagine, paint_silhouette
from adapters.models.offline.scenery import Stage
from adapters.models.offline.styles.texture import noise
from adapters.models.offline.vocabulary import Subject, understand
from adapters.models.offline.wishes import shift_of, shifted

_REACH: Final = 0.06


def edit(picture: Pixels, mask: Pixels, instruction: str, seed: int) -> Pixels:
    """Do what the instruction says where the mask (h, w, white = edit) is white, feathered inside."""
    height, width = picture.shape[:2]
    share = _feathered(mask, height, width)
    if not share.any():
        return picture.copy()
    base = to_float(picture)
    scene = understand(instruction)
    shift = shift_of(instruction)
    removing = any(word in instruction.lower() for word in ("remove", "erase", "delete", "without"))
    if removing:
        changed = _filled(base, share)
    elif scene.subjects:
        changed = _with_subjects(_filled(base, share), share, scene.subjects, seed)
    elif shift.changes:
        changed = to_rgb(shifted(to_lab(base), shift))
    elif scene.palette:
        changed = _tinted(base, scene.palette[0])
    else:
        painted, _ = imagine(instruction, width, height, seed)
        changed = _matched(painted, base, share)
    soft = share[..., None]
    return to_pixels(base * (1 - soft) + changed * soft)


def _feathered(mask: Pixels, height: int, width: int) -> Plane:
    """The mask as 0-1 (h, w), softened, and never outside of what is white."""
    plane = mask if mask.ndim == 2 else mask.max(-1)
    hard = resize(plane.astype(np.float32) / 255.0, width, height) > 0.5
    soft = blur(hard.astype(np.float32), max(1.0, max(height, width) * 0.006))
    return (
        np.clip(soft * 2 - 1, 0, 1) * hard if hard.any() else np.zeros((height, width), np.float32)
    )


def _filled(base: Plane, share: Plane) -> Plane:
    """What may be behind the mask: colours flow in from around it (pull and push by blurring)."""
    known = (share <= 0).astype(np.float32)
    if not known.any():
        return np.broadcast_to(base.mean((0, 1)), base.shape).copy()
    side = max(share.shape)
    filled, weight = np.zeros_like(base), np.zeros_like(known)
    for sigma in (0.01, 0.03, 0.08, 0.2):
        colour = blur(base * known[..., None], side * sigma)
        amount = blur(known, side * sigma)
        gain = np.clip(amount - weight, 0, 1) + 1e-6
        filled += colour / np.maximum(amount, 1e-6)[..., None] * gain[..., None]
        weight = weight + gain
    flow = filled / weight[..., None]
    grain = noise(share.shape[0], share.shape[1], 0.02, 11, 3)[..., None] * 0.012
    return np.clip(flow + grain, 0, 1)


def _with_subjects(base: Plane, share: Plane, subjects: tuple[Subject, ...], seed: int) -> Plane:
    """The instruction's subjects, standing in the mask, in the light around it."""
    rows, columns = np.flatnonzero(share.max(1) > 0.1), np.flatnonzero(share.max(0) > 0.1)
    if not len(rows) or not len(columns):
        return base
    top, bottom, left, right = int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])
    canvas = to_pixels(base)
    around = base.reshape(-1, 3).mean(0)
    light = np.clip(0.45 + 0.8 * float(around.mean()) + 0.6 * (around - around.mean()), 0.3, 1.0)
    stage = Stage(canvas, np.random.default_rng(seed), seed, 0.5, light, around, None)
    count = sum(max(1, subject.count) for subject in subjects)
    number = 0
    for subject in subjects:
        entry = silhouettes.CATALOGUE[subject.name]
        own = colours.rgb_of(subject.colour) if subject.colour else None
        for _ in range(max(1, subject.count)):
            x = left + (right - left) * (number + 0.5) / count
            size = min((bottom - top) * 0.92, (right - left) / count * 0.95) * min(
                1.0, subject.size
            )
            at = np.array([x, bottom - (bottom - top) * 0.04])
            paint_silhouette(
                stage, entry.draw(), hex_rgb(entry.colour) if own is None else own, at, size, 1.0,
                float(around.mean()) < 0.35,
            )  # fmt: skip
            number += 1
    return to_float(canvas)


def _tinted(base: Plane, name: str) -> Plane:
    lab = to_lab(base)
    value = colours.lab_named(name)
    if value is not None:
        lab[..., 1:] = lab[..., 1:] * 0.15 + value[1:] * 0.85
        lab[..., 0] = np.clip(lab[..., 0] + 0.35 * (value[0] - lab[..., 0].mean()), 0, 1)
    return to_rgb(lab)


def _matched(painted: Plane, base: Plane, share: Plane) -> Plane:
    """A new scene in the light and colourfulness of the picture around the mask."""
    new, old = to_lab(painted), to_lab(base)
    rim = blur((share > 0).astype(np.float32), max(share.shape) * _REACH) * (share <= 0)
    if float(rim.sum()) < 1e-3:
        return painted
    around = (old * rim[..., None]).sum((0, 1)) / rim.sum()
    inside = new[share > 0.5].mean(0) if (share > 0.5).any() else new.mean((0, 1))
    return to_rgb(new + 0.5 * (around - inside))
