"""For each patch of a picture that is missing something, the most similar one that is whole."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from adapters.models.offline.raster import Plane

REACH: Final = 3
_PATCH: Final = 2 * REACH + 1
_FEWEST: Final = 12
_AT_ONCE: Final = 512
_DEPTH_LOSS: Final = 0.82
_SIDEWAYS: Final = 0.08
_NEIGHBOURS: Final = ((0, -1), (-1, 0), (0, 1), (1, 0))
_ROUNDS: Final = 3
_LEAST_SHIFT: Final = 0.15
_TOO_NEAR: Final = np.float32(1e3)
_COHERENCE: Final = 2.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class NearestField:
    """Where each target (n, 2) of a small copy of that size comes from (n, 2), and how surely."""

    size: tuple[int, int]
    targets: NDArray[np.intp]
    sources: NDArray[np.intp]
    trust: Plane


def nearest_patches(
    image: Plane, missing: Mask, level: float, barred: Mask | None = None
) -> NearestField | None:
    """For each patch that touches the hole, the most similar one that does not; none of those that
    are `barred`, where enough are left."""
    height, width = missing.shape
    square = np.ones((_PATCH, _PATCH), np.uint8)
    touched = np.asarray(cv2.dilate(missing.astype(np.uint8), square)) > 0
    free = np.zeros_like(missing)
    free[REACH : height - REACH, REACH : width - REACH] = True
    free &= ~touched
    if barred is not None and (free & ~barred).sum() >= _FEWEST:
        free &= ~barred
    targets, sources = np.argwhere(touched), np.argwhere(free)
    if len(sources) < _FEWEST or not len(targets):
        return None
    depth = cv2.distanceTransform(np.asarray(missing, np.uint8), cv2.DIST_L2, 3)
    trust = np.where(missing, np.maximum(_DEPTH_LOSS ** np.asarray(depth), 0.05), 1.0)
    weight = patches(np.repeat(trust[..., None], 3, axis=-1).astype(np.float32))
    weight = weight[tuple(targets.T)]
    weight /= weight.sum(1, keepdims=True)
    weight = np.concatenate([weight, np.ones((len(targets), 2), np.float32)], 1)
    search = _Search(_features(image, level), targets, weight, free)
    chosen, error = search.coherent(*search.best(sources))
    scale = float(np.quantile(error, 0.75)) + 1e-6
    certain = trust[tuple(targets.T)].astype(np.float32)
    return NearestField((height, width), targets, chosen, certain * np.exp(-error / scale))


@dataclass(frozen=True, slots=True)
class _Search:
    """Features (h, w, 149), the targets (n, 2) with their features' weights (n, 149), and where
    sources may be (h, w)."""

    features: Plane
    targets: NDArray[np.intp]
    weight: Plane
    free: Mask

    def best(self, sources: NDArray[np.intp]) -> tuple[NDArray[np.intp], Plane]:
        """The best source (n, 2) for each target, and its error (n,)."""
        wanted, given = self.features[tuple(self.targets.T)], self.features[tuple(sources.T)]
        squares = np.ascontiguousarray((given * given).T)
        given = np.ascontiguousarray(given.T)
        chosen = np.empty(len(self.targets), np.intp)
        error = np.empty(len(self.targets), np.float32)
        for start in range(0, len(self.targets), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            weighted = self.weight[part] * wanted[part]
            apart = self.weight[part] @ squares - 2 * weighted @ given
            apart += (weighted * wanted[part]).sum(1)[:, None]
            apart[self._near(self.targets[part][:, None], sources)] += _TOO_NEAR
            chosen[part] = apart.argmin(1)
            error[part] = np.maximum(apart.min(1), 0)
        return sources[chosen], error

    def coherent(self, chosen: NDArray[np.intp], error: Plane) -> tuple[NDArray[np.intp], Plane]:
        """Neighbours that come from neighbouring places make larger pieces (Barnes et al. 2009)."""
        height, width = self.free.shape
        number = np.full((height, width), -1)
        number[tuple(self.targets.T)] = np.arange(len(self.targets))
        for step in _NEIGHBOURS * _ROUNDS:
            beside = np.clip(self.targets + step, 0, (height - 1, width - 1))
            of = number[tuple(beside.T)]
            tried = chosen[of] - step
            tried = np.clip(tried, 0, (height - 1, width - 1))
            allowed = (of >= 0) & self.free[tuple(tried.T)] & ~self._near(self.targets, tried)
            cost = self._error(tried)
            better = allowed & (cost < error * _COHERENCE)
            chosen = np.where(better[:, None], tried, chosen)
            error = np.where(better, np.minimum(cost, error * _COHERENCE), error)
        return chosen, error

    def _near(self, targets: NDArray[np.intp], sources: NDArray[np.intp]) -> Mask:
        """Pieces from so near would repeat like wallpaper (He and Sun 2012)."""
        return np.abs(targets - sources).max(-1) < _LEAST_SHIFT * max(self.free.shape)

    def _error(self, sources: NDArray[np.intp]) -> Plane:
        apart = self.features[tuple(self.targets.T)] - self.features[tuple(sources.T)]
        return (self.weight * apart * apart).sum(1)


def _features(image: Plane, level: float) -> Plane:
    """Every pixel's patch and, at that price, its place: (h, w, 149)."""
    height, width = image.shape[:2]
    row, column = np.mgrid[:height, :width] * (np.sqrt(level) / max(height, width))
    place = np.stack([row, column * np.sqrt(_SIDEWAYS)], -1).astype(np.float32)
    return np.concatenate([patches(image), place], -1)


def patches(image: Plane) -> Plane:
    """Every pixel's patch as one row: (h, w, 49 * channels)."""
    height, width, channels = image.shape
    padded = np.pad(image, ((REACH, REACH), (REACH, REACH), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (_PATCH, _PATCH), (0, 1))
    return np.moveaxis(windows, 2, -1).reshape(height, width, _PATCH * _PATCH * channels)
