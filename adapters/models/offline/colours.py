"""Colour names people can say, with their values: read once from colours.txt (xkcd survey, CC0)."""

from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from adapters.models.offline.raster import Plane, hex_rgb, to_lab

_LIGHT_COUNTS_LESS: Final = np.array([0.6, 1.0, 1.0], np.float32)


@cache
def names() -> tuple[str, ...]:
    """All colour names, in the order of the list."""
    return tuple(_table())


@cache
def lab_values() -> Plane:
    """The names' colours in Lab/100, shape (n, 3)."""
    rgb = np.stack(list(_table().values()))[None]
    values = to_lab(rgb)[0]
    values.setflags(write=False)
    return values


@cache
def number_of(name: str) -> int | None:
    """Where a name stands in the list, None if it is not there."""
    return _numbers().get(name)


def rgb_of(name: str) -> Plane | None:
    """Float RGB (3,) of a name, None if it is not there."""
    return _table().get(name)


def lab_named(name: str) -> Plane | None:
    """Lab/100 (3,) of a name, None if it is not there."""
    number = _numbers().get(name)
    return None if number is None else lab_values()[number]


def nearest_name(lab: Plane) -> str:
    """The name that says best what a Lab/100 colour (3,) looks like."""
    apart = ((lab_values() - lab) ** 2 * _LIGHT_COUNTS_LESS).sum(-1)
    return names()[int(np.argmin(apart))]


@cache
def _table() -> dict[str, Plane]:
    text = files("adapters.models.offline").joinpath("colours.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {name: hex_rgb(code) for name, code in (line.rsplit(" ", 1) for line in lines)}


@cache
def _numbers() -> dict[str, int]:
    return {name: number for number, name in enumerate(_table())}
