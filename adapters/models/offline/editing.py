"""edit: an instruction is painted where a mask or its own words say, in the light around it.

What is outside stays to the pixel. What can't be done, or not there, is refused in a sentence.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from adapters.models.offline import colours, silhouettes, styles
from adapters.models.offline.emblems import paint_emblem
from adapters.models.offline.filling import filled
from adapters.models.offline.heard import heard
from adapters.models.offline.instructing import Instruction, understood
from adapters.models.offline.locating import calm_place, located
from adapters.models.offline.patches import Mask
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
from adapters.models.offline.uniqueness import uniqueness
from adapters.models.offline.vocabulary import understand
from adapters.models.offline.wishes import shift_of, shifted

_NARROW: Final = 0.006
_WIDE: Final = 0.14
_EDGE: Final = 0.012  # of a region that ends where a thing ends
_PLACE: Final = 0.34
_RIM: Final = 0.012
_ONLY_ONCE: Final = 0.5
CAN: Final = (
    "say a colour for a part of it (“make the sky purple”), a light (“darker”, “at night”), what to "
    "remove or replace, a thing from its list (“a red balloon”), a style, or snow"
)


class CantEdit(ValueError):
    """The message is a sentence for whoever asked; nothing was painted."""


@dataclass(frozen=True, slots=True)
class Edited:
    """The picture, and what was done to it in words."""

    picture: Pixels
    said: str


def edit(picture: Pixels, mask: Pixels | None, instruction: str, seed: int) -> Edited:
    """Do what the instruction says where the mask (h, w, white = edit) is white, feathered inside;
    without one, where its words say. Raises CantEdit."""
    told = understood(instruction)
    if told is None:
        raise CantEdit(f"The embedded engine can't do “{_short(instruction)}”: {CAN}.")
    hard = _where(picture, mask, told)
    if not hard.any():
        return Edited(picture.copy(), "The mask covers nothing: the picture stayed as it was.")
    base = to_float(picture)
    share, changed = _changed(base, hard, told, seed, own=mask is not None)
    soft = share[..., None]
    made = to_pixels(base * (1 - soft) + changed * soft)
    made[hard == 0] = picture[hard == 0]
    lost = told.act == "add" and told.what and mask is None and located(picture, told.what) is None
    there = f" I can't find “{_short(told.what)}” in it: it stands where there is room."
    return Edited(made, _said(told) + there * bool(lost))


def replaced(picture: Pixels, mask: Pixels | None, search: str, by: str, seed: int) -> Edited:
    """What `search` names becomes `by`. Raises CantEdit."""
    return edit(picture, mask, f"replace the {search.strip()} with {by.strip()}", seed)


def _where(picture: Pixels, mask: Pixels | None, told: Instruction) -> Plane:
    """0 or 1 (h, w): the mask, else what the instruction names. Raises CantEdit."""
    height, width = picture.shape[:2]
    if mask is not None:
        return _hard(mask, height, width)
    found = located(picture, told.what) if told.what else None
    if told.act in {"add", "view"}:
        return _place(picture, told, found).astype(np.float32)
    if found is not None:
        return _grown(found) if told.act in {"remove", "replace"} else found.astype(np.float32)
    if told.what:
        raise CantEdit(
            f"The embedded engine can't find “{_short(told.what)}” in this picture: mark it with a "
            "mask, or name the sky, the water, the grass, the subject, the background, a colour, or "
            "a part such as top left."
        )
    if told.act in {"remove", "replace"}:
        raise CantEdit(
            f"The embedded engine has to know what to {told.act}: mark it with a mask, or name it."
        )
    return np.ones((height, width), np.float32)


def _changed(
    base: Plane, hard: Plane, told: Instruction, seed: int, *, own: bool
) -> tuple[Plane, Plane]:
    """How far each place changes (h, w), and to what (h, w, 3). `own`: the mask was given."""
    edge = _WIDE if own and not hard.all() else _EDGE
    match told.act:
        case "remove":
            return _feathered(hard, _NARROW), _emptied(base, hard)
        case "add" | "replace" | "view":
            return _painted(base, hard, told, seed)
        case "snow":
            return _feathered(hard, edge), _snowed(base, seed)
        case "light":
            return _feathered(hard, edge), to_rgb(shifted(to_lab(base), shift_of(told.by)))
        case "colour":
            return _feathered(hard, edge), _tinted(base, hard, told.by)
        case "style":
            return _feathered(hard, edge), styles.apply(told.by, base, seed)


def _painted(base: Plane, hard: Plane, told: Instruction, seed: int) -> tuple[Plane, Plane]:
    """A thing that stands there, before what is behind it; or a view of its own."""
    scene = understand(told.by)
    behind = _emptied(base, hard) if told.act == "replace" else base
    if scene.subjects:
        return _feathered(hard, _NARROW), with_subjects(base, behind, hard, scene.subjects, seed)
    if scene.emblem is not None:
        rows, columns = _box(hard)
        canvas = to_pixels(behind)
        part = np.ascontiguousarray(canvas[rows, columns])
        paint_emblem(part, scene.emblem, alone=True)
        canvas[rows, columns] = part
        return _feathered(hard, _NARROW), to_float(canvas)
    return _feathered(hard, _WIDE), _view(told.by, base, hard, seed)


def _said(told: Instruction) -> str:
    what = told.what or "what was marked"
    match told.act:
        case "colour":
            return f"Coloured {told.by}: {told.what or 'all of it'}."
        case "remove":
            return f"Removed {what}; what is there now are pieces of the picture around it."
        case "replace":
            return f"Replaced {what}. {_shown(told.by)}"
        case "light":
            return f"Changed the light: {told.by}."
        case "snow":
            return "Snow laid over it."
        case "style":
            return f"Painted over in the style {told.by}."
        case "add" | "view":
            return _shown(told.by)


def _shown(words: str) -> str:
    """What of a phrase is painted, and what is not."""
    told = heard(words)
    if understand(words).subjects:
        told = replace(told, painted=told.painted[: len(understand(words).subjects)])
    return told.sentence or f"Painted: {', '.join(told.painted)}."


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else words[:59].rsplit(" ", 1)[0] + "…"


def _hard(mask: Pixels, height: int, width: int) -> Plane:
    """The mask as 0 or 1 (h, w)."""
    plane = mask if mask.ndim == 2 else mask.max(-1)
    return (resize(plane.astype(np.float32) / 255.0, width, height) > 0.5).astype(np.float32)


def _box(hard: Plane) -> tuple[slice, slice]:
    """Rows and columns that hold all of a mask."""
    rows, columns = np.flatnonzero(hard.any(1)), np.flatnonzero(hard.any(0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _place(picture: Pixels, told: Instruction, found: Mask | None) -> Mask:
    """Where a new thing may stand: where it is said, else where such things are."""
    homes = {silhouettes.CATALOGUE[s.name].home for s in understand(told.by).subjects}
    if found is None and homes and homes <= {"water", "deep"}:
        found = located(picture, "water")
    return calm_place(picture, _PLACE, "air" in homes, found)


def _grown(found: Mask) -> Plane:
    """A region with the soft edge of what it holds."""
    reach = max(3, round(_RIM * max(found.shape)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.dilate(found.astype(np.uint8), kernel), np.float32)


def _emptied(base: Plane, hard: Plane) -> Plane:
    """What may be behind a mask: of what the picture shows only once nothing is taken."""
    return filled(base, hard > 0, barred=uniqueness(base) > _ONLY_ONCE)


def _feathered(hard: Plane, by: float) -> Plane:
    """The mask softened inwards, by a share of its own size: what is not white stays as it is.

    The border of the picture is no edge of the mask.
    """
    reach = max(1.0, by * float(np.sqrt(hard.sum())))
    soft = np.clip(blur_broadly(hard, reach) * 2 - 1, 0, 1)
    return soft * soft * (3 - 2 * soft) * hard


def _tinted(base: Plane, hard: Plane, name: str) -> Plane:
    """Another colour over the same light and texture."""
    lab = to_lab(base)
    value = colours.lab_named(name)
    if value is not None:
        lab[..., 1:] = lab[..., 1:] * 0.15 + value[1:] * 0.85
        light = float(lab[..., 0][hard > 0].mean())
        lab[..., 0] = np.clip(lab[..., 0] + 0.5 * (value[0] - light), 0, 1)
    return to_rgb(lab)


def _view(instruction: str, base: Plane, hard: Plane, seed: int) -> Plane:
    """A scene of its own within the mask's box, in the light and with the grain around it."""
    rows, columns = _box(hard)
    size = max(16, columns.stop - columns.start), max(16, rows.stop - rows.start)
    painted, _ = imagine(instruction, *size, seed)
    whole = base.copy()
    whole[rows, columns] = painted[: rows.stop - rows.start, : columns.stop - columns.start]
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
