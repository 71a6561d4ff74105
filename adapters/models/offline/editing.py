"""edit: an instruction is painted inside a mask, in the light around it."""

import re
from typing import Final

import numpy as np

from adapters.models.offline import colours
from adapters.models.offline.filling import filled
from adapters.models.offline.placing import grain, rim_of, with_subjects
from adapters.models.offline.raster import (
    Pixels,
    Plane,
    blur_broadly,
    fill_circle,
    resize,
    to_float,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.scene import imagine
from adapters.models.offline.styles.texture import noise
from adapters.models.offline.vocabulary import understand
from adapters.models.offline.wishes import shift_of, shifted

_REMOVING: Final = re.compile(r"\b(?:remove|erase|delete|without|get rid of|take away|clean up)\b")
_NARROW: Final = 0.006
_WIDE: Final = 0.14


def edit(picture: Pixels, mask: Pixels, instruction: str, seed: int) -> Pixels:
    """Do what the instruction says where the mask (h, w, white = edit) is white, feathered inside."""
    height, width = picture.shape[:2]
    hard = _hard(mask, height, width)
    if not hard.any():
        return picture.copy()
    base = to_float(picture)
    scene = understand(instruction)
    shift = shift_of(instruction)
    if _REMOVING.search(instruction.lower()):
        share, changed = _feathered(hard, _NARROW), filled(base, hard > 0)
    elif scene.subjects:
        share = _feathered(hard, _NARROW)
        changed = with_subjects(base, filled(base, hard > 0), hard, scene.subjects, seed)
    elif scene.ground == "snow" or scene.weather == "snowfall":
        share, changed = _feathered(hard, _WIDE), _snowed(base, seed)
    elif shift.changes:
        share, changed = _feathered(hard, _WIDE), to_rgb(shifted(to_lab(base), shift))
    elif scene.palette and not scene.known:
        share, changed = _feathered(hard, _WIDE), _tinted(base, scene.palette[0])
    else:
        share, changed = _feathered(hard, _WIDE), _view(instruction, base, hard, seed)
    soft = share[..., None]
    return to_pixels(base * (1 - soft) + changed * soft)


def _hard(mask: Pixels, height: int, width: int) -> Plane:
    """The mask as 0 or 1 (h, w)."""
    plane = mask if mask.ndim == 2 else mask.max(-1)
    return (resize(plane.astype(np.float32) / 255.0, width, height) > 0.5).astype(np.float32)


def _feathered(hard: Plane, by: float) -> Plane:
    """The mask softened inwards, by a share of its own size: what is not white stays as it is.

    The border of the picture is no edge of the mask.
    """
    reach = max(1.0, by * float(np.sqrt(hard.sum())))
    soft = np.clip(blur_broadly(hard, reach) * 2 - 1, 0, 1)
    return soft * soft * (3 - 2 * soft) * hard


def _tinted(base: Plane, name: str) -> Plane:
    """Another colour over the same light and texture."""
    lab = to_lab(base)
    value = colours.lab_named(name)
    if value is not None:
        lab[..., 1:] = lab[..., 1:] * 0.15 + value[1:] * 0.85
        lab[..., 0] = np.clip(lab[..., 0] + 0.35 * (value[0] - lab[..., 0].mean()), 0, 1)
    return to_rgb(lab)


def _view(instruction: str, base: Plane, hard: Plane, seed: int) -> Plane:
    """A scene of its own within the mask's box, in the light and with the grain around it."""
    rows, columns = np.flatnonzero(hard.any(1)), np.flatnonzero(hard.any(0))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    size = max(16, right - left), max(16, bottom - top)
    painted, _ = imagine(instruction, *size, seed)
    whole = base.copy()
    whole[top:bottom, left:right] = painted[: bottom - top, : right - left]
    rim = rim_of(hard)
    new, old = to_lab(whole), to_lab(base)
    around = (old * rim[..., None]).sum((0, 1)) / rim.sum()
    inside = new[hard > 0].mean(0)
    light = to_rgb(new + 0.4 * (around - inside))
    return np.clip(light + grain(base, rim, seed)[..., None], 0, 1)


def _snowed(base: Plane, seed: int) -> Plane:
    """Snow over everything, most where light falls, and some still in the air."""
    height, width = base.shape[:2]
    lab = to_lab(base)
    drifts = noise(height, width, 0.05, seed, 3) * 0.10
    lying = np.clip(0.62 + 0.5 * (lab[..., 0] - lab[..., 0].mean()) + drifts, 0.25, 0.9)
    lab[..., 0] += lying * (0.95 - lab[..., 0])
    lab[..., 1:] *= (1 - lying)[..., None]
    lab[..., 2] -= 0.02 * lying
    white = to_pixels(to_rgb(lab))
    random = np.random.default_rng(seed)
    for x, y, size in random.random((400, 3)):
        radius = max(height, width) * (0.0008 + 0.003 * size**3)
        fill_circle(white, x * width, y * height, radius, np.ones(3))
    return to_float(white)
