"""Forty orderings anybody would give: of two changed copies, which is nearer to the picture?

Written down after the score was made and never used to adjust it: `tests/unit/offline` holds it to
nine in ten of them, `make bench` compares it with other measures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import cv2
import numpy as np

from adapters.models.offline import engine
from adapters.models.offline.raster import Pixels, Plane

Change = Callable[[Pixels, Pixels], Pixels]


@dataclass(frozen=True, slots=True)
class Ordering:
    """`nearer` and `farther` make changed copies of a picture, given another picture as well."""

    name: str
    nearer: Change
    farther: Change


def _blur(picture: Pixels, _: Pixels, share: float) -> Pixels:
    return cv2.GaussianBlur(picture, (0, 0), share * max(picture.shape)).astype(np.uint8)


def _noise(picture: Pixels, _: Pixels, strength: float) -> Pixels:
    random = np.random.default_rng(3)
    return _clipped(picture + random.normal(0, 255 * strength, picture.shape))


def _jpeg(picture: Pixels, _: Pixels, quality: int) -> Pixels:
    _done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _moved(
    picture: Pixels, _: Pixels, *, shift: float = 0, turn: float = 0, zoom: float = 1
) -> Pixels:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, zoom)
    matrix[0, 2] += shift * width
    moved = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)
    return np.asarray(moved, np.uint8)


def _light(
    picture: Pixels, _: Pixels, *, gain: float = 1, contrast: float = 1, cast: float = 0
) -> Pixels:
    lit = (picture * gain - 128.0) * contrast + 128.0 + np.array([cast, 0, -cast]) * 255
    return _clipped(lit)


def _hue(picture: Pixels, _: Pixels, *, turn: float = 0, strength: float = 1) -> Pixels:
    """Hues turned by degrees, colourfulness multiplied; lightness stays."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    angle = np.deg2rad(turn)
    a, b = lab[..., 1].copy(), lab[..., 2].copy()
    lab[..., 1] = strength * (a * np.cos(angle) - b * np.sin(angle))
    lab[..., 2] = strength * (a * np.sin(angle) + b * np.cos(angle))
    return _clipped(np.asarray(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)) * 255)


def _posters(picture: Pixels, _: Pixels, levels: int) -> Pixels:
    step = 256 / levels
    return _clipped((np.floor(picture / step) + 0.5) * step)


