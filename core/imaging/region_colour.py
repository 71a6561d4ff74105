"""How much of a named region has a colour: by hue, strength and lightness (HSV), not by opinion."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.domain.answers import Box
from core.imaging import codec
from core.imaging.regions import masked
from core.imaging.results import ColourShare

LONGEST = 256  # pixels a side that are looked at


@dataclass(frozen=True, slots=True)
class ColourRange:
    """Hue in degrees from, to (past 360 where it wraps); strength and lightness 0-1."""

    hue: tuple[int, int]
    strength: tuple[float, float]
    light: tuple[float, float]

    def wider(self) -> "ColourRange":
        (a, b), (c, d), (e, f) = self.hue, self.strength, self.light
        return ColourRange((a - 25, b + 25), (c - 0.2, d + 0.2), (e - 0.2, f + 0.2))


STRONG, LIT, ANY = (0.35, 1.0), (0.25, 1.0), (0, 360)
COLOURS: Mapping[str, ColourRange] = MappingProxyType(
    {
        "red": ColourRange((345, 375), STRONG, LIT),
        "orange": ColourRange((16, 42), STRONG, (0.6, 1.0)),
        "yellow": ColourRange((43, 70), STRONG, (0.5, 1.0)),
        "green": ColourRange((75, 165), STRONG, LIT),
        "blue": ColourRange((190, 255), STRONG, LIT),
        "purple": ColourRange((256, 300), STRONG, LIT),
        "pink": ColourRange((301, 350), (0.2, 0.8), (0.6, 1.0)),
        "brown": ColourRange((12, 45), (0.3, 1.0), (0.15, 0.6)),
        "white": ColourRange(ANY, (0.0, 0.1), (0.88, 1.0)),
        "black": ColourRange(ANY, (0.0, 1.0), (0.0, 0.18)),
        "grey": ColourRange(ANY, (0.0, 0.1), (0.28, 0.78)),
    }
)


def shares(data: bytes, region: str, colour: str) -> ColourShare:
    """Of a region in words. Raises BadRequest where it can't be told, BadImage where it is too small."""
    small = codec.fit(data, LONGEST)
    mask = masked(region, small)
    with Image.open(io.BytesIO(mask.data)) as opened:
        inside = np.asarray(opened.convert("L")) > 127
    with Image.open(io.BytesIO(small)) as opened:
        hsv = np.asarray(opened.convert("HSV"), np.float32)[inside] / np.float32(255)
    by_name = {name: _share(hsv, bounds) for name, bounds in COLOURS.items()}
    most = max(by_name, key=lambda name: by_name[name])
    return ColourShare(
        surely=by_name[colour],
        perhaps=_share(hsv, COLOURS[colour].wider()),
        most=most if by_name[most] >= 0.5 else "",
        box=_box(inside),
    )


def _share(hsv: NDArray[np.floating], bounds: ColourRange) -> float:
    low, high = bounds.hue
    hue = (hsv[:, 0] * 360 - low) % 360 <= high - low
    kept = hue | (high - low >= 360)
    for plane, (least, most) in ((hsv[:, 1], bounds.strength), (hsv[:, 2], bounds.light)):
        kept &= (plane >= least) & (plane <= most)
    return float(kept.mean())


def _box(inside: NDArray[np.bool_]) -> Box | None:
    """Where the region is; None where it goes around the rest."""
    ys, xs = np.nonzero(inside)
    height, width = inside.shape
    top, bottom, left, right = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
    if inside[top:bottom, left:right].mean() < 1:
        return None
    return Box(
        float(left / width),
        float(top / height),
        float((right - left) / width),
        float((bottom - top) / height),
    )
