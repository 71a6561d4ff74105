"""How alike two pictures are, from 0 to 100, measured without a model.

Three questions are asked apart, because people ask them apart: is the detail where it was
(structural similarity on four scales, Wang et al. 2004), is the layout the same (a small Lab
thumbnail with a cell of slack), are the colours the same (sliced Wasserstein distance, Rabin et
al. 2012). A picture that is only shifted or gently bent is registered first, at a charge.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Plane: TypeAlias = NDArray[Any]

_LONG_SIDE: Final = 512
_SHORTEST: Final = 32
_PART_WEIGHTS: Final = (0.60, 0.25, 0.15)
_SCALE_WEIGHTS: Final = (0.45, 0.30, 0.15, 0.10)
_FLOOR: Final = 0.15
_STEEPNESS: Final = 1.5
_CHARGE: Final = 2.2
_BEND_LIMIT: Final = 0.06
_MOVE_LIMIT: Final = 0.15
_FLOW_LEAST: Final = 32
_CELLS: Final = 24
_SAMPLES: Final = 40
_C1: Final = np.float32(1e-4)
_C2: Final = np.float32(9e-4)


@dataclass(frozen=True, slots=True)
class Similarity:
    """The score (0-100) and its three parts (0-1 each)."""

    score: float
    detail: float
    layout: float
    colour: float


def measure(reference: Pixels, image: Pixels) -> Similarity:
    """Compare two RGB pictures of shape (h, w, 3); sizes and aspect ratios may differ.

    Raises ValueError for anything that is not a picture of that shape.
    """
    _require_picture(reference)
    _require_picture(image)
    first = _shrink(reference)
    second = _match(_shrink(image), first.shape[0], first.shape[1])
    a, b = _to_lab(first), _to_lab(second)
    detail, layout = _best_registration(a, b)
    colour = _colour(a, b)
    weighted = float(np.dot((detail, layout, colour), _PART_WEIGHTS))
    share = min(1.0, max(0.0, (weighted - _FLOOR) / (1.0 - _FLOOR)))
    return Similarity(100.0 * share**_STEEPNESS, detail, layout, colour)


def _require_picture(pixels: Pixels) -> None:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or min(pixels.shape[:2]) < 1:
        raise ValueError(f"a picture has the shape (height, width, 3), not {pixels.shape}")


def _shrink(pixels: Pixels) -> Plane:
    height, width = pixels.shape[:2]
    factor = _LONG_SIDE / max(height, width)
    size = (max(_SHORTEST, round(width * factor)), max(_SHORTEST, round(height * factor)))
    # halves are exact and ten times as fast as odd factors
    while height // 2 >= size[1] - 1 and width // 2 >= size[0] - 1 and min(height, width) > 2:
        even = pixels[: height // 2 * 2, : width // 2 * 2]
        height, width = height // 2, width // 2
        half = cv2.resize(np.ascontiguousarray(even), (width, height), interpolation=cv2.INTER_AREA)
        pixels = np.asarray(half, np.uint8)
    if abs(width - size[0]) <= 1 and abs(height - size[1]) <= 1:
        return pixels
    return cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)


def _match(pixels: Plane, height: int, width: int) -> Plane:
    """Crop the middle to the other picture's aspect ratio, then scale to its size."""
    have_height, have_width = pixels.shape[:2]
    wanted = width / height
    if have_width / have_height > wanted * 1.02:
        kept = max(1, round(have_height * wanted))
        left = (have_width - kept) // 2
        pixels = pixels[:, left : left + kept]
    elif have_width / have_height < wanted / 1.02:
        kept = max(1, round(have_width / wanted))
        top = (have_height - kept) // 2
        pixels = pixels[top : top + kept]
    if pixels.shape[:2] == (height, width):
        return pixels
    return cv2.resize(np.ascontiguousarray(pixels), (width, height), interpolation=cv2.INTER_AREA)


def _to_lab(pixels: Plane) -> Plane:
    return cv2.cvtColor(pixels.astype(np.float32) / np.float32(255.0), cv2.COLOR_RGB2Lab)


