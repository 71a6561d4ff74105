"""What may be behind a hole, or beyond a border: pieces of the picture itself, so that grain, detail
and light are its own.

Patches of a small copy are matched coarse to fine (Wexler et al. 2007), never with a near neighbour
(He and Sun 2012), then copied at full size.
Patches from the same height are preferred: sky stays above, ground below, a horizon goes on.
"""

from typing import Final

import numpy as np

from adapters.models.offline.patches import REACH, Mask, NearestField, nearest_patches
from adapters.models.offline.raster import Plane, blur, fit, resize
from adapters.models.offline.styles.texture import noise

_COPIES: Final = ((28, 4), (56, 3), (112, 2))
_FLOWS: Final = ((0.004, 1.0), (0.012, 0.1), (0.035, 1e-2), (0.1, 1e-3), (0.3, 1e-4), (1.0, 1e-5))
_SHARPEN: Final = 2
_RAGGED: Final = 0.4
_BAND: Final = 256


def filled(
    base: Plane, hole: Mask, level: float = 0.5, seed: int = 0, barred: Mask | None = None
) -> Plane:
    """A float RGB picture (h, w, 3) with its hole (h, w) closed; what is known stays as it is.

    `level` is how much it counts that a piece comes from no farther than it must, above all from
    the same height. No piece is taken from where it is `barred` (h, w).
    """
    if not hole.any():
        return base.copy()
    if hole.all():
        return np.full_like(base, 0.5)
    field = _matched(base, hole, level, barred)
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


def _matched(base: Plane, hole: Mask, level: float, barred: Mask | None) -> NearestField | None:
    """Where the hole's pieces come from, found coarse to fine; None where too little is known."""
    full = max(base.shape[:2])
    field: NearestField | None = None
    image: Plane | None = None
    for side, passes in _COPIES:
        if side > 2 * full:
            break
        side = min(side, full)
        small = fit(base, side) if side < full else base
        height, width = small.shape[:2]
        missing = resize(hole.astype(np.float32), width, height) > 0.02
        kept_off = None
        if barred is not None:
            kept_off = resize(barred.astype(np.float32), width, height) > 0.5
        guess = flow(small, ~missing) if image is None else resize(image, width, height)
        image = np.where(missing[..., None], guess, small).astype(np.float32)
        for _ in range(passes):
            field = nearest_patches(image, missing, level, kept_off)
            if field is None:
                break
            image = _voted(image, missing, field)
    return field


def _voted(image: Plane, missing: Mask, field: NearestField) -> Plane:
    """Each missing pixel becomes the mean of what the patches over it say."""
    height, width = missing.shape
    total, weight = np.zeros_like(image), np.full((height, width, 1), 1e-9, np.float32)
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            step = np.array([down, across])
            at, of = field.targets + step, field.sources + step
            inside = ((at >= 0) & (at < (height, width))).all(1)
            at, of = tuple(at[inside].T), tuple(of[inside].T)
            trust = field.trust[inside][:, None] ** 2
            total[at] += image[of] * trust
            weight[at] += trust
    return np.where(missing[..., None], total / weight, image).astype(np.float32)


def _copied(base: Plane, hole: Mask, field: NearestField, seed: int) -> tuple[Plane, Mask]:
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
