"""Moves dabs towards a picture: Adam on the Lab error minus a share of structural similarity.

Adam: Kingma and Ba 2015. The gradient of SSIM (Wang et al. 2004) is the closed form.
"""

from typing import Final

import cv2
import numpy as np

from adapters.models.offline import mixture
from adapters.models.offline.mixture import LARGEST, LONG, SHORT, SMALLEST, Tiling, X, Y
from adapters.models.offline.raster import Plane

STEP: Final = np.array([0.003, 0.003, 0.05, 0.05, 0.06, 0.012, 0.012, 0.012], np.float32)
COLOUR_ONLY: Final = np.array([0, 0, 0, 0, 0, 0.012, 0.012, 0.012], np.float32)
NEAR: Final = 14
STRUCTURE: Final = 0.03
_MOMENTUM: Final = 0.9
_SCALE_MEMORY: Final = 0.98
_LOOK_AGAIN: Final = 14
_C1: Final = 1e-4
_C2: Final = 9e-4


def optimise(
    dabs: Plane,
    target: Plane,
    steps: int,
    *,
    rates: Plane = STEP,
    chosen: Plane | None = None,
    structure: float = STRUCTURE,
) -> Plane:
    """Dabs (m, 8) moved towards a Lab/100 target (h, w, 3). `chosen` (m,) 0-1 holds some still."""
    grid = mixture.tiling(*target.shape[:2])
    wanted = mixture.to_tiles(target, grid)
    goal = Structure(target[..., 0])
    moved = dabs.astype(np.float32)
    first, second = np.zeros_like(moved), np.zeros_like(moved)
    scale = np.ones(len(moved), np.float32) if chosen is None else chosen
    index = mixture.strongest(moved, grid, NEAR)
    for step in range(steps):
        if step and step % _LOOK_AGAIN == 0:
            index = mixture.strongest(moved, grid, NEAR)
        mixed = mixture.blend(moved, grid, index)
        error = loss_gradient(mixed.image, wanted, grid, goal, structure)
        slope = mixture.gradients(moved, grid, index, mixed, error) * scale[:, None]
        first = _MOMENTUM * first + (1 - _MOMENTUM) * slope
        second = _SCALE_MEMORY * second + (1 - _SCALE_MEMORY) * slope * slope
        even = np.sqrt(second / (1 - _SCALE_MEMORY ** (step + 1))) + 1e-10
        rate = rates * (1 - 0.9 * step / steps) * scale[:, None]
        moved = bounded(moved - rate * (first / (1 - _MOMENTUM ** (step + 1))) / even)
    return moved


def bounded(dabs: Plane) -> Plane:
    """Keep sizes and places within what the text can say."""
    dabs[:, LONG : SHORT + 1] = np.clip(dabs[:, LONG : SHORT + 1], SMALLEST, LARGEST)
    dabs[:, X : Y + 1] = np.clip(dabs[:, X : Y + 1], -0.05, 1.05)
    return dabs.astype(np.float32)


def loss_gradient(
    image: Plane, wanted: Plane, grid: Tiling, goal: "Structure", structure: float
) -> Plane:
    """d loss / d image in tiles, for mean squared Lab error minus `structure` times SSIM."""
    error = (image - wanted) / np.float32(grid.height * grid.width)
    if structure:
        lightness = mixture.from_tiles(image[:, :1], grid)[..., 0]
        slope = goal.gradient(lightness)
        error[:, :1] -= structure * mixture.to_tiles(slope[..., None], grid)
    return error


class Structure:
    """Structural similarity to one lightness plane; its own statistics are computed once."""

    def __init__(self, target: Plane) -> None:
        self._target = np.ascontiguousarray(target, np.float32)
        self._mean = _smooth(self._target)
        self._variance = _smooth(self._target * self._target) - self._mean * self._mean

    def _terms(self, plane: Plane) -> tuple[Plane, Plane, Plane, Plane, Plane]:
        mean = _smooth(plane)
        variance = _smooth(plane * plane) - mean * mean
        both = _smooth(self._target * plane) - self._mean * mean
        return (
            mean,
            2 * self._mean * mean + _C1,
            2 * both + _C2,
            self._mean * self._mean + mean * mean + _C1,
            self._variance + variance + _C2,
        )

    def value(self, plane: Plane) -> float:
        """Mean SSIM of a lightness plane of the same shape."""
        _, light, both, lights, variances = self._terms(plane)
        return float((light * both / (lights * variances)).mean())

    def gradient(self, plane: Plane) -> Plane:
        """d mean SSIM / d plane (h, w)."""
        mean, light, both, lights, variances = self._terms(plane)
        below = lights * variances
        value = light * both / below
        by_mean = 2 * self._mean * both / below - 2 * mean * value / lights
        by_both = 2 * light / below
        by_variance = -value / variances
        constant = by_mean - self._mean * by_both - 2 * mean * by_variance
        slope = _smooth(constant) + self._target * _smooth(by_both)
        return (slope + 2 * plane * _smooth(by_variance)) / plane.size


def _smooth(plane: Plane) -> Plane:
    smooth: Plane = cv2.GaussianBlur(plane, (7, 7), 1.0, borderType=cv2.BORDER_REFLECT)
    return smooth