def _best_registration(a: Plane, b: Plane) -> tuple[float, float]:
    """Detail and layout under the registration that serves the picture best."""
    best = (-1.0, 0.0, 0.0)
    reference = _Reference(a)
    for moved, displacement in _registrations(a, b):
        keep = float(np.exp(-_CHARGE * displacement))
        detail = reference.detail(moved[..., 0] / np.float32(100.0)) * keep
        layout = reference.layout(moved) * keep
        value = _PART_WEIGHTS[0] * detail + _PART_WEIGHTS[1] * layout
        best = max(best, (value, detail, layout))
    return best[1], best[2]


def _registrations(a: Plane, b: Plane) -> Iterator[tuple[Plane, float]]:
    """The picture as it is, moved as a whole, and gently bent; each with what it was moved by."""
    yield b, 0.0
    moved, displacement = b, 0.0
    affine = _affine(a[..., 0], b[..., 0])
    if affine is not None:
        across, down, displacement = affine
        moved = _remap(b, across, down)
        yield moved, displacement
    bent, bend = _bend(a[..., 0], moved)
    yield bent, displacement + 2.0 * bend


def _affine(a: Plane, b: Plane) -> tuple[Plane, Plane, float] | None:
    """One affine map by enhanced correlation (Evangelidis and Psarakis 2008), or None."""
    small_a, small_b = (_scaled(p, 0.125) / 100.0 for p in (a, b))
    if min(float(small_a.std()), float(small_b.std())) < 1e-3:
        return None
    warp = np.eye(2, 3, dtype=np.float32)
    try:
        window = cv2.createHanningWindow(small_a.shape[::-1], cv2.CV_32F)
        (dx, dy), _ = cv2.phaseCorrelate(small_a - small_a.mean(), small_b - small_b.mean(), window)
        warp[0, 2] = dx if abs(dx) < 0.2 * small_a.shape[1] else 0.0
        warp[1, 2] = dy if abs(dy) < 0.2 * small_a.shape[0] else 0.0
        criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 25, 1e-4)
        everywhere = np.full(small_a.shape, 255, np.uint8)
        found = cv2.findTransformECC(
            small_a, small_b, warp, cv2.MOTION_AFFINE, criteria, everywhere, 3
        )[1]
    except cv2.error:  # flat or unrelated pictures do not converge: there is no such map
        return None
    m = np.asarray(found, np.float32)
    height, width = a.shape
    y, x = _axes(height, width)
    across = m[0, 0] * x + m[0, 1] * y + m[0, 2] * np.float32(8.0)
    down = m[1, 0] * x + m[1, 1] * y + m[1, 2] * np.float32(8.0)
    displacement = float(np.hypot(across - x, down - y).mean() / max(height, width))
    return (across, down, displacement) if displacement < _MOVE_LIMIT else None


def _bend(a: Plane, b: Plane) -> tuple[Plane, float]:
    """Bend the picture by smoothed, bounded DIS optical flow (Kroeger et al. 2016)."""
    height, width = a.shape
    long_side = max(height, width)
    small_a, small_b = (
        np.clip(_scaled(plane, 0.25) * 2.55, 0, 255).astype(np.uint8) for plane in (a, b[..., 0])
    )
    flow = _flow(small_a, small_b)
    # smoothed and bounded while it is small; its lengths are in pixels of the full size
    flow = cv2.GaussianBlur(flow, (0, 0), long_side * 0.012) * 4.0
    length = np.hypot(flow[..., 0], flow[..., 1])
    limit = np.float32(_BEND_LIMIT * long_side)
    flow = flow * np.minimum(1.0, limit / np.maximum(length, 1e-3))[..., None]
    bend = float(np.minimum(length, limit).mean() / long_side)
    bounded: Plane = cv2.resize(flow, (width, height))
    y, x = _axes(height, width)
    return _remap(b, x + bounded[..., 0], y + bounded[..., 1]), bend


def _flow(a: Plane, b: Plane) -> Plane:
    """Dense optical flow (h, w, 2) between two 8-bit planes. Below one patch of 8 pixels at its
    finest scale, a quarter, OpenCV's method reads beyond its planes: a narrow one is widened."""
    height, width = a.shape
    down, across = (max(0, _FLOW_LEAST - side) for side in a.shape)
    a, b = (cv2.copyMakeBorder(p, 0, down, 0, across, cv2.BORDER_REPLICATE) for p in (a, b))
    method = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    found: Plane = method.calc(a, b, np.zeros((*a.shape, 2), np.float32))
    return found[:height, :width]


