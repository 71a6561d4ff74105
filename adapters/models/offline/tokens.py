"""A dab as seven digits in base 62; tokens of before are read.

The number is place, shape, lightness, and how far its hue is from the one it stands under, each in
so many steps. Nothing is spent on what can't be seen: places are within the picture, the long axis
comes first, and the rounder a dab is the fewer tilts it has. All functions take and give dabs
(m, 8) in the units of `mixture`, their hue as the offset from the name's.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.models.offline.mixture import (
    COLUMNS,
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

LENGTH: Final = 7
MARK: Final = "of 7"
OLD_MARKS: Final = {"by 7": 7, "": 8}
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE: Final = len(DIGITS)
# steps of x, y, long, short, tilt and lightness, by the length of a token
_OLD_STEPS: Final = {7: (1000, 1000, 40, 40, 32, 62), 8: (3844, 3844, 62, 62, 62, 62)}
_SIZES: Final = 27
_LIGHTS: Final = 46
HUE_STEP: Final = 0.028
HUE_REACH: Final = 3  # steps to each side, in both directions of hue
_TURNS: Final = 2 * HUE_REACH + 1
_TILTS: Final = (1, 6, 10, 14, 18, 20, 22, 24)  # by how many steps longer than wide; then the last
_VALUE_OF: Final = np.full(128, -1, np.int16)
_VALUE_OF[[ord(digit) for digit in DIGITS]] = np.arange(BASE)

Whole = NDArray[np.int64]


def encode(dabs: Plane, width: int, height: int) -> list[str]:
    """Tokens of dabs whose long axis is the first, in a picture of that format."""
    number = np.zeros(len(dabs), np.int64)
    for column, steps in zip(_whole(dabs, width, height).T, _steps(width, height), strict=True):
        number = number * steps + column
    digits = number[:, None] // _powers(LENGTH) % BASE
    return ["".join(DIGITS[digit] for digit in row) for row in digits.tolist()]


def decode(tokens: Sequence[str], mark: str, width: int, height: int) -> Plane:
    """Dabs of tokens that the mark of a text says to be of this kind or one of before."""
    size = OLD_MARKS.get(mark, LENGTH)
    digits = _VALUE_OF[np.frombuffer("".join(tokens).encode("ascii"), np.uint8)]
    number = digits.reshape(-1, size).astype(np.int64) @ _powers(size)
    if mark in OLD_MARKS:
        return _decoded_before(number, size)
    return _dabs(_divided(number, _steps(width, height)), width, height)


def rounded(dabs: Plane, width: int, height: int) -> Plane:
    """Dabs, the long axis first, as they will be read."""
    return _dabs(_whole(dabs, width, height), width, height)


def hue_steps(away: Plane) -> Plane:
    """The offsets (..., 2) nearest to these that a token can say, in whole steps."""
    return np.clip(np.rint(away / HUE_STEP), -HUE_REACH, HUE_REACH)


def _steps(width: int, height: int) -> tuple[int, ...]:
    """How many there are of each: across, down, shapes, lights, hues."""
    return (*_grid(width, height), len(_shapes()[0]), _LIGHTS, _TURNS, _TURNS)


def _divided(number: Whole, steps: Sequence[int]) -> Whole:
    whole = np.empty((len(number), len(steps)), np.int64)
    for column in reversed(range(len(steps))):
        number, whole[:, column] = np.divmod(number, steps[column])
    return whole


def _whole(dabs: Plane, width: int, height: int) -> Whole:
    """Steps of place, shape and lightness: across, down, number of the shape, light, hues (m, 6)."""
    dabs = np.nan_to_num(dabs, nan=0.0, posinf=1.0, neginf=-1.0)
    steps = np.array(_grid(width, height))
    reach = np.array([width, height]) / max(width, height)
    places = np.clip(np.floor(dabs[:, X : Y + 1] / reach * steps), 0, steps - 1)
    sizes = (dabs[:, LONG : SHORT + 1] - SMALLEST) / (LARGEST - SMALLEST)
    long, short = np.clip(np.rint(sizes * (_SIZES - 1)), 0, _SIZES - 1).astype(np.int64).T
    short = np.minimum(long, short)
    tilts = _tilts()[long - short]
    turned = np.rint(dabs[:, TILT] / np.pi * tilts).astype(np.int64) % tilts
    lights = np.clip(np.rint(dabs[:, LIGHT] * (_LIGHTS - 1)), 0, _LIGHTS - 1)
    shapes = _first_shape()[long, short] + turned
    hues = hue_steps(dabs[:, LIGHT + 1 :]) + HUE_REACH
    return np.column_stack([places, shapes, lights, hues]).astype(np.int64)


def _dabs(whole: Whole, width: int, height: int) -> Plane:
    steps = np.array(_grid(width, height))
    reach = np.array([width, height]) / max(width, height)
    long, short, tilt = _shapes()
    dabs = np.zeros((len(whole), COLUMNS), np.float32)
    dabs[:, X : Y + 1] = (np.minimum(whole[:, :2], steps - 1) + 0.5) / steps * reach
    dabs[:, LONG] = long[whole[:, 2]]
    dabs[:, SHORT] = short[whole[:, 2]]
    dabs[:, TILT] = tilt[whole[:, 2]]
    dabs[:, LIGHT] = whole[:, 3] / (_LIGHTS - 1)
    dabs[:, LIGHT + 1 :] = (whole[:, 4:] - HUE_REACH) * HUE_STEP
    return dabs


@cache
def _grid(width: int, height: int) -> tuple[int, int]:
    """How many places across and down: all that the digits leave, in the picture's format."""
    places = BASE**LENGTH // (len(_shapes()[0]) * _LIGHTS * _TURNS * _TURNS)
    across = round((places * width / height) ** 0.5)
    across = min(max(1, across), places)
    return across, max(1, places // across)


@cache
def _tilts() -> Whole:
    """How many tilts a dab has that is so many steps longer than wide."""
    return np.array([_TILTS[min(n, len(_TILTS) - 1)] for n in range(_SIZES)], np.int64)


@cache
def _first_shape() -> Whole:
    """The number of the first shape (long, short), where long >= short."""
    first = np.zeros((_SIZES, _SIZES), np.int64)
    number = 0
    for long in range(_SIZES):
        for short in range(long + 1):
            first[long, short] = number
            number += int(_tilts()[long - short])
    return first


@cache
def _shapes() -> tuple[Plane, Plane, Plane]:
    """Log sizes and tilt of every shape, by its number."""
    rows = [
        (long, short, np.pi * turn / int(_tilts()[long - short]))
        for long in range(_SIZES)
        for short in range(long + 1)
        for turn in range(int(_tilts()[long - short]))
    ]
    long, short, tilt = np.array(rows, np.float64).T
    step = (LARGEST - SMALLEST) / (_SIZES - 1)
    return SMALLEST + long * step, SMALLEST + short * step, tilt


def _decoded_before(number: Whole, size: int) -> Plane:
    steps = np.array(_OLD_STEPS[size])
    whole = _divided(number, _OLD_STEPS[size])
    share = whole.astype(np.float32) / (steps.astype(np.float32) - 1)
    dabs = np.zeros((len(whole), COLUMNS), np.float32)
    dabs[:, X : Y + 1] = share[:, :2]
    dabs[:, LONG : SHORT + 1] = SMALLEST + share[:, 2:4] * (LARGEST - SMALLEST)
    dabs[:, TILT] = whole[:, 4] * np.pi / np.float32(steps[4])
    dabs[:, LIGHT] = share[:, 5]
    return dabs


def _powers(size: int) -> Whole:
    return BASE ** np.arange(size - 1, -1, -1, dtype=np.int64)
