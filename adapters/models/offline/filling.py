"""What may be behind a hole, or beyond a border: pieces of the picture itself, so that grain, detail
and light are its own.

Patches of a small copy are matched coarse to fine (Wexler et al. 2007), then copied at full size.
Patches from the same height are preferred: sky stays above, ground below, a horizon goes on.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from adapters.models.offline.raster import Plane, blur, fit, resize
from adapters.models.offline.styles.texture import noise

_COPIES: Final = ((28, 4), (56, 3), (112, 2))
_REACH: Final = 3
_PATCH: Final = 2 * _REACH + 1
_FEWEST: Final = 12
_AT_ONCE: Final = 512
_FLOWS: Final = ((0.004, 1.0), (0.012, 0.1), (0.035, 1e-2), (0.1, 1e-3), (0.3, 1e-4), (1.0, 1e-5))
_DEPTH_LOSS: Final = 0.82
_SHARPEN: Final = 2
_NEIGHBOURS: Final = ((0, -1), (-1, 0), (0, 1), (1, 0))
_ROUNDS: Final = 3
_RAGGED: Final = 0.4
_BAND: Final = 256
_SIDEWAYS: Final = 0.08
_COHERENCE: Final = 1.12

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Field:
    """Where each target (n, 2) of a small copy of that size comes from (n, 2), and how surely."""

    size: tuple[int, int]
    targets: NDArray[np.intp]
    sources: NDArray[np.intp]
    trust: Plane


def filled(base: Plane, hole: Mask, level: float = 0.5, seed: int = 0) -> Plane:
    """A float RGB picture (h, w, 3) with its hole (h, w) closed; what is known stays as it is.

    `level` is how much it counts that a piece comes from near, above all from the same height.
    """
    if not hole.any():
        return base.copy()
    if hole.all():
        return np.full_like(base, 0.5)
    field = _matched(base, hole, level)
    if field is None:
        return np.where(hole[..., None], flow(base, ~hole), base)
    whole, known = _copied(base, hole, field, seed)
    # what the pieces are off by around the hole is spread into it, so that no seam is seen
    ring = known & ~hole
    if ring.any():
        off = np.where(ring[..., None], base - whole, 0)
        whole = whole + np.clip(flow(off, ring), -0.1, 0.1)
    return np.where(hole[..., None], np.clip(whole, 0, 1), base).astype(np.float32)


def flow(base: Plane, known: Mask) -> Plane:
    """Colours flow in from what is known (pull and push by blurring)."""
    factor = min(1.0, 160 / max(base.shape[:2]))
    height, width = (max(1, round(n * factor)) for n in base.shape[:2])
    share = resize(known.astype(np.float32), width, height)
    colour = resize(base * known[..., None].astype(np.float32), width, height)
    total, weight = np.zeros_like(colour), np.full_like(share, 1e-12)
    for sigma, gain in _FLOWS:
        amount = blur(share, max(height, width) * sigma)
        total += blur(colour, max(height, width) * sigma) * gain
        weight += amount * gain
    return resize(total / weight[..., None], base.shape[1], base.shape[0])


def _matched(base: Plane, hole: Mask, level: float) -> _Field | None:
    """Where the hole's pieces come from, found coarse to fine; None where too little is known."""
    full = max(base.shape[:2])
    field: _Field | None = None
    image: Plane | None = None
    for side, passes in _COPIES:
        if side > 2 * full:
            break
        side = min(side, full)
        small = fit(base, side) if side < full else base
        height, width = small.shape[:2]
        missing = resize(hole.astype(np.float32), width, height) > 0.02
        guess = flow(small, ~missing) if image is None else resize(image, width, height)
        image = np.where(missing[..., None], guess, small).astype(np.float32)
        for _ in range(passes):
            field = _nearest(image, missing, level)
            if field is None:
                break
            image = _voted(image, missing, field)
    return field


def _nearest(image: Plane, missing: Mask, level: float) -> _Field | None:
    """For each patch that touches the hole, the most similar one that does not."""
    height, width = missing.shape
    square = np.ones((_PATCH, _PATCH), np.uint8)
    touched = np.asarray(cv2.dilate(missing.astype(np.uint8), square)) > 0
    free = np.zeros_like(missing)
    free[_REACH : height - _REACH, _REACH : width - _REACH] = True
    free &= ~touched
    targets, sources = np.argwhere(touched), np.argwhere(free)
    if len(sources) < _FEWEST or not len(targets):
        return None
    depth = cv2.distanceTransform(np.asarray(missing, np.uint8), cv2.DIST_L2, 3)
    trust = np.where(missing, np.maximum(_DEPTH_LOSS ** np.asarray(depth), 0.05), 1.0)
    weight = _patches(np.repeat(trust[..., None], 3, axis=-1).astype(np.float32))
    weight = weight[tuple(targets.T)]
    weight /= weight.sum(1, keepdims=True)
    weight = np.concatenate([weight, np.ones((len(targets), 2), np.float32)], 1)
    search = _Search(_features(image, level), targets, weight, free)
    chosen, error = search.coherent(*search.best(sources))
    scale = float(np.quantile(error, 0.75)) + 1e-6
    certain = trust[tuple(targets.T)].astype(np.float32)
    return _Field((height, width), targets, chosen, certain * np.exp(-error / scale))


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
            allowed = (of >= 0) & self.free[tuple(tried.T)]
            cost = self._error(tried)
            better = allowed & (cost < error * _COHERENCE)
            chosen = np.where(better[:, None], tried, chosen)
            error = np.where(better, np.minimum(cost, error * _COHERENCE), error)
        return chosen, error

    def _error(self, sources: NDArray[np.intp]) -> Plane:
        apart = self.features[tuple(self.targets.T)] - self.features[tuple(sources.T)]
        return (self.weight * apart * apart).sum(1)