def _axes(height: int, width: int) -> tuple[Plane, Plane]:
    """Pixel coordinates as a column (h, 1) and a row (1, w)."""
    return np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)[None]


def _remap(plane: Plane, across: Plane, down: Plane) -> Plane:
    return cv2.remap(
        plane,
        across,
        down,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )


def _scaled(plane: Plane, factor: float) -> Plane:
    return cv2.resize(plane, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


class _Structure:
    """Structural similarity (Wang et al. 2004) to one plane of values 0-1, prepared once."""

    def __init__(self, x: Plane, sigma: float = 1.5) -> None:
        self._x, self._sigma = x, sigma
        self._mean = self._blur(x)
        self._square = self._mean * self._mean
        self._variance = self._blur(x * x) - self._square

    def _blur(self, plane: Plane) -> Plane:
        return cv2.GaussianBlur(plane, (11, 11), self._sigma, borderType=cv2.BORDER_REFLECT)

    def to(self, y: Plane) -> float:
        """Mean SSIM to a plane of the same shape."""
        mean = self._blur(y)
        product, square = self._mean * mean, mean * mean
        variance = self._blur(y * y) - square
        both = self._blur(self._x * y) - product
        above = (2 * product + _C1) * (2 * both + _C2)
        below = (self._square + square + _C1) * (self._variance + variance + _C2)
        return float((above / below).mean())


class _Reference:
    """What of the reference every registration is compared with: four scales, a thumbnail."""

    def __init__(self, lab: Plane) -> None:
        light = lab[..., 0] / np.float32(100.0)
        self._scales: list[_Structure] = []
        for _ in _SCALE_WEIGHTS:
            self._scales.append(_Structure(light))
            light = cv2.pyrDown(light)
        self._thumbnail = _thumbnail(lab)

    def detail(self, light: Plane) -> float:
        """Weighted structural similarity of a lightness plane (0-1) on four scales."""
        values: list[float] = []
        for scale in self._scales:
            values.append(max(0.0, scale.to(light)))
            light = cv2.pyrDown(light)
        return float(np.dot(values, _SCALE_WEIGHTS))

    def layout(self, lab: Plane) -> float:
        """How much alike the thumbnails are (0-1)."""
        return _layout(self._thumbnail, _thumbnail(lab))


def structural_similarity(x: Plane, y: Plane, sigma: float = 1.5) -> float:
    """Mean SSIM of two planes of values 0-1 and the same shape."""
    return _Structure(x, sigma).to(y)


def _thumbnail(lab: Plane) -> Plane:
    return cv2.resize(lab, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)


def _layout(first: Plane, second: Plane) -> float:
    """Thumbnails compared cell by cell with one cell of slack; a cast counts for less than half."""
    cast = (first - second).mean((0, 1))
    second = second + 0.6 * cast * min(1.0, 14.0 / (float(np.linalg.norm(cast)) + 1e-6))
    padded = np.pad(second, ((1, 1), (1, 1), (0, 0)), mode="edge")
    best = np.full((_CELLS, _CELLS), np.inf, np.float32)
    for dy in range(3):
        for dx in range(3):
            apart = np.linalg.norm(first - padded[dy : dy + _CELLS, dx : dx + _CELLS], axis=-1)
            best = np.minimum(best, apart + 1.5 * np.hypot(dx - 1, dy - 1))
    return float(np.exp(-best / 15.0).mean())


def _directions() -> Plane:
    """Twenty-four fixed directions in Lab, spread evenly over the half sphere."""
    index = np.arange(24) + 0.5
    height = 1.0 - index / 24.0
    radius = np.sqrt(1.0 - height * height)
    turn = np.pi * (1.0 + np.sqrt(5.0)) * index
    return np.stack([height, radius * np.cos(turn), radius * np.sin(turn)]).astype(np.float32)


_DIRECTIONS: Final = _directions()


def _colour(a: Plane, b: Plane) -> float:
    """Sliced Wasserstein distance between the two pictures' colours, as 0-1."""
    first, second = (
        cv2.resize(p, (_SAMPLES, _SAMPLES), interpolation=cv2.INTER_AREA).reshape(-1, 3)
        for p in (a, b)
    )
    apart = np.abs(np.sort(first @ _DIRECTIONS, 0) - np.sort(second @ _DIRECTIONS, 0)).mean()
    return float(np.exp(-apart / 9.0))
