"""What a picture looks like, in words people can read and edit.

The same measurements read back an edited text: where the words no longer fit the dabs, a person
has changed them, and the painter follows (see wishes).
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from adapters.models.offline import colours
from adapters.models.offline.raster import Plane, fit, gradient, resize

MEASURED_AT: Final = 96
_MASSES: Final = 6
_SMALLEST_MASS: Final = 0.012

_ENDS: Final = frozenset({"top", "bottom"})
LIGHTS: Final = ("dark", "mid-toned", "bright")
CONTRASTS: Final = ("soft contrast", "clear contrast", "strong contrast")
WARMTHS: Final = ("cool", "neutral", "warm")
SATURATIONS: Final = ("muted", "natural", "vivid")
BALANCES: Final = ("lighter at the top", "evenly lit", "lighter at the bottom")


@dataclass(frozen=True, slots=True)
class Mood:
    """Measured numbers of a picture: mean lightness, its spread, warmth, colourfulness, fall of light."""

    light: float
    contrast: float
    warmth: float
    saturation: float
    balance: float


@dataclass(frozen=True, slots=True)
class Mass:
    """A patch of one colour: its share of the picture, name, place and where it is (mask)."""

    share: float
    colour: str
    text: str
    mask: NDArray[Any]


def mood(lab: Plane) -> Mood:
    """Measure a Lab/100 picture of any size."""
    light = lab[..., 0]
    third = max(1, lab.shape[0] // 3)
    return Mood(
        float(light.mean()),
        float(light.std()),
        float(lab[..., 2].mean()),
        float(np.hypot(lab[..., 1], lab[..., 2]).mean()),
        float(light[:third].mean() - light[-third:].mean()),
    )


def classes(measured: Mood) -> tuple[str, str, str, str, str]:
    """The five words or phrases that say a mood: light, contrast, warmth, saturation, balance."""
    return (
        LIGHTS[_step(measured.light, 0.38, 0.64)],
        CONTRASTS[_step(measured.contrast, 0.14, 0.25)],
        WARMTHS[_step(measured.warmth, -0.03, 0.07)],
        SATURATIONS[_step(measured.saturation, 0.13, 0.30)],
        BALANCES[_step(-measured.balance, -0.10, 0.10)],
    )


def _step(value: float, low: float, high: float) -> int:
    return int(value >= low) + int(value >= high)


def place(x: float, y: float) -> str:
    """Where a point (0-1) is, in words."""
    down = "top" if y < 0.36 else "bottom" if y > 0.64 else ""
    across = "left" if x < 0.36 else "right" if x > 0.64 else ""
    return " ".join(part for part in (down, across) if part) or "centre"


def at(where: str) -> str:
    """A place with its preposition: "at the top left", "in the centre"."""
    return f"{'in' if where == 'centre' else 'at' if ' ' in where or where in _ENDS else 'on'} the {where}"


def compose(lab: Plane, style: str, notes: tuple[str, ...] = ()) -> str:
    """The words for a Lab/100 picture: mood, composition, palette, style, then the notes."""
    height, width = lab.shape[:2]
    small = fit(lab, MEASURED_AT)
    light, contrast, warmth, saturation, balance = classes(mood(small))
    form = "wide" if width > height * 1.15 else "tall" if height > width * 1.15 else "square"
    detail, calm = _detail_places(small)
    found = masses(small)
    lines = [
        f"A {form} {light} picture, {contrast}, {warmth} {saturation} colour, {balance}; "
        f"the finest detail is {at(detail)}, calm {at(calm)}.",
        "Composition: " + "; ".join(mass.text for mass in found) + ".",
        "Palette: " + ", ".join(palette_names(small)) + ".",
        f"Style: {style}.",
    ]
    return "\n".join([*lines, *(note for note in notes if note)])


def masses(small: Plane) -> list[Mass]:
    """The largest patches of colour in a small Lab/100 picture, largest first."""
    lab = fit(small, 48) if max(small.shape[:2]) > 48 else small
    centres, belongs = _groups(lab, 7)
    found: list[Mass] = []
    for number, centre in enumerate(centres):
        name = colours.nearest_name(centre)
        same = (belongs == number).astype(np.uint8)
        count, labels, stats, middles = _components(same)
        for part in range(1, count):
            share = float(stats[part, cv2.CC_STAT_AREA]) / belongs.size
            if share >= _SMALLEST_MASS:
                text = _mass_text(share, name, np.asarray(stats[part]), middles[part], lab.shape)
                found.append(Mass(share, name, text, np.asarray(labels == part)))
    found.sort(key=lambda mass: (-mass.share, mass.text))
    return found[:_MASSES]


def _components(same: Plane) -> tuple[int, Plane, Plane, Plane]:
    """Connected parts of a mask: count, labels, boxes with areas, middles."""
    found: tuple[int, Plane, Plane, Plane] = cv2.connectedComponentsWithStats(same, connectivity=4)
    return found


def _mass_text(share: float, name: str, stats: Plane, middle: Plane, shape: tuple[int, ...]) -> str:
    height, width = shape[:2]
    box_width, box_height, area = (int(v) for v in stats[2:5])
    size = "very large" if share > 0.22 else "large" if share > 0.1 else "medium"
    size = "small" if share <= 0.04 else size
    if box_width > 3 * box_height:
        form = "band"
    elif box_width < 0.45 * box_height:
        form = "column"
    else:
        form = "patch" if area > 0.5 * box_width * box_height else "scattering"
    where = place(float(middle[0] + 0.5) / width, float(middle[1] + 0.5) / height)
    return f"{size} {form} of {name} {at(where)}"


def palette_names(small: Plane) -> list[str]:
    """Up to seven colour names, the most common first."""
    centres, belongs = _groups(fit(small, 48), 7)
    order = np.argsort(-np.bincount(belongs.ravel(), minlength=len(centres)), kind="stable")
    chosen: list[str] = []
    for number in order:
        name = colours.nearest_name(centres[number])
        if name not in chosen:
            chosen.append(name)
    return chosen


def _groups(lab: Plane, count: int) -> tuple[Plane, NDArray[Any]]:
    """Plain k-means from evenly spaced pixels, so that it is the same everywhere."""
    flat = lab.reshape(-1, 3)
    centres = flat[np.linspace(0, len(flat) - 1, count).astype(int)].copy()
    belongs = np.zeros(len(flat), np.intp)
    for _ in range(12):
        belongs = np.argmin(((flat[:, None] - centres[None]) ** 2).sum(-1), 1)
        for number in range(count):
            if (inside := belongs == number).any():
                centres[number] = flat[inside].mean(0)
    return centres, belongs.reshape(lab.shape[:2])


def _detail_places(lab: Plane) -> tuple[str, str]:
    across, down = gradient(lab[..., 0])
    busy = resize(np.hypot(across, down), 3, 3).ravel()
    return _cell(int(busy.argmax())), _cell(int(busy.argmin()))


def _cell(number: int) -> str:
    return place((number % 3 + 0.5) / 3, (number // 3 + 0.5) / 3)
