"""A prompt's words, edited: whatever they say that the dabs do not is done to the painted picture."""

import re
from dataclasses import replace
from typing import Final

import numpy as np

from adapters.models.offline import colours
from adapters.models.offline.composition import recomposed
from adapters.models.offline.labels import labelled
from adapters.models.offline.raster import Plane
from adapters.models.offline.wishes import Shift, shift_of, shifted
from adapters.models.offline.words import (
    BALANCES,
    CONTRASTS,
    LIGHTS,
    SATURATIONS,
    WARMTHS,
    classes,
    masses,
    mood,
    palette_names,
)


def edited(words: str, lab: Plane, small: Plane) -> Plane:
    """A painted Lab/100 picture after what the words say and the picture does not.

    `small` is the glance at the same dabs that the words were written from.
    """
    lab = _to_mood(words, lab, small)
    lab = _to_palette(words, lab, small)
    lab = _to_composition(words, lab, small)
    return shifted(lab, shift_of(free_lines(words)))


_KNOWN_LINE: Final = re.compile(
    r"^(?:A \w+ (?:dark|mid-toned|bright) picture,|Composition:|Palette:|Style:|Revision \d+:|Wish:)"
)


def free_lines(words: str) -> str:
    """The lines a person has added to the words."""
    lines = (line.strip() for line in words.splitlines())
    return "\n".join(line for line in lines if line and not _KNOWN_LINE.match(line))


def _to_mood(words: str, lab: Plane, small: Plane) -> Plane:
    first = words.split("\n", 1)[0].lower()
    if not first.startswith("a ") or "picture" not in first:
        return lab
    now = mood(small)
    said = _said(first)
    shown = classes(now)
    light = {"dark": 0.28, "mid-toned": 0.51, "bright": 0.74}
    spread = {"soft contrast": 0.11, "clear contrast": 0.19, "strong contrast": 0.29}
    warm = {"cool": -0.09, "neutral": 0.02, "warm": 0.14}
    strong = {"muted": 0.08, "natural": 0.2, "vivid": 0.38}
    shift = Shift()
    if said[0] and said[0] != shown[0]:
        shift = replace(shift, light=light[said[0]] - now.light)
    if said[1] and said[1] != shown[1]:
        shift = replace(shift, contrast=min(3.0, spread[said[1]] / max(0.02, now.contrast)))
    if said[2] and said[2] != shown[2]:
        shift = replace(shift, warmth=warm[said[2]] - now.warmth)
    if said[3] and said[3] != shown[3]:
        shift = replace(shift, saturation=min(4.0, strong[said[3]] / max(0.02, now.saturation)))
    lab = shifted(lab, shift)
    if said[4] and said[4] != shown[4]:
        fall = {BALANCES[0]: 0.18, BALANCES[1]: 0.0, BALANCES[2]: -0.18}[said[4]] - now.balance
        slope = np.linspace(fall / 2, -fall / 2, lab.shape[0], dtype=np.float32)
        lab = lab.copy()
        lab[..., 0] = np.clip(lab[..., 0] + slope[:, None], 0, 1)
    return lab


def _said(sentence: str) -> tuple[str, str, str, str, str]:
    """The phrase of each kind found in a sentence, "" where there is none."""
    kinds = (LIGHTS, CONTRASTS, WARMTHS, SATURATIONS, BALANCES)
    light, contrast, warmth, saturation, balance = (
        next((option for option in kind if re.search(rf"\b{option}\b", sentence)), "")
        for kind in kinds
    )
    return light, contrast, warmth, saturation, balance


def _line(words: str, label: str) -> list[str]:
    said = labelled(label, words)
    parts = re.split(r"[,;]", said.removesuffix(".")) if said else []
    return [part.strip().lower() for part in parts]


def _to_palette(words: str, lab: Plane, small: Plane) -> Plane:
    """Colours that were replaced in the palette line are replaced in the picture."""
    said = [name for name in _line(words, "Palette") if colours.number_of(name) is not None]
    shown = palette_names(small) if said else []
    added = [name for name in said if name not in shown]
    gone = [name for name in shown if name not in said]
    centres = [colours.lab_named(name) for name in shown]
    for old, new in zip(gone, added, strict=False):
        lab = _recolour(lab, shown.index(old), centres, new)
    return lab


def _recolour(lab: Plane, old: int, centres: list[Plane | None], new: str) -> Plane:
    """Move the pixels nearest to one palette colour to another, softly."""
    points = np.stack([centre for centre in centres if centre is not None])
    apart = ((lab[:, :, None] - points) ** 2).sum(-1)
    share = np.exp(-(apart - apart.min(-1, keepdims=True)) / 0.004)
    weight = (share[..., old] / share.sum(-1))[..., None]
    value = colours.lab_named(new)
    return lab if value is None else lab + weight * (value - points[old])


def _to_composition(words: str, lab: Plane, small: Plane) -> Plane:
    """Masses that were edited in the composition line change in the picture."""
    said = _line(words, "Composition")
    return recomposed(said, masses(small), lab) if said else lab
