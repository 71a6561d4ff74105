"""Dabs to pixels: the weights, and the gradient written by hand."""

import numpy as np

from adapters.models.offline import mixture
from adapters.models.offline.mixture import Tiling
from adapters.models.offline.optimiser import Structure, loss_gradient
from adapters.models.offline.raster import Plane

HEIGHT, WIDTH = 40, 56
NUDGE = 5e-4
DABS = np.array(
    [
        [0.2, 0.2, -1.6, -2.2, 0.4, 0.3, 0.1, 0.0],
        [0.7, 0.3, -1.9, -2.0, 1.2, 0.7, -0.1, 0.2],
        [0.5, 0.6, -1.4, -2.6, 2.3, 0.5, 0.0, -0.2],
        [0.9, 0.6, -4.5, -5.5, 0.9, 0.9, 0.2, 0.2],
    ],
    np.float32,
)


def test_no_weight_is_so_small_that_products_become_denormal() -> None:
    mixed = mixture.blend(DABS, *_chosen(DABS))
    assert mixed.weight.min() > 1e-27
    assert mixed.weight.max() == 1


def test_the_gradient_is_that_of_finite_differences() -> None:
    grid, index = _chosen(DABS)
    target = _target()
    goal = Structure(target[..., 0])
    wanted = mixture.to_tiles(target, grid)
    mixed = mixture.blend(DABS, grid, index)
    error = loss_gradient(mixed.image, wanted, grid, goal, 0.03)
    found = mixture.gradients(DABS, grid, index, mixed, error)
    for row, column in np.ndindex(DABS.shape):
        nudge = np.zeros_like(DABS)
        nudge[row, column] = NUDGE
        rise = _loss(DABS + nudge, target, goal) - _loss(DABS - nudge, target, goal)
        assert np.isclose(found[row, column], rise / (2 * NUDGE), rtol=0.02, atol=5e-5)


def _chosen(dabs: Plane) -> tuple[Tiling, mixture.Index]:
    grid = mixture.tiling(HEIGHT, WIDTH)
    return grid, mixture.strongest(dabs, grid, 14)


def _target() -> Plane:
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    light = 0.5 + 0.3 * np.sin(x / 7) * np.cos(y / 9)
    return np.stack([light, 0.1 * np.cos(x / 11), 0.1 * np.sin(y / 6)], -1).astype(np.float32)


def _loss(dabs: Plane, target: Plane, goal: Structure) -> float:
    """Half the mean squared Lab error less 3 % of the structural similarity."""
    grid, index = _chosen(dabs)
    image = mixture.from_tiles(mixture.blend(dabs, grid, index).image, grid)
    squared = ((image - target).astype(np.float64) ** 2).sum() / (2 * HEIGHT * WIDTH)
    return float(squared - 0.03 * goal.value(np.ascontiguousarray(image[..., 0])))
