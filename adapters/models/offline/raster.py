"""OpenCV behind typed names: planes are float32, colours 0-1, Lab is CIE Lab divided by 100."""

from typing import Any, Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Plane: TypeAlias = NDArray[Any]

LUMA: Final = np.array([0.299, 0.587, 0.114], np.float32)
_BROAD: Final = 6.0
_LAB_SCALE: Final = np.float32(100.0)


def to_float(pixels: Pixels) -> Plane:
    """uint8 RGB (h, w, 3) to float32 0-1."""
    return pixels.astype(np.float32) / np.float32(255.0)


def to_pixels(plane: Plane) -> Pixels:
    """Float 0-1 to uint8, rounded and clipped; NaN becomes black."""
    return (np.nan_to_num(np.clip(plane, 0, 1)) * 255.0 + 0.5).astype(np.uint8)


def to_lab(plane: Plane) -> Plane:
    """Float RGB 0-1 (h, w, 3) to Lab/100."""
    lab: Plane = cv2.cvtColor(np.ascontiguousarray(plane, np.float32), cv2.COLOR_RGB2Lab)
    return lab / _LAB_SCALE


def to_rgb(lab: Plane) -> Plane:
    """Lab/100 (h, w, 3) to float RGB 0-1, clipped to the gamut."""
    scaled = np.ascontiguousarray(lab * _LAB_SCALE, np.float32)
    rgb: Plane = cv2.cvtColor(scaled, cv2.COLOR_Lab2RGB)
    return np.clip(rgb, 0, 1)


def hex_rgb(code: str) -> Plane:
    """'#rrggbb' to float RGB of shape (3,)."""
    digits = code.lstrip("#")
    return np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)], np.float32) / 255.0


def lab_of(rgb: Plane) -> Plane:
    """One float RGB colour (3,) to Lab/100 (3,)."""
    return to_lab(np.asarray(rgb, np.float32).reshape(1, 1, 3))[0, 0]


def luma(plane: Plane) -> Plane:
    """Brightness 0-1 of a float RGB picture."""
    return plane @ LUMA


def resize(plane: Plane, width: int, height: int) -> Plane:
    """Scale by area when shrinking, cubic when growing."""
    smaller = width * height < plane.shape[0] * plane.shape[1]
    method = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    scaled: Plane = cv2.resize(np.ascontiguousarray(plane), (width, height), interpolation=method)
    return scaled


def resize_nearest(plane: Plane, width: int, height: int) -> Plane:
    """Scale with hard edges."""
    scaled: Plane = cv2.resize(plane, (width, height), interpolation=cv2.INTER_NEAREST)
    return scaled


def fit(plane: Plane, long_side: int) -> Plane:
    """Scale so that the long side has that many pixels."""
    height, width = plane.shape[:2]
    factor = long_side / max(height, width)
    return resize(plane, max(1, round(width * factor)), max(1, round(height * factor)))


def blur(plane: Plane, sigma: float, sigma_down: float = 0.0) -> Plane:
    """Gaussian blur; `sigma_down` differs for a directed blur."""
    blurred: Plane = cv2.GaussianBlur(
        np.ascontiguousarray(plane, np.float32),
        (0, 0),
        max(0.3, sigma),
        sigmaY=sigma_down,
        borderType=cv2.BORDER_REFLECT,
    )
    return blurred


