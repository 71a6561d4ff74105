"""Dabs: coloured, steered Gaussians whose weighted mean is the picture.

A pixel's colour is sum(w * colour) / sum(w) over the dabs near it (steered mixture of experts,
Verhack et al. 2020): the order does not matter, no resolution is built in, and the gradient is
written by hand. Positions and sizes are in units of the picture's long side, colours in Lab/100.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.models.offline.raster import Plane

X, Y, LONG, SHORT, TILT, LIGHT, GREEN_RED, BLUE_YELLOW = range(8)
COLUMNS: Final = 8
COLOUR: Final = slice(LIGHT, COLUMNS)
SMALLEST: Final = float(np.log(0.0025))
LARGEST: Final = float(np.log(0.6))
TILE: Final = 8
_TILES_AT_ONCE: Final = 512
_BLOCK: Final = 8
_NEAR: Final = 512
_BLEND_AT_ONCE: Final = 1024
# products with anything fainter are denormal numbers: a round would take twice as long
_FAINTEST: Final = np.float32(-60)

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Tiling:
    """A picture cut into 8x8 tiles. `centres` (t, 2); `basis` (6, 64): 1, x, y, xx, xy, yy."""

    height: int
    width: int
    down: int
    across: int
    centres: Plane
    basis: Plane

    @property
    def long_side(self) -> int:
        return max(self.height, self.width)


@dataclass(frozen=True, slots=True)
class Blend:
    """A picture in tiles (t, 3, 64), and what gradients need.

    `weight` (t, k, 64) is not normalised: a dab's share is its weight over `total` (t, 1, 64).
    """

    image: Plane
    weight: Plane
    total: Plane
    offset_x: Plane
    offset_y: Plane
    form: tuple[Plane, Plane, Plane]
    colour: Plane


def tiling(height: int, width: int) -> Tiling:
    """Cut a picture of that size into tiles; the last ones may stand over the border."""
    long_side = max(height, width)
    down, across = -(-height // TILE), -(-width // TILE)
    middle_y = (np.arange(down) * TILE + TILE / 2) / long_side
    middle_x = (np.arange(across) * TILE + TILE / 2) / long_side
    centres = np.stack(np.meshgrid(middle_x, middle_y), -1).reshape(-1, 2)
    step = (np.arange(TILE) + 0.5 - TILE / 2) / long_side
    x, y = (plane.ravel() for plane in np.meshgrid(step, step))
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y])
    return Tiling(height, width, down, across, centres.astype(np.float32), basis.astype(np.float32))


def to_tiles(plane: Plane, grid: Tiling) -> Plane:
    """(h, w, c) to (t, c, 64); the border is mirrored."""
    pad_down = grid.down * TILE - grid.height
    pad_across = grid.across * TILE - grid.width
    mode = "symmetric" if min(grid.height, grid.width) >= TILE else "edge"
    padded = np.pad(plane, ((0, pad_down), (0, pad_across), (0, 0)), mode=mode)
    cut = padded.reshape(grid.down, TILE, grid.across, TILE, -1).transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(cut).reshape(grid.down * grid.across, -1, TILE * TILE)


def from_tiles(tiles: Plane, grid: Tiling) -> Plane:
    """(t, c, 64) back to (h, w, c)."""
    channels = tiles.shape[1]
    whole = tiles.reshape(grid.down, grid.across, channels, TILE, TILE).transpose(0, 3, 1, 4, 2)
    flat = whole.reshape(grid.down * TILE, grid.across * TILE, channels)
    return np.ascontiguousarray(flat[: grid.height, : grid.width])


def quadratic(dabs: Plane) -> tuple[Plane, Plane, Plane]:
    """The inverse covariance of each dab as (xx, xy, yy)."""
    cos, sin = np.cos(dabs[:, TILT]), np.sin(dabs[:, TILT])
    along, aside = np.exp(-2 * dabs[:, LONG]), np.exp(-2 * dabs[:, SHORT])
    return (
        cos * cos * along + sin * sin * aside,
        cos * sin * (along - aside),
        sin * sin * along + cos * cos * aside,
    )


def strongest(dabs: Plane, grid: Tiling, count: int) -> Index:
    """The dabs (t, k) that weigh most at the middle or a corner of each tile.

    Of many dabs only the `_NEAR` that reach a block of 8x8 tiles are looked at.
    """
    count = min(count, len(dabs))
    if len(dabs) <= _NEAR:
        return _strongest(dabs, grid.centres, grid.long_side, count)
    found = np.empty((grid.down, grid.across, count), np.intp)
    centres = grid.centres.reshape(grid.down, grid.across, 2)
    for top in range(0, grid.down, _BLOCK):
        for left in range(0, grid.across, _BLOCK):
            block = (slice(top, top + _BLOCK), slice(left, left + _BLOCK))
            near = _reaching(dabs, centres[block].reshape(-1, 2), grid.long_side)
            here = centres[block].reshape(-1, 2)
            chosen = near[_strongest(dabs[near], here, grid.long_side, count)]
            found[block] = chosen.reshape(*centres[block].shape[:2], count)
    return found.reshape(-1, count)


def _reaching(dabs: Plane, centres: Plane, long_side: int) -> Index:
    """The `_NEAR` dabs that could weigh most anywhere in a block of tiles."""
    half = TILE / 2 / long_side
    low, high = centres.min(0) - half, centres.max(0) + half
    aside = [np.maximum(np.maximum(low[k] - dabs[:, k], dabs[:, k] - high[k]), 0) for k in (X, Y)]
    reach = np.exp(np.maximum(dabs[:, LONG], dabs[:, SHORT]))
    away = (aside[0] ** 2 + aside[1] ** 2) / (reach * reach)
    return np.sort(np.argpartition(away, _NEAR)[:_NEAR])


def _strongest(dabs: Plane, centres: Plane, long_side: int, count: int) -> Index:
    a, b, c = quadratic(dabs)
    x, y = dabs[:, X], dabs[:, Y]
    terms = np.stack(
        [-0.5 * (a * x * x + 2 * b * x * y + c * y * y), a * x + b * y, b * x + c * y]
        + [-0.5 * a, -b, -0.5 * c]
    ).astype(np.float32)
    half = TILE / 2 / long_side
    corners = ((0, 0), (-half, -half), (half, -half), (-half, half), (half, half))
    found: list[Index] = []
    for start in range(0, len(centres), _TILES_AT_ONCE):
        part = centres[start : start + _TILES_AT_ONCE]
        best: Plane | None = None
        for shift in corners:
            px, py = part[:, 0] + np.float32(shift[0]), part[:, 1] + np.float32(shift[1])
            powers = np.stack([np.ones_like(px), px, py, px * px, px * py, py * py], 1)
            weight = powers @ terms
            weight -= weight.max(1, keepdims=True)
            best = weight if best is None else np.maximum(best, weight, out=best)
        assert best is not None
        # a copy, else every part of the answer would keep all of its part's order in memory
        found.append(np.argpartition(best, len(dabs) - count, axis=1)[:, -count:].copy())
    return np.concatenate(found)


def blend(dabs: Plane, grid: Tiling, index: Index, tiles: slice = slice(None)) -> Blend:
    """Mix the chosen dabs of each tile. `index` (t, k) from `strongest`."""
    index = index[tiles]
    centres = grid.centres[tiles]
    xx, xy, yy = (part.astype(np.float32)[index] for part in quadratic(dabs))
    dx = centres[:, :1] - dabs[:, X][index]
    dy = centres[:, 1:] - dabs[:, Y][index]
    gx, gy = xx * dx + xy * dy, xy * dx + yy * dy
    terms = np.stack([-0.5 * (gx * dx + gy * dy), -gx, -gy, -0.5 * xx, -xy, -0.5 * yy], -1)
    count, kept = index.shape
    # dabs first in memory: the passes over all dabs of a pixel then run along whole rows
    power = (terms.transpose(1, 0, 2).reshape(-1, 6) @ grid.basis).reshape(kept, count, -1)
    power -= power.max(0)
    np.maximum(power, _FAINTEST, out=power)
    np.exp(power, out=power)
    total = power.sum(0)[:, None]
    weight = power.transpose(1, 0, 2)
    colour = dabs[:, COLOUR][index]
    image = (colour.transpose(0, 2, 1) @ weight) / total
    return Blend(image, weight, total, dx, dy, (xx, xy, yy), colour)


def gradients(dabs: Plane, grid: Tiling, index: Index, mixed: Blend, error: Plane) -> Plane:
    """d loss / d dabs (m, 8), given d loss / d image in tiles (t, 3, 64)."""
    count, kept = index.shape
    error = error / mixed.total
    per_colour = mixed.weight @ error.transpose(0, 2, 1)
    # share * (colour - image) . error, with the image as a fourth channel of the product
    along = np.concatenate([error, -(error * mixed.image).sum(1, keepdims=True)], 1)
    colour = np.concatenate([mixed.colour, np.ones((count, kept, 1), np.float32)], 2)
    pull = colour @ along
    pull *= mixed.weight
    moments = (pull.reshape(count * kept, -1) @ grid.basis.T).reshape(count, kept, 6)
    m0, mx, my, mxx, mxy, myy = (moments[..., i] for i in range(6))
    dx, dy = mixed.offset_x, mixed.offset_y
    sx, sy = mx + dx * m0, my + dy * m0
    sxx = mxx + 2 * dx * mx + dx * dx * m0
    syy = myy + 2 * dy * my + dy * dy * m0
    sxy = mxy + dx * my + dy * mx + dx * dy * m0
    xx, xy, yy = mixed.form
    parts = [xx * sx + xy * sy, xy * sx + yy * sy, -0.5 * sxx, -sxy, -0.5 * syy]
    parts += [per_colour[..., i] for i in range(3)]
    flat = index.ravel()
    sums = [np.bincount(flat, part.ravel(), minlength=len(dabs)) for part in parts]
    return _to_columns(dabs, sums)


def _to_columns(dabs: Plane, sums: list[Plane]) -> Plane:
    """Chain rule from the quadratic form to log sizes and tilt."""
    by_x, by_y, by_xx, by_xy, by_yy, *colours = sums
    cos, sin = np.cos(dabs[:, TILT]), np.sin(dabs[:, TILT])
    along, aside = np.exp(-2 * dabs[:, LONG]), np.exp(-2 * dabs[:, SHORT])
    by_along = by_xx * cos * cos + by_xy * cos * sin + by_yy * sin * sin
    by_aside = by_xx * sin * sin - by_xy * cos * sin + by_yy * cos * cos
    turn = 2 * cos * sin * (by_yy - by_xx) + (cos * cos - sin * sin) * by_xy
    columns = [by_x, by_y, -2 * along * by_along, -2 * aside * by_aside, turn * (along - aside)]
    return np.stack([*columns, *colours], 1).astype(np.float32)


def render(dabs: Plane, height: int, width: int, count: int = 20) -> Plane:
    """Paint dabs as a Lab/100 picture (h, w, 3); without dabs it is mid grey."""
    if not len(dabs):
        return np.broadcast_to(np.array([0.6, 0, 0], np.float32), (height, width, 3)).copy()
    grid = tiling(height, width)
    index = strongest(dabs, grid, count)
    parts = [
        blend(dabs, grid, index, slice(start, start + _BLEND_AT_ONCE)).image
        for start in range(0, len(index), _BLEND_AT_ONCE)
    ]
    return from_tiles(np.concatenate(parts), grid)