def _features(image: Plane, level: float) -> Plane:
    """Every pixel's patch and, at that price, its place: (h, w, 149)."""
    height, width = image.shape[:2]
    row, column = np.mgrid[:height, :width] * (np.sqrt(level) / max(height, width))
    place = np.stack([row, column * np.sqrt(_SIDEWAYS)], -1).astype(np.float32)
    return np.concatenate([_patches(image), place], -1)


def _patches(image: Plane) -> Plane:
    """Every pixel's patch as one row: (h, w, 49 * channels)."""
    height, width, channels = image.shape
    padded = np.pad(image, ((_REACH, _REACH), (_REACH, _REACH), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (_PATCH, _PATCH), (0, 1))
    return np.moveaxis(windows, 2, -1).reshape(height, width, _PATCH * _PATCH * channels)


def _voted(image: Plane, missing: Mask, field: _Field) -> Plane:
    """Each missing pixel becomes the mean of what the patches over it say."""
    height, width = missing.shape
    total, weight = np.zeros_like(image), np.full((height, width, 1), 1e-9, np.float32)
    for down in range(-_REACH, _REACH + 1):
        for across in range(-_REACH, _REACH + 1):
            step = np.array([down, across])
            at, of = field.targets + step, field.sources + step
            inside = ((at >= 0) & (at < (height, width))).all(1)
            at, of = tuple(at[inside].T), tuple(of[inside].T)
            trust = field.trust[inside][:, None] ** 2
            total[at] += image[of] * trust
            weight[at] += trust
    return np.where(missing[..., None], total / weight, image).astype(np.float32)


def _copied(base: Plane, hole: Mask, field: _Field, seed: int) -> tuple[Plane, Mask]:
    """The pieces at full size, where neighbours differ cross-faded; and where there are any."""
    height, width = hole.shape
    shift = np.zeros((*field.size, 2), np.float32)
    there = np.zeros(field.size, np.float32)
    shift[tuple(field.targets.T)] = field.sources - field.targets
    there[tuple(field.targets.T)] = 1
    ragged = [_RAGGED * noise(height, width, 0.01, seed + k, 2) for k in (1, 2)]
    whole, known = np.zeros_like(base), np.zeros_like(hole)
    columns = np.arange(int(width))
    for start in range(0, height, _BAND):
        rows = np.arange(start, min(int(height), start + _BAND))
        y = ((rows + 0.5) * field.size[0] / height - 0.5)[:, None] + ragged[0][rows]
        x = ((columns + 0.5) * field.size[1] / width - 0.5) + ragged[1][rows]
        whole[rows], known[rows] = _band(base, hole, rows, y, x, shift, there)
    if not known[hole].all():
        whole = np.where(known[..., None], whole, flow(base, ~hole))
    return whole, known


def _band(
    base: Plane, hole: Mask, rows: Plane, y: Plane, x: Plane, shift: Plane, there: Plane
) -> tuple[Plane, Mask]:
    """Some rows of it, whose pixels lie at (y, x) of the small copy."""
    height, width = hole.shape
    size = there.shape
    scale = np.array([height / size[0], width / size[1]], np.float32)
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    columns = np.arange(int(width))
    total, weight = np.zeros((*y.shape, 3), np.float32), np.zeros((*y.shape, 1), np.float32)
    for down, across in ((0, 0), (0, 1), (1, 0), (1, 1)):
        node = np.clip(top + down, 0, size[0] - 1), np.clip(left + across, 0, size[1] - 1)
        near = (1 - np.abs(y - top - down)) * (1 - np.abs(x - left - across))
        moved = np.rint(shift[node] * scale).astype(int)
        row = np.clip(rows[:, None] + moved[..., 0], 0, height - 1)
        column = np.clip(columns + moved[..., 1], 0, width - 1)
        share = np.maximum(near, 1e-3) ** _SHARPEN * there[node] * ~hole[row, column]
        total += base[row, column] * share[..., None].astype(np.float32)
        weight += share[..., None].astype(np.float32)
    return total / np.maximum(weight, 1e-9), weight[..., 0] > 0