def blur_broadly(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur for a large sigma (pixels), done on a small copy."""
    height, width = plane.shape[:2]
    factor = min(1.0, _BROAD / max(sigma, 1e-3))
    small = max(1, round(width * factor)), max(1, round(height * factor))
    if factor == 1.0 or min(small) < _BROAD:
        return blur(plane, sigma)
    grown: Plane = cv2.resize(
        blur(resize(plane, *small), sigma * factor), (width, height), interpolation=cv2.INTER_LINEAR
    )
    return grown


def gradient(plane: Plane) -> tuple[Plane, Plane]:
    """Sobel derivatives across and down of a single plane."""
    source = np.ascontiguousarray(plane, np.float32)
    across: Plane = cv2.Sobel(source, -1, 1, 0, scale=0.25)
    down: Plane = cv2.Sobel(source, -1, 0, 1, scale=0.25)
    return across, down


def edge_strength(plane: Plane, sigma: float = 1.2) -> Plane:
    """Length of the brightness gradient of a float RGB picture."""
    across, down = gradient(blur(luma(plane), sigma))
    return np.hypot(across, down)


def flatten(plane: Plane, sigma_colour: float, sigma_space: float, times: int = 1) -> Plane:
    """Bilateral filter (Tomasi and Manduchi 1998), repeated; edges stay, texture goes."""
    flat = np.ascontiguousarray(plane, np.float32)
    window = min(15, max(3, 2 * round(sigma_space) + 1))
    for _ in range(times):
        flat = np.asarray(cv2.bilateralFilter(flat, window, sigma_colour, sigma_space), np.float32)
    return flat


def remap(plane: Plane, across: Plane, down: Plane) -> Plane:
    """Look every pixel up at the given float coordinates; the border is mirrored."""
    moved: Plane = cv2.remap(
        np.ascontiguousarray(plane, np.float32),
        across.astype(np.float32),
        down.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    return moved


def clusters(lab: Plane, count: int, seed: int) -> Plane:
    """k-means centres (count, 3) of Lab/100 pixels, from a small copy of the picture."""
    small = fit(lab, 96).reshape(-1, 3).astype(np.float32)
    count = min(count, len(small))
    cv2.setRNGSeed(seed & 0x7FFFFFFF)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 14, 1e-3)
    start = np.zeros((len(small), 1), np.int32)
    _, _, centres = cv2.kmeans(small, count, start, criteria, 2, cv2.KMEANS_PP_CENTERS)
    return np.asarray(centres, np.float32)


def nearest(lab: Plane, centres: Plane) -> NDArray[Any]:
    """Index of the nearest centre for every pixel, without a (h, w, n, 3) array."""
    flat = lab.reshape(-1, 3)
    score = flat @ centres.T * 2.0 - (centres * centres).sum(1)
    return score.argmax(1).reshape(lab.shape[:2])


def fill_polygon(canvas: Plane, points: Plane, colour: Plane) -> None:
    """Fill a polygon of float pixel coordinates (n, 2), antialiased, in place."""
    fixed = np.round(np.clip(points, -30000, 30000) * 16).astype(np.int32)
    cv2.fillPoly(canvas, [fixed], _scalar(canvas, colour), cv2.LINE_AA, 4)


def draw_line(
    canvas: Plane, points: Plane, colour: Plane, width: int, closed: bool = False
) -> None:
    """Draw a polyline of float pixel coordinates (n, 2), antialiased, in place."""
    fixed = np.round(np.clip(points, -30000, 30000) * 16).astype(np.int32)
    cv2.polylines(canvas, [fixed], closed, _scalar(canvas, colour), max(1, width), cv2.LINE_AA, 4)


def fill_circle(canvas: Plane, x: float, y: float, radius: float, colour: Plane) -> None:
    """Fill a circle, antialiased, in place."""
    centre = (round(x * 16), round(y * 16))
    cv2.circle(
        canvas, centre, max(1, round(radius * 16)), _scalar(canvas, colour), -1, cv2.LINE_AA, 4
    )


def _scalar(canvas: Plane, colour: Plane) -> tuple[float, ...]:
    """OpenCV draws antialiased on uint8 only; float canvases take colours as they are."""
    values = np.atleast_1d(np.asarray(colour, np.float64))
    if canvas.dtype == np.uint8:
        values = np.clip(values * 255.0 + 0.5, 0, 255).astype(np.uint8)
    return tuple(float(v) for v in values)
