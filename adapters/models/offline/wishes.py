"""What people ask for in words ("darker, keep the dog", "at night", "less vivid") as changes of light.

A wish shifts a Lab/100 picture (h, w, 3).
"""

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from adapters.models.offline import colours
from adapters.models.offline.labels import labelled
from adapters.models.offline.raster import Plane


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of light: lightness and warmth are added, contrast and saturation multiplied.

    `tint` is a Lab/100 colour the picture leans to, by `lean` 0-1.
    """

    light: float = 0.0
    warmth: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    tint: tuple[float, float, float] | None = None
    lean: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether this does anything at all."""
        return self != Shift()


_NIGHT: Final = (0.22, 0.02, -0.20)
_WISHES: Final[tuple[tuple[str, Shift], ...]] = (
    (r"darker|more shadow|too bright|less light", Shift(light=-0.12)),
    (r"brighter|lighter|more light|too dark|sunnier", Shift(light=0.12)),
    (r"warmer|too cool|too cold|golden (?:hour|light)", Shift(warmth=0.10)),
    (r"cooler|colder|too warm|bluer", Shift(warmth=-0.11)),
    (r"more contrast|stronger contrast|punchier|dramatic", Shift(contrast=1.35)),
    (r"less contrast|softer|flatter|gentler|hazy", Shift(contrast=0.72)),
    (r"more (?:vivid|colou?rful|saturated)|vivider|stronger colou?rs|vibrant", Shift(saturation=1.5)),
    (r"less (?:vivid|colou?rful|saturated)|paler|duller|washed out", Shift(saturation=0.55)),
    (r"black and white|monochrome|greyscale|grayscale|no colou?r", Shift(saturation=0.0)),
    (r"sepia", Shift(saturation=0.1, tint=(0.55, 0.06, 0.20), lean=0.35)),
    (r"at night|by night|night[- ]?time|midnight|moonlit|moonlight",
     Shift(light=-0.24, saturation=0.7, tint=_NIGHT, lean=0.35)),
    (r"sunset|dusk|evening", Shift(light=-0.06, tint=(0.58, 0.26, 0.36), lean=0.33)),
    (r"sunrise|dawn|morning", Shift(light=0.04, tint=(0.75, 0.14, 0.18), lean=0.28)),
    (r"fog|mist", Shift(contrast=0.55, saturation=0.5, light=0.10)),
    (r"storm|rain|gloomy|overcast", Shift(light=-0.08, saturation=0.55, warmth=-0.05)),
    (r"snow|winter|frost", Shift(light=0.08, saturation=0.6, warmth=-0.07)),
    (r"autumn|fall colou?rs", Shift(tint=(0.55, 0.20, 0.42), lean=0.25)),
)  # fmt: skip
_STRONGER: Final = re.compile(r"\b(much|far|a lot|very)\s+$")
_WEAKER: Final = re.compile(r"\b(a little|slightly|a bit|somewhat)\s+$")
_NEGATED: Final = re.compile(r"\b(not|no|don't make it|isn't)\s+$")
_NAMED_TINT: Final = re.compile(r"\b(?:more|in|mostly|all in|shades of)\s+([a-z]+(?: [a-z]+)?)")


def wish_of(words: str) -> str:
    """What the `Wish:` line of a prompt says, "" without one."""
    return labelled("Wish", words) or ""


def shift_of(text: str) -> Shift:
    """What a sentence asks for; words nobody can measure change nothing."""
    text = text.lower()
    total = Shift()
    for pattern, shift in _WISHES:
        for match in re.finditer(rf"\b(?:{pattern})", text):
            before = text[max(0, match.start() - 24) : match.start()]
            if _NEGATED.search(before):
                continue
            force = 1.8 if _STRONGER.search(before) else 0.5 if _WEAKER.search(before) else 1.0
            total = _add(total, shift, force)
            break
    return _with_named_colour(total, text)


def _add(total: Shift, more: Shift, force: float) -> Shift:
    return Shift(
        total.light + more.light * force,
        total.warmth + more.warmth * force,
        total.contrast * more.contrast**force,
        total.saturation * more.saturation**force,
        more.tint or total.tint,
        min(0.8, max(total.lean, more.lean * force)),
    )


def _with_named_colour(total: Shift, text: str) -> Shift:
    for match in _NAMED_TINT.finditer(text):
        for name in (match[1], match[1].split(" ")[0]):
            lab = colours.lab_named(name)
            if lab is not None:
                return replace(total, tint=(0.5, float(lab[1]), float(lab[2])), lean=0.35)
    return total


def shifted(lab: Plane, shift: Shift) -> Plane:
    """A Lab/100 picture under a shift; lightness stays within 0-1."""
    if not shift.changes:
        return lab
    changed = lab.astype(np.float32).copy()
    middle = float(changed[..., 0].mean())
    light = (changed[..., 0] - middle) * shift.contrast + middle
    changed[..., 0] = _lift(np.clip(light, 0, 1), shift.light)
    changed[..., 1:] *= shift.saturation
    changed[..., 1] += shift.warmth * 0.25
    changed[..., 2] += shift.warmth
    if shift.tint is not None:
        # mid tones take the tint, black and white keep theirs
        keep = 4 * changed[..., :1] * (1 - changed[..., :1])
        tint = np.array(shift.tint[1:], np.float32)
        changed[..., 1:] += (tint - changed[..., 1:]) * np.clip(keep, 0.3, 1) * shift.lean
    return changed


def _lift(light: Plane, by: float) -> Plane:
    """Raise or lower mid tones by a gamma that moves 0.5 by `by`."""
    wanted = min(0.95, max(0.05, 0.5 + by))
    return light ** np.float32(np.log(wanted) / np.log(0.5))
