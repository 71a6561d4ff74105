"""How far two pictures show the same thing, from 0 to 100: for painters that paint anew from words.

`similarity` asks whether the pixels are where they were. A faithful repainting moves, zooms, crops
or mirrors what it shows and keeps none of them, yet a mosaic or a blur of the reference does. Here
the picture is first laid over the reference (mirrored or not, zoomed, shifted; free of charge), then
two things are compared where they overlap: where edges run and which way, without regard to their
sign (histograms of oriented gradients, Dalal and Triggs 2005; a blur loses edges, a mosaic turns
them upright), and the colour of each region of the reference, a cast over all of it discounted.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Plane: TypeAlias = NDArray[Any]

_LONG_SIDE: Final = 288
_CELL: Final = 8  # pixels; what moves within a cell has not moved
_WAYS: Final = 6  # directions an edge may run
_SIGMAS: Final = (1.0, 2.0)
_ROUGHLY: Final = 0.8  # the same at half the size, where the place is looked for
_ZOOMS: Final = (0.7, 0.8, 0.87, 0.93, 1.0, 1.075, 1.15, 1.25, 1.4)
_REACH: Final = 5  # a shift of up to a fifth of the side is looked for
_FLOOR: Final = 0.12  # unrelated photographs agree this much by chance
_EDGE_SHARE: Final = 0.75
_ENOUGH_EDGES: Final = 0.4  # below it, like colours alone count for less
_REGIONS: Final = 14
_REGION_CELLS: Final = 40
_UNLIKE: Final = 22.0  # Lab distance of two colours that share little
_CAST: Final = 20.0
_FLAT: Final = 1.0  # of 100 steps of lightness


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The score (0-100), its parts (0-1 each), and how the picture was laid over the reference."""

    score: float
    edges: float
    colour: float
    zoom: float = 1.0
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """How a picture lies over the reference: zoom, shift in pixels, mirrored; how well it fits."""

    zoom: float = 1.0
    across: float = 0.0
    down: float = 0.0
    mirrored: bool = False
    fit: float = -np.inf


def resemble(reference: Pixels, image: Pixels) -> Resemblance:
    """Compare two RGB pictures of shape (h, w, 3); sizes and aspect ratios may differ.

    Deterministic, about a tenth of a second. Raises ValueError for anything that is not a picture
    of that shape.
    """
    for pixels in (reference, image):
        if pixels.ndim != 3 or pixels.shape[2] != 3 or min(pixels.shape[:2]) < 1:
            raise ValueError(f"a picture has the shape (height, width, 3), not {pixels.shape}")
    first, second = _small_lab(reference), _small_lab(image)
    place = _registered(first, second)
    laid, seen = _laid(second, first.shape[0], first.shape[1], place)
    edges = _edges(first[..., 0], laid[..., 0], seen * _inside(*seen.shape))
    colour = _colours(first, laid, seen)
    if max(float(np.ptp(lab[..., 0])) for lab in (first, second)) < _FLAT:
        edges = colour  # two pictures without an edge differ in nothing else
    share = _EDGE_SHARE * edges + (1 - _EDGE_SHARE) * colour * min(1.0, edges / _ENOUGH_EDGES)
    return Resemblance(100.0 * share, edges, colour, place.zoom, place.mirrored)


def _small_lab(pixels: Pixels) -> Plane:
    height, width = pixels.shape[:2]
    factor = _LONG_SIDE / max(height, width)
    # whole cells, so that a cell is a mean of whole pixels
    size = tuple(max(2, round(side * factor / _CELL)) * _CELL for side in (width, height))
    small = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2Lab)


