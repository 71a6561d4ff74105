"""A region in words → its mask. Runs in the pool."""

from typing import Final

import numpy as np

from core.imaging import codec
from core.imaging.mask import Plane, made
from core.imaging.region_words import Region, known
from core.imaging.results import Mask
from core.imaging.subject import cut_out

BORDER: Final = 0.12  # of the shorter side


def masked(words: str, picture: bytes) -> Mask:
    """The mask of a region of this picture. Raises BadRequest with a sentence where the words name
    none or the subject can't be told; BadImage where the part is too small."""
    region = known(words)
    pixels = codec.rgb(picture)
    match region.kind:
        case "subject":
            return made(cut_out(pixels))
        case "background":
            return made(255 - cut_out(pixels))
        case "border":
            return made(_border(pixels.shape[1], pixels.shape[0]))
        case "part":
            return made(_part(region, pixels.shape[1], pixels.shape[0]))


def _border(width: int, height: int) -> Plane:
    thick = max(1, round(BORDER * min(width, height)))
    plane = np.full((height, width), 255, np.uint8)
    plane[thick : height - thick, thick : width - thick] = 0
    return plane


def _part(region: Region, width: int, height: int) -> Plane:
    plane = np.zeros((height, width), np.uint8)
    x = _span(region.across, region.deep, width)
    y = _span(region.down, region.deep, height)
    plane[y, x] = 255
    return plane


def _span(where: str, deep: float, length: int) -> slice:
    size = max(1, round(deep * length))
    match where:
        case "left" | "top":
            return slice(0, size)
        case "right" | "bottom":
            return slice(length - size, length)
        case "middle":
            start = (length - size) // 2
            return slice(start, start + size)
        case _:
            return slice(0, length)
