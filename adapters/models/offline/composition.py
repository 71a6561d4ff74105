"""The `Composition:` line, edited: masses of the picture change colour, place or size, go or come."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.models.offline import colours
from adapters.models.offline.filling import flow
from adapters.models.offline.raster import Plane, blur, remap, resize
from adapters.models.offline.words import Mass

_SIZES: Final = {"very large": 0.30, "large": 0.15, "medium": 0.07, "small": 0.025}
_SIZE: Final = re.compile(r"\b(very large|large|medium|small)\b")
_ASIDE: Final = {"left": 0.2, "right": 0.8}
_DOWN: Final = {"top": 0.2, "bottom": 0.8}
_STRETCH: Final = {"band": 2.6, "column": 0.4}
_EDGE: Final = 0.008
_RIM: Final = 0.012
_SOLID: Final = 0.85


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What "small patch of red at the top left" says; "" and None where it says nothing."""

    text: str
    size: str
    form: str
    colour: str
    x: float | None
    y: float | None

    @property
    def place(self) -> tuple[float | None, float | None]:
        return self.x, self.y


def recomposed(said: list[str], masses: list[Mass], lab: Plane) -> Plane:
    """A Lab/100 picture (h, w, 3) after the phrases that differ from those of its masses."""
    left = [mass for mass in masses if mass.text not in said]
    known = [mass.text for mass in masses]
    fresh = [_phrase(text) for text in said if text not in known]
    added: list[_Phrase] = []
    for phrase in fresh:
        mass = _meant(phrase, left)
        if mass is None:
            added.append(phrase)
            continue
        left.remove(mass)
        lab = _changed(lab, mass, phrase)
    # who deletes most of the line has shortened it, and did not empty the picture
    if 2 * len(left) <= len(masses):
        for mass in left:
            lab = _without(lab, _mask(mass, lab))
    for phrase in added:
        lab = _with_patch(lab, phrase)
    return lab


def _phrase(text: str) -> _Phrase:
    size = _SIZE.search(text)
    words = text.split()
    form = next((word for word in words if word in {*_STRETCH, "patch", "scattering"}), "")
    x = next((_ASIDE[word] for word in words if word in _ASIDE), None)
    y = next((_DOWN[word] for word in words if word in _DOWN), None)
    if x is None and y is None and {"centre", "center", "middle"} & set(words):
        x, y = 0.5, 0.5
    return _Phrase(text, size[1] if size else "", form, _colour_in(text), x, y)


def _meant(phrase: _Phrase, masses: list[Mass]) -> Mass | None:
    """The mass whose phrase was edited into this one: two of size, colour and place are the same."""
    best, most = None, 1
    for mass in masses:
        old = _phrase(mass.text)
        same = (old.colour == phrase.colour) + (old.size == phrase.size) + (old.form == phrase.form)
        same += 2 * (old.place == phrase.place)
        if same > most + 1:
            best, most = mass, same - 1
    return best


def _changed(lab: Plane, mass: Mass, phrase: _Phrase) -> Plane:
    """One mass with another colour, place or size."""
    old, mask = _phrase(mass.text), _mask(mass, lab)
    value, own = colours.lab_named(phrase.colour), colours.lab_named(mass.colour)
    if value is not None and own is not None and phrase.colour != mass.colour:
        lab = lab + mask[..., None] * (value - own)
    size = phrase.size if phrase.size and phrase.size != old.size else ""
    if not size and phrase.place in {old.place, (None, None)}:
        return lab
    height, width = mask.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    total = float(mask.sum()) + 1e-6
    middle = float((columns * mask).sum()) / total, float((rows * mask).sum()) / total
    to_x = _towards(phrase.x, old.x, middle[0], width)
    to_y = _towards(phrase.y, old.y, middle[1], height)
    factor = float(np.sqrt(_SIZES[size] / max(mass.share, 0.01))) if size else 1.0
    across = (columns - to_x) / factor + middle[0]
    down = (rows - to_y) / factor + middle[1]
    inside = (across >= 0) & (across < width) & (down >= 0) & (down < height)
    there = (remap(mask, across, down) * inside)[..., None]
    return _without(lab, mask) * (1 - there) + remap(lab, across, down) * there


def _towards(said: float | None, was: float | None, middle: float, length: int) -> float:
    if said == was:
        return middle
    return (0.5 if said is None else said) * length


def _mask(mass: Mass, lab: Plane) -> Plane:
    """Where a mass is (h, w), softly."""
    mask = resize(mass.mask.astype(np.float32), lab.shape[1], lab.shape[0])
    return blur(np.clip(mask, 0, 1), max(lab.shape[:2]) * _EDGE)


def _without(lab: Plane, mask: Plane) -> Plane:
    """The colours around a mass in its place, and in that of its soft edge."""
    wide = np.clip(3 * blur(mask, max(mask.shape) * _RIM), 0, 1)
    around = flow(lab, wide < 0.05)
    return lab * (1 - wide[..., None]) + around * wide[..., None]


def _with_patch(lab: Plane, phrase: _Phrase) -> Plane:
    """A mass that was not there, over the light and dark of what is."""
    value = colours.lab_named(phrase.colour)
    if value is None:
        return lab
    height, width = lab.shape[:2]
    area = _SIZES[phrase.size or "medium"] * height * width
    stretch = _STRETCH.get(phrase.form, 1.3)
    wide, high = np.sqrt(area / np.pi * stretch), np.sqrt(area / np.pi / stretch)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x = (0.5 if phrase.x is None else phrase.x) * width
    y = (0.5 if phrase.y is None else phrase.y) * height
    away = ((columns - x) / wide) ** 2 + ((rows - y) / high) ** 2
    mask = blur((away < 1).astype(np.float32), max(height, width) * _RIM)[..., None] * _SOLID
    relief = lab - blur(lab, max(height, width) * 0.03)
    return lab * (1 - mask) + (value + 0.6 * relief) * mask


def _colour_in(text: str) -> str:
    """The longest colour name in a phrase, "" where there is none."""
    parts = text.split()
    for size in (3, 2, 1):
        for start in range(len(parts) - size + 1):
            name = " ".join(parts[start : start + size])
            if colours.number_of(name) is not None:
                return name
    return ""