def _laid(picture: Plane, height: int, width: int, place: _Place) -> tuple[Plane, Plane]:
    """The picture over a frame of that size, and where it covers it (0-1)."""
    if place.mirrored:
        picture = picture[:, ::-1]
    own_height, own_width = picture.shape[:2]
    factor = place.zoom * max(height / own_height, width / own_width)
    left = (width - factor * own_width) / 2 + place.across
    top = (height - factor * own_height) / 2 + place.down
    matrix = np.array([[factor, 0, left], [0, factor, top]], np.float64)
    laid: Plane = cv2.warpAffine(
        np.ascontiguousarray(picture), matrix, (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    whole = np.ones((own_height, own_width), np.float32)
    seen: Plane = cv2.warpAffine(whole, matrix, (width, height))
    return laid, seen


def _inside(height: int, width: int) -> Plane:
    """Weights (h, w) that leave out a painter's frame or paper edge."""
    sides: list[Plane] = []
    for length in (height, width):
        along = (np.arange(length) + 0.5) / length
        sides.append(np.clip(0.1 + 7.5 * np.minimum(along, 1 - along), 0, 1))
    return (sides[0][:, None] * sides[1][None]).astype(np.float32)


def _strokes(light: Plane, sigma: float) -> Plane:
    """How strongly edges run in each direction (h, w, ways), whichever side is the lighter."""
    soft = cv2.GaussianBlur(light, (0, 0), sigma)
    across = cv2.Sobel(soft, -1, 1, 0, scale=0.125 * sigma)
    down = cv2.Sobel(soft, -1, 0, 1, scale=0.125 * sigma)
    strength = np.hypot(across, down)
    way = np.mod(np.arctan2(down, across), np.pi) / np.pi * _WAYS
    apart = np.abs(np.mod(way[..., None] - np.arange(_WAYS) + _WAYS / 2, _WAYS) - _WAYS / 2)
    return (strength[..., None] * np.clip(1 - apart, 0, 1)).astype(np.float32)


def _cells(plane: Plane, side: int = _CELL) -> Plane:
    rows, columns = plane.shape[0] // side, plane.shape[1] // side
    return plane.reshape(rows, side, columns, side, -1).mean((1, 3))


def _pattern(strokes: Plane, side: int = _CELL) -> Plane:
    """Strokes by cell (rows, columns, ways): weak edges count too, neighbours have some slack."""
    pattern: Plane = cv2.GaussianBlur(
        np.sqrt(_cells(strokes, side)), (0, 0), 0.8, borderType=cv2.BORDER_REFLECT
    )
    return pattern


def _registered(first: Plane, second: Plane) -> _Place:
    """Where the second picture's edges fit the first's best."""
    light, other = (_halved(lab[..., 0]) for lab in (first, second))
    height, width = light.shape
    pattern = _pattern(_strokes(light, _ROUGHLY), _CELL // 2)
    pattern = pattern - pattern.mean((0, 1))
    best = _Place()
    for mirrored in (False, True):
        for zoom in _ZOOMS:
            laid, _ = _laid(other, height, width, _Place(zoom, mirrored=mirrored))
            strokes = _strokes(laid, _ROUGHLY)
            down, across, fit = _shift(pattern, _pattern(strokes, _CELL // 2))
            # ever so little against moving: of two that fit alike the nearer one
            fit -= 0.15 * abs(float(np.log(zoom))) + 0.03 * mirrored
            if fit > best.fit:
                best = _Place(zoom, across * width * 2, down * height * 2, mirrored, fit)
    return best


def _halved(light: Plane) -> Plane:
    half: Plane = cv2.resize(light, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return half


def _shift(pattern: Plane, other: Plane) -> tuple[float, float, float]:
    """Down, across (shares of the sides) and fit of the best shift of one pattern over another."""
    rows, columns = other.shape[:2]
    top, left = rows // _REACH, columns // _REACH
    core = other[top : rows - top, left : columns - left]
    core = core - core.mean((0, 1))
    fits = np.float32(0)
    energy = np.float32(1e-9)
    flat = np.ones(core.shape[:2], np.float32)
    for way in range(_WAYS):
        plane = np.ascontiguousarray(pattern[..., way])
        part = np.ascontiguousarray(core[..., way])
        fits = fits + cv2.matchTemplate(plane, part, cv2.TM_CCORR)
        energy = energy + cv2.matchTemplate(plane * plane, flat, cv2.TM_CCORR)
    fits = fits / np.sqrt(np.maximum(energy, 1e-9) * float((core * core).sum()) + 1e-9)
    y, x = np.ogrid[: fits.shape[0], : fits.shape[1]]
    down, across = (y - top) / rows, (x - left) / columns
    fits = fits - 0.3 * np.hypot(down, across)
    row, column = divmod(int(np.argmax(fits)), fits.shape[1])
    return float(down[row, 0]), float(across[0, column]), float(fits[row, column])


def _edges(first: Plane, second: Plane, weight: Plane) -> float:
    """How far the edges agree, 0-1: in place and direction, and that there are as many."""
    weight = weight / max(float(weight.sum()), 1e-9)
    agreeing, kept = 0.0, 0.0
    for sigma in _SIGMAS:
        a, b = _strokes(first, sigma), _strokes(second, sigma)
        agreeing += _correlation(_pattern(a), _pattern(b), _cells(weight)[..., 0])
        lines = [_edge_strength(*pair, weight) for pair in ((a, first), (b, second))]
        kept += min(1.0, lines[1] / lines[0]) if lines[0] > 1e-6 else float(lines[1] <= 1e-6)
    value = max(0.0, agreeing / len(_SIGMAS)) * kept / len(_SIGMAS)
    return max(0.0, (value - _FLOOR) / (1 - _FLOOR))


def _edge_strength(strokes: Plane, light: Plane, weight: Plane) -> float:
    """Mean strength of edges for the picture's own contrast."""
    mean = float((weight * light).sum())
    contrast = float(np.sqrt((weight * (light - mean) ** 2).sum()))
    return float((strokes.sum(-1) * weight).sum()) / (contrast + 3.0)


def _correlation(a: Plane, b: Plane, weight: Plane) -> float:
    weight = weight[..., None] / max(float(weight.sum()), 1e-9)
    a = a - (a * weight).sum((0, 1))
    b = b - (b * weight).sum((0, 1))
    both = float((a * a * weight).sum()) * float((b * b * weight).sum())
    if both < 1e-9:  # without an edge on either side there is nothing that could disagree
        return float(abs(a).max() < 1e-3 and abs(b).max() < 1e-3)
    return float((a * b * weight).sum()) / float(np.sqrt(both))


def _colours(first: Plane, second: Plane, seen: Plane) -> float:
    """How alike the colours of the first picture's regions are, 0-1, by area."""
    size = (_REGION_CELLS, _REGION_CELLS)
    a, b, weight = (
        cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in (first, second, seen)
    )
    region = _regions(a)
    area = weight.ravel().astype(np.float64) + 1e-6
    apart = (b - a).reshape(-1, 3) * area[:, None]
    count = int(region.max()) + 1
    total = np.bincount(region, area, minlength=count)
    mean = np.stack([np.bincount(region, apart[:, i], minlength=count) for i in range(3)], -1)
    mean = mean / np.maximum(total, 1e-9)[:, None]
    cast = (mean * total[:, None]).sum(0) / total.sum()
    mean = mean - 0.6 * cast * min(1.0, _CAST / (float(np.linalg.norm(cast)) + 1e-6))
    alike = np.exp(-np.linalg.norm(mean, axis=-1) / _UNLIKE)
    return float((alike * total).sum() / total.sum())


def _regions(lab: Plane) -> NDArray[np.int32]:
    """A region's number for each pixel (n,): what is near in colour and place."""
    height, width = lab.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    points = np.concatenate([lab, np.stack([down, across], -1)], -1).reshape(-1, 5)
    cv2.setRNGSeed(1)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 12, 0.1)
    start = np.zeros((len(points), 1), np.int32)
    found = cv2.kmeans(
        points.astype(np.float32), _REGIONS, start, criteria, 1, cv2.KMEANS_PP_CENTERS
    )[1]
    return np.asarray(found, np.int32).ravel()
