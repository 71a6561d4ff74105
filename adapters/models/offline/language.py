"""The text between describe and paint: words for people, then dabs in base 62.

`Dabs 512x341 by 7:` is followed by lines `colour name: tokens tokens ...`. A
token is one number in base 62 that holds x, y, long, short, tilt and lightness, each in so many
steps; the name gives the hue. Up to eight tokens stand together, so that the text is spent on dabs
and not on spaces. Texts of before have eight digits a token and say nothing of it. Whatever is
malformed is left out: the text comes from people and models and is never trusted.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.models.offline import colours
from adapters.models.offline.mixture import (
    COLOUR,
    COLUMNS,
    GREEN_RED,
    LARGEST,
    LIGHT,
    LONG,
    SHORT,
    SMALLEST,
    TILT,
    X,
    Y,
)
from adapters.models.offline.raster import Plane

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE: Final = len(DIGITS)
TOKEN_LENGTH: Final = 7
_OLD_LENGTH: Final = 8
# steps of x, y, long, short, tilt and lightness, by the length of a token
_STEPS: Final = {7: (1000, 1000, 40, 40, 32, 62), 8: (3844, 3844, 62, 62, 62, 62)}
_TOGETHER: Final = 8
TOKEN_COST: Final = TOKEN_LENGTH + 1 / _TOGETHER
MAX_CHARACTERS: Final = 200_000
MAX_DABS: Final = 4_096
MAX_WORDS: Final = 8_000
_HUE: Final = slice(GREEN_RED, COLUMNS)
_VALUE_OF: Final = np.full(128, -1, np.int16)
_VALUE_OF[[ord(digit) for digit in DIGITS]] = np.arange(BASE)
_HEADER: Final = re.compile(r"^[ \t]*Dabs[ \t]+(\d{1,5})x(\d{1,5})(?: by ([78]))?:", re.M)
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
    size = int(header[3] or _OLD_LENGTH)
    rows: list[Plane] = []
    left = MAX_DABS
    for line in _LINE.finditer(text, header.end()):
        colour = colours.lab_named(line[1].strip().lower())
        if left <= 0:
            break
        if colour is None:
            continue
        tokens = _tokens(line[2], size)[:left]
        left -= len(tokens)
        if tokens:
            rows.append(_decode(tokens, size, colour))
    dabs = np.concatenate(rows) if rows else np.empty((0, COLUMNS), np.float32)
    return Prompt(words, dabs, width, height)


def _tokens(line: str, size: int) -> list[str]:
    runs = (run for run in _RUN.findall(line) if len(run) % size == 0)
    return [run[i : i + size] for run in runs for i in range(0, len(run), size)]


def _decode(tokens: list[str], size: int, colour: Plane) -> Plane:
    digits = _VALUE_OF[np.frombuffer("".join(tokens).encode("ascii"), np.uint8)]
    number = digits.reshape(-1, size).astype(np.int64) @ _powers(size)
    whole = np.empty((len(number), len(_STEPS[size])), np.int64)
    for column, steps in reversed(list(enumerate(_STEPS[size]))):
        number, whole[:, column] = np.divmod(number, steps)
    return _dabs(whole, size, np.broadcast_to(colour[1:], (len(number), 2)))


def _dabs(whole: NDArray[np.int64], size: int, hue: Plane) -> Plane:
    """Dabs (m, 8) of whole steps (m, 6) and hues (m, 2)."""
    steps = np.array(_STEPS[size], np.float32)
    share = whole.astype(np.float32) / (steps - 1)
    dabs = np.empty((len(whole), COLUMNS), np.float32)
    dabs[:, X : Y + 1] = share[:, :2]
    dabs[:, LONG : SHORT + 1] = SMALLEST + share[:, 2:4] * (LARGEST - SMALLEST)
    dabs[:, TILT] = whole[:, 4] * np.pi / steps[4]
    dabs[:, LIGHT] = share[:, 5]
    dabs[:, _HUE] = hue
    return dabs


def _powers(size: int) -> NDArray[np.int64]:
    return BASE ** np.arange(size - 1, -1, -1, dtype=np.int64)


def write(words: str, dabs: Plane, names: list[str], width: int, height: int) -> str:
    """The whole text; within a colour the largest dabs come first."""
    dabs = ordered(dabs)
    tokens = _encode(dabs)
    belongs = _nearest_hue(dabs, names)
    area = np.exp(dabs[:, LONG] + dabs[:, SHORT])
    weight = np.bincount(belongs, area, minlength=len(names))
    lines = [words.strip(), f"Dabs {width}x{height} by {TOKEN_LENGTH}:"]
    for number in np.argsort(-weight, kind="stable"):
        members = np.flatnonzero(belongs == number)
        if len(members):
            largest_first: list[int] = members[np.argsort(-area[members], kind="stable")].tolist()
            lines.append(f"{names[number]}: {_together([tokens[i] for i in largest_first])}")
    return "\n".join(lines)


def _together(tokens: list[str]) -> str:
    runs = ("".join(tokens[i : i + _TOGETHER]) for i in range(0, len(tokens), _TOGETHER))
    return " ".join(runs)


def ordered(dabs: Plane) -> Plane:
    """The same dabs with the long axis first and the tilt within half a turn."""
    dabs = dabs.copy()
    turned = dabs[:, SHORT] > dabs[:, LONG]
    dabs[turned, LONG], dabs[turned, SHORT] = dabs[turned, SHORT], dabs[turned, LONG]
    dabs[turned, TILT] += np.pi / 2
    dabs[:, TILT] %= np.pi
    return dabs


def rounded(dabs: Plane, names: list[str]) -> Plane:
    """The dabs as they will be read back from the text."""
    whole = _whole(ordered(dabs))
    return _dabs(whole, TOKEN_LENGTH, _hues(names)[_nearest_hue(dabs, names)])


def _whole(dabs: Plane) -> NDArray[np.int64]:
    """Columns as whole steps: x, y, long, short, tilt, light (m, 6)."""
    dabs = np.nan_to_num(dabs, nan=0.0, posinf=1.0, neginf=-1.0)
    x, y, long, short, tilt, light = _STEPS[TOKEN_LENGTH]
    sizes = (dabs[:, LONG : SHORT + 1] - SMALLEST) / (LARGEST - SMALLEST)
    shares = np.column_stack([dabs[:, X : Y + 1], sizes, dabs[:, LIGHT]])
    most = np.array([x, y, long, short, light]) - 1
    steps = np.clip(np.rint(shares * most), 0, most).astype(np.int64)
    turned = np.rint(dabs[:, TILT] / np.pi * tilt).astype(np.int64) % tilt
    return np.insert(steps, 4, turned, axis=1)


def _encode(dabs: Plane) -> list[str]:
    number = np.zeros(len(dabs), np.int64)
    for steps, column in zip(_STEPS[TOKEN_LENGTH], _whole(dabs).T, strict=True):
        number = number * steps + column
    digits = number[:, None] // _powers(TOKEN_LENGTH) % BASE
    return ["".join(DIGITS[digit] for digit in row) for row in digits.tolist()]


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


def _hues(names: list[str]) -> Plane:
    values = colours.lab_values()
    return values[[colours.names().index(name) for name in names], 1:]


def _nearest_hue(dabs: Plane, names: list[str]) -> NDArray[np.intp]:
    return _nearest_centre(dabs[:, COLOUR][:, 1:], _hues(names))