def _blocks(picture: Pixels, _: Pixels, across: int) -> Pixels:
    height, width = picture.shape[:2]
    size = (across, max(1, across * height // width))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _covered(picture: Pixels, _: Pixels, share: float) -> Pixels:
    """A grey card of that share of the area over the middle."""
    covered = picture.copy()
    height, width = picture.shape[:2]
    half_y, half_x = (round(side * share**0.5 / 2) for side in (height, width))
    covered[
        height // 2 - half_y : height // 2 + half_y, width // 2 - half_x : width // 2 + half_x
    ] = 128
    return covered


def _waves(picture: Pixels, _: Pixels, amount: float) -> Pixels:
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    reach = amount * width
    across = x + reach * np.sin(y / height * 9)
    down = y + reach * np.cos(x / width * 8)
    return np.asarray(
        cv2.remap(picture, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.uint8
    )


def _shuffled(picture: Pixels, _: Pixels, tiles: int) -> Pixels:
    height, width = (side // tiles for side in picture.shape[:2])
    order = np.random.default_rng(5).permutation(tiles * tiles)
    if (order == np.arange(tiles * tiles)).any():
        order = np.roll(np.arange(tiles * tiles), 1)
    mixed = picture.copy()
    for place, source in enumerate(order):
        y, x = divmod(place, tiles)
        v, u = divmod(int(source), tiles)
        mixed[y * height : (y + 1) * height, x * width : (x + 1) * width] = picture[
            v * height : (v + 1) * height, u * width : (u + 1) * width
        ]
    return mixed


def _mirrored(picture: Pixels, _: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[:, ::-1])


def _upside_down(picture: Pixels, _: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[::-1])


def _flat(picture: Pixels, _: Pixels) -> Pixels:
    return np.broadcast_to(picture.mean((0, 1)), picture.shape).astype(np.uint8)


def _other(picture: Pixels, other: Pixels) -> Pixels:
    return np.asarray(cv2.resize(other, picture.shape[1::-1]), np.uint8)


def _described(picture: Pixels, _: Pixels, length: int) -> Pixels:
    text = engine.describe(picture, limit=length, length=length)
    return engine.paint(text, picture.shape[1], picture.shape[0], plain=True)


def _clipped(plane: Plane) -> Pixels:
    return np.asarray(np.clip(plane + 0.5, 0, 255), np.uint8)


def _of(name: str, nearer: Change, farther: Change) -> Ordering:
    return Ordering(name, nearer, farther)


_p = partial
ORDERINGS: Final = (
    _of("compression, blocks", _p(_jpeg, quality=40), _p(_blocks, across=24)),
    _of("strong compression, other hues", _p(_jpeg, quality=15), _p(_hue, turn=140)),
    _of("moved aside, mirrored", _p(_moved, shift=0.03), _mirrored),
    _of("a little darker", _p(_light, gain=0.88), _p(_light, gain=0.4)),
    _of("paler, without colour", _p(_hue, strength=0.7), _p(_hue, strength=0)),
    _of("without colour, another picture", _p(_hue, strength=0), _other),
    _of("smaller card over it", _p(_covered, share=0.03), _p(_covered, share=0.5)),
    _of("blur, shuffled", _p(_blur, share=0.006), _p(_shuffled, tiles=2)),
    _of("turned, upside down", _p(_moved, turn=3), _upside_down),
    _of("strong blur, one colour", _p(_blur, share=0.018), _flat),
    _of("coarse blocks, one colour", _p(_blocks, across=16), _flat),
    _of("moved aside, one colour", _p(_moved, shift=0.04), _flat),
    _of("turned, shuffled", _p(_moved, turn=4), _p(_shuffled, tiles=4)),
    _of("mirrored, another picture", _mirrored, _other),
    _of("waves, mirrored", _p(_waves, amount=0.006), _mirrored),
    _of("blur, shuffled small", _p(_blur, share=0.012), _p(_shuffled, tiles=4)),
    _of("without colour, shuffled", _p(_hue, strength=0), _p(_shuffled, tiles=3)),
    _of("longer description", _p(_described, length=3000), _p(_described, length=700)),
    _of("short description, one colour", _p(_described, length=900), _flat),
    _of("short description, another picture", _p(_described, length=900), _other),
    _of("few levels, one colour", _p(_posters, levels=5), _flat),
    _of("compression, noise", _p(_jpeg, quality=60), _p(_noise, strength=0.2)),
    _of("cast, other hues", _p(_light, cast=0.05), _p(_hue, turn=180)),
    _of("moved aside, card over it", _p(_moved, shift=0.02), _p(_covered, share=0.35)),
    _of("moved aside, strong blur", _p(_moved, shift=0.03), _p(_blur, share=0.02)),
    _of("turned, coarse blocks", _p(_moved, turn=3), _p(_blocks, across=20)),
    _of("nearer, strong blur", _p(_moved, zoom=1.08), _p(_blur, share=0.02)),
    _of("brighter, coarse blocks", _p(_light, gain=1.25), _p(_blocks, across=24)),
    _of("darker, strong blur", _p(_light, gain=0.7), _p(_blur, share=0.02)),
    _of("weaker contrast, coarse blocks", _p(_light, contrast=0.6), _p(_blocks, across=24)),
    _of("cast, strong blur", _p(_light, cast=0.12), _p(_blur, share=0.015)),
    _of("waves, coarse blocks", _p(_waves, amount=0.01), _p(_blocks, across=16)),
    _of("noise, strong blur", _p(_noise, strength=0.1), _p(_blur, share=0.02)),
    _of("moved far aside, one colour", _p(_moved, shift=0.1), _flat),
    _of("turned far, one colour", _p(_moved, turn=15), _flat),
    _of("brighter, card over it", _p(_light, gain=1.3), _p(_covered, share=0.35)),
    _of("paler, shuffled", _p(_hue, strength=0.4), _p(_shuffled, tiles=2)),
    _of("few levels, shuffled", _p(_posters, levels=5), _p(_shuffled, tiles=3)),
    _of("nearer, shuffled", _p(_moved, zoom=1.25), _p(_shuffled, tiles=4)),
    _of("mirrored, one colour", _mirrored, _flat),
)


def agreed(measure: Callable[[Pixels, Pixels], float], pictures: Sequence[Pixels]) -> list[str]:
    """The names of the orderings that a measure (more = nearer) agrees with; pictures take turns."""
    found: list[str] = []
    for number, ordering in enumerate(ORDERINGS):
        picture = pictures[number % len(pictures)]
        other = pictures[(number + 1) % len(pictures)]
        nearer, farther = ordering.nearer(picture, other), ordering.farther(picture, other)
        if measure(picture, nearer) > measure(picture, farther):
            found.append(ordering.name)
    return found
