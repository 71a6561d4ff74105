"""What people ask for in words ("darker, keep the dog", "at night", "less vivid") as changes of light.

A wish shifts a Lab/100 picture; edited words of a prompt are wishes too: whatever the words say
that the dabs do not.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from adapters.models.offline import colours
from adapters.models.offline.raster import Plane, blur, resize
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
    found = re.search(r"^Wish:\s*(.+?)\s*$", words, re.M)
    return found[1] if found else ""


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
    found = re.search(rf"^{label}:\s*(.+?)\.?\s*$", words, re.M | re.I)
    return [part.strip().lower() for part in re.split(r"[,;]", found[1])] if found else []


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
    """A mass whose colour was changed in the composition line changes in the picture."""
    said = _line(words, "Composition")
    if not said:
        return lab
    found = masses(small)
    for text, mass in zip(said, found, strict=False):
        if text == mass.text:
            continue
        name = _colour_in(text)
        value = colours.lab_named(name) if name else None
        if name == mass.colour or value is None:
            continue
        own = colours.lab_named(mass.colour)
        mask = resize(mass.mask.astype(np.float32), lab.shape[1], lab.shape[0])
        soft = blur(np.clip(mask, 0, 1), max(lab.shape[:2]) * 0.008)[..., None]
        lab = lab + soft * (value - own)
    return lab


def _colour_in(text: str) -> str:
    """The longest colour name in a phrase, "" where there is none."""
    parts = text.split()
    for size in (3, 2, 1):
        for start in range(len(parts) - size + 1):
            name = " ".join(parts[start : start + size])
            if colours.number_of(name) is not None:
                return name
    return ""
