"""The text between describe and paint: words for people, then dabs in base 62.

`Dabs 512x341 of 7:` is followed by lines `colour name: tokens tokens ...`. A token holds place,
size, tilt, lightness and how far its hue is from the named one (see `tokens`). Up to eight tokens stand together,
so that the text is spent on dabs and not on spaces. Texts of before say `by 7` or nothing. Whatever is malformed is left out: the text comes from people and models and is never trusted.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.models.offline import colours, tokens
from adapters.models.offline.mixture import (
    COLUMNS,
    GREEN_RED,
    LIGHT,
    LONG,
    SHORT,
    TILT,
)
from adapters.models.offline.raster import Plane

_TOGETHER: Final = 8
TOKEN_COST: Final = tokens.LENGTH + 1 / _TOGETHER
MAX_CHARACTERS: Final = 200_000
MAX_DABS: Final = 4_096
MAX_WORDS: Final = 8_000
_HUE: Final = slice(GREEN_RED, COLUMNS)
_HEADER: Final = re.compile(r"^[ \t]*Dabs[ \t]+(\d{1,5})x(\d{1,5})(?: (by 7|of 7))?:", re.M)
_LINE: Final = re.compile(r"^[ \t]*([A-Za-z][A-Za-z' ]{1,40}):(.*)$", re.M)
_RUN: Final = re.compile(r"(?<!\S)[0-9A-Za-z]+(?!\S)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text taken apart: the words, the dabs (m, 8), and the size they were written for."""

    words: str
    dabs: Plane
    width: int
    height: int


def read(text: str) -> Prompt:
    """Take a text apart; malformed tokens, unknown colours and anything past the caps are skipped."""
    text = text[:MAX_CHARACTERS]
    header = _HEADER.search(text)
    if header is None:
        return Prompt(text.strip()[:MAX_WORDS], np.empty((0, COLUMNS), np.float32), 0, 0)
    words = text[: header.start()].strip()[:MAX_WORDS]
    width, height = (min(8192, max(1, int(number))) for number in header.groups()[:2])
    mark = header[3] or ""
    rows: list[Plane] = []
    left = MAX_DABS
    for line in _LINE.finditer(text, header.end()):
        colour = colours.lab_named(line[1].strip().lower())
        if left <= 0:
            break
        if colour is None:
            continue
        found = _tokens(line[2], tokens.OLD_MARKS.get(mark, tokens.LENGTH))[:left]
        left -= len(found)
        if found:
            inside = tokens.decode(found, mark, width, height)
            inside[:, _HUE] += colour[1:]
            rows.append(inside)
    dabs = np.concatenate(rows) if rows else np.empty((0, COLUMNS), np.float32)
    return Prompt(words, dabs, width, height)


def _tokens(line: str, size: int) -> list[str]:
    runs = (run for run in _RUN.findall(line) if len(run) % size == 0)
    return [run[i : i + size] for run in runs for i in range(0, len(run), size)]


def write(words: str, dabs: Plane, names: list[str], width: int, height: int) -> str:
    """The whole text; within a colour the largest dabs come first."""
    dabs = ordered(dabs)
    belongs, aside = named(dabs[:, _HUE], names)
    written = tokens.encode(np.hstack([dabs[:, : _HUE.start], aside]), width, height)
    area = np.exp(dabs[:, LONG] + dabs[:, SHORT])
    weight = np.bincount(belongs, area, minlength=len(names))
    lines = [words.strip(), f"Dabs {width}x{height} {tokens.MARK}:"]
    for number in np.argsort(-weight, kind="stable"):
        members = np.flatnonzero(belongs == number)
        if len(members):
            largest_first: list[int] = members[np.argsort(-area[members], kind="stable")].tolist()
            lines.append(f"{names[number]}: {_together([written[i] for i in largest_first])}")
    return "\n".join(lines)


def _together(written: list[str]) -> str:
    runs = ("".join(written[i : i + _TOGETHER]) for i in range(0, len(written), _TOGETHER))
    return " ".join(runs)


def ordered(dabs: Plane) -> Plane:
    """The same dabs with the long axis first and the tilt within half a turn."""
    dabs = dabs.copy()
    turned = dabs[:, SHORT] > dabs[:, LONG]
    dabs[turned, LONG], dabs[turned, SHORT] = dabs[turned, SHORT], dabs[turned, LONG]
    dabs[turned, TILT] += np.pi / 2
    dabs[:, TILT] %= np.pi
    return dabs


def rounded(dabs: Plane, names: list[str], width: int, height: int) -> Plane:
    """The dabs as they will be read back from the text."""
    dabs = ordered(dabs)
    belongs, aside = named(dabs[:, _HUE], names)
    found = tokens.rounded(np.hstack([dabs[:, : _HUE.start], aside]), width, height)
    found[:, _HUE] += hues_of(names)[belongs]
    return found


def named(hue: Plane, names: list[str]) -> tuple[NDArray[np.intp], Plane]:
    """Under which name each hue (m, 2) is written, and its offset from that (m, 2)."""
    away = hue[:, None] - hues_of(names)[None]
    aside = tokens.hue_steps(away) * tokens.HUE_STEP
    # of several names that come as near, the one that is nearest itself
    left = ((away - aside) ** 2).sum(-1) + 1e-3 * (away**2).sum(-1)
    belongs = np.argmin(left, 1)
    return belongs, aside[np.arange(len(hue)), belongs]


def palette(dabs: Plane, count: int) -> list[str]:
    """Up to `count` colour names near which every dab's hue lies: k-means, then the nearest name."""
    hue = dabs[:, _HUE]
    area = np.exp(dabs[:, LONG] + dabs[:, SHORT])
    weight = area + area.mean() * 0.3
    centres = _spread(hue, weight, min(count, len(dabs)))
    belongs = np.zeros(len(dabs), np.intp)
    for _ in range(12):
        belongs = _nearest_centre(hue, centres)
        for k in range(len(centres)):
            if (inside := belongs == k).any():
                centres[k] = np.average(hue[inside], axis=0, weights=weight[inside])
    chosen: list[str] = []
    for k in range(len(centres)):
        if not (inside := belongs == k).any():
            continue
        light = float(np.average(dabs[inside, LIGHT], weights=weight[inside]))
        _add_nearest(chosen, centres[k], light)
    return chosen


def _spread(hue: Plane, weight: Plane, count: int) -> Plane:
    """Starting centres far from each other, heavy dabs first."""
    centres = [hue[int(np.argmax(weight))]]
    apart = np.full(len(hue), np.inf, np.float32)
    while len(centres) < count:
        apart = np.minimum(apart, ((hue - centres[-1]) ** 2).sum(-1))
        centres.append(hue[int(np.argmax(apart * weight))])
    return np.array(centres, np.float32)


def _nearest_centre(hue: Plane, centres: Plane) -> NDArray[np.intp]:
    return np.argmin(((hue[:, None] - centres[None]) ** 2).sum(-1), 1)


def _add_nearest(chosen: list[str], hue: Plane, light: float) -> None:
    values = colours.lab_values()
    apart = ((values[:, 1:] - hue) ** 2).sum(-1) + 0.02 * (values[:, 0] - light) ** 2
    for number in np.argsort(apart):
        name = colours.names()[int(number)]
        if name not in chosen:
            chosen.append(name)
            return


def hues_of(names: list[str]) -> Plane:
    """The hues (n, 2) of colour names."""
    values = colours.lab_values()
    return values[[colours.names().index(name) for name in names], 1:]
