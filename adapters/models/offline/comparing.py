"""compare: find where the painted text is wrong, and write a better text.

A round drops the dabs that help least, puts new ones where the picture is most wrong, moves them
by gradient descent, rounds them to tokens, and is accepted only if the text, read again, is
better; otherwise it tries smaller steps.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.models.offline import language, mixture
from adapters.models.offline.describing import HUES, first_text, shorten, within
from adapters.models.offline.language import TOKEN_COST
from adapters.models.offline.looking import attention
from adapters.models.offline.mixture import Tiling
from adapters.models.offline.optimiser import (
    NEAR,
    STEP,
    STRUCTURE,
    Structure,
    loss_gradient,
    optimise,
)
from adapters.models.offline.raster import Plane, blur
from adapters.models.offline.settling import sayable
from adapters.models.offline.words import compose

_GROWTH: Final = 62
_TRIES: Final = 2
_DETOURS: Final = 4
_SCATTER: Final = 0.5
_POLISH: Final = 40
_COARSE: Final = 0.6
_ASIDE: Final = 0.3  # of a dab's short axis
_SQUARED_WEIGHT: Final = 10.0


@dataclass(frozen=True, slots=True)
class Target:
    """What the text should become: Lab/100 picture at WORKED_AT, the size and style to write."""

    lab: Plane
    width: int
    height: int
    style: str
    limit: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How far a round goes: share of dabs replaced, share moved, steps, how many may be added."""

    turnover: float = 0.04
    moved: float = 1.0
    steps: int = 60
    growth: int = _GROWTH


@dataclass(frozen=True, slots=True)
class _Board:
    """The target prepared once for a round."""

    lab: Plane
    grid: Tiling
    tiles: Plane
    structure: Structure
    attention: Plane


def better(
    known: tuple[Plane, ...], target: Target, notes: tuple[str, ...], seed: int = 0
) -> tuple[str, bool]:
    """The next text, and whether it is better than the best of the dabs (m, 8) known so far.

    The first two known are the champion and the challenger that lost to it; none is written again:
    what was painted once teaches nothing when it is painted twice.
    """
    board = _board(target.lab)
    effort = Effort()
    start = max(known[:2], key=lambda dabs: quality(dabs, board))
    old = quality(start, board)
    room = _room(target, notes)
    random = np.random.default_rng(seed) if seed else None
    others: list[tuple[float, str]] = []
    for attempt in range(_TRIES + _DETOURS):
        if attempt == _TRIES:  # nothing near is better: look elsewhere
            random = np.random.default_rng(seed + len(known))
        caution = 0.5**attempt if attempt < _TRIES else 1.0
        candidate, fresh = _renew(start, board, room, effort, caution, random)
        text = _fitted(candidate, fresh, board, target, notes, effort, caution)
        dabs = language.read(text).dabs
        if any(np.array_equal(dabs, one) for one in known):
            continue
        reached = quality(dabs, board)
        if reached > old:
            return text, True
        others.append((reached, text))
        if attempt >= _TRIES:
            break
    return max(others)[1], False


def refit(dabs: Plane, target: Target, notes: tuple[str, ...], effort: Effort) -> str:
    """A text for another target that keeps most of the dabs (m, 8) it starts from."""
    board = _board(target.lab)
    candidate, fresh = _renew(dabs, board, _room(target, notes), effort, 1.0)
    return _fitted(candidate, fresh, board, target, notes, effort, 1.0)


def settled(target: Target, notes: tuple[str, ...], rounds: int) -> Plane:
    """Dabs (m, 8) that describe the target as well as `rounds` rounds make them, from nothing."""
    text = first_text(
        target.lab, target.width, target.height, limit=target.limit, style=target.style,
        notes=notes, length=target.limit, polish=_POLISH,
    )  # fmt: skip
    for _ in range(rounds):
        text, _better = better((language.read(text).dabs,), target, notes)
    return language.read(text).dabs


def coarse(dabs: Plane, target: Target, notes: tuple[str, ...]) -> bool:
    """Whether a text describes with far fewer dabs than it has room for."""
    return len(dabs) < _COARSE * _room(target, notes)


def _board(lab: Plane) -> _Board:
    grid = mixture.tiling(*lab.shape[:2])
    return _Board(lab, grid, mixture.to_tiles(lab, grid), Structure(lab[..., 0]), attention(lab))


def quality(dabs: Plane, board: _Board) -> float:
    """What a round is judged by: SSIM of lightness less a share of the squared error."""
    if not len(dabs):
        return -np.inf
    index = mixture.strongest(dabs, board.grid, NEAR)
    image = mixture.from_tiles(mixture.blend(dabs, board.grid, index).image, board.grid)
    squared = float(((image - board.lab) ** 2).sum(-1).mean())
    return board.structure.value(np.ascontiguousarray(image[..., 0])) - _SQUARED_WEIGHT * squared


def _room(target: Target, notes: tuple[str, ...]) -> int:
    """How many dabs the text has room for."""
    words = shorten(compose(target.lab, target.style, notes), target.limit * 3 // 4)
    return max(4, int((target.limit - len(words) - 20 - HUES * 12) / TOKEN_COST))


def _renew(
    dabs: Plane,
    board: _Board,
    room: int,
    effort: Effort,
    caution: float,
    random: np.random.Generator | None = None,
) -> tuple[Plane, int]:
    """Drop what helps least, add where it is most wrong; also how many are new.

    With `random` dabs begin a little aside, and what is wrong is weighed by chance.
    """
    if random is not None:
        dabs = _scattered(dabs, random)
    turnover = round(effort.turnover * caution * len(dabs))
    drop = min(turnover + max(0, len(dabs) - room), len(dabs) - 4)
    index = mixture.strongest(dabs, board.grid, NEAR)
    if drop > 0:
        kept = np.sort(np.argsort(_worth(dabs, board, index))[drop:])
        dabs = dabs[kept]
        index = mixture.strongest(dabs, board.grid, NEAR)
    grow = turnover + min(effort.growth, max(0, room - len(dabs) - turnover))
    image = mixture.from_tiles(mixture.blend(dabs, board.grid, index).image, board.grid)
    fresh = _additions(image, board, grow, random)
    return np.concatenate([dabs, fresh]) if len(fresh) else dabs, len(fresh)


def _scattered(dabs: Plane, random: np.random.Generator) -> Plane:
    """The same dabs a little aside, from where other ways lead."""
    moved = dabs.copy()
    aside = random.normal(0, _ASIDE, (len(dabs), 2)).astype(np.float32)
    moved[:, mixture.X : mixture.Y + 1] += aside * np.exp(dabs[:, mixture.SHORT, None])
    return moved


def _worth(dabs: Plane, board: _Board, index: mixture.Index) -> Plane:
    """How much the squared error would grow without each dab."""
    mixed = mixture.blend(dabs, board.grid, index)
    error = mixed.image - board.tiles
    share = mixed.weight / mixed.total
    share = share / np.maximum(1 - share, 1e-3)
    # without a dab: image' - target = error + share/(1-share) * (image - its colour)
    along = (error * mixed.image).sum(1, keepdims=True) - mixed.colour @ error
    square = (
        (mixed.image**2).sum(1, keepdims=True)
        - 2 * mixed.colour @ mixed.image
        + (mixed.colour**2).sum(-1)[..., None]
    )
    rise = (2 * share * along + share * share * square).sum(-1)
    return np.bincount(index.ravel(), rise.ravel(), minlength=len(dabs))


def _additions(
    image: Plane, board: _Board, count: int, random: np.random.Generator | None
) -> Plane:
    """New dabs (n, 8) at the worst places of a Lab/100 picture, shaped like the error there."""
    residual = board.lab - image
    error = np.ascontiguousarray((residual * residual).sum(-1) * board.attention)
    if random is not None:
        error = error * (1 + _SCATTER * random.standard_normal(error.shape).astype(np.float32)) ** 2
    found = [_dab_at(y, x, sigma, residual, board) for y, x, sigma in _peaks(error, count)]
    return np.array(found, np.float32).reshape(-1, mixture.COLUMNS)


def _peaks(error: Plane, count: int) -> list[tuple[int, int, float]]:
    """The worst places (y, x, sigma) on four scales, each keeping the next ones off."""
    sigmas = (1.2, 2.0, 3.5, 6.0)
    stack = np.stack([blur(error, sigma) * sigma for sigma in sigmas])
    found: list[tuple[int, int, float]] = []
    height, width = error.shape
    for _ in range(count):
        scale, y, x = (int(v) for v in np.unravel_index(int(np.argmax(stack)), stack.shape))
        sigma = sigmas[scale]
        found.append((y, x, sigma))
        reach = int(6 * sigma)
        top, left = max(0, y - reach), max(0, x - reach)
        bottom, right = min(height, y + reach + 1), min(width, x + reach + 1)
        down, across = np.ogrid[top:bottom, left:right]
        away = ((down - y) ** 2 + (across - x) ** 2) / (2 * (1.6 * sigma) ** 2)
        stack[:, top:bottom, left:right] *= (1 - np.exp(-away)).astype(np.float32)
    return found


def _dab_at(y: int, x: int, sigma: float, residual: Plane, board: _Board) -> list[float]:
    """A dab over the pixels around (y, x) that are wrong in the same way."""
    reach = int(np.ceil(2 * sigma))
    top, left = max(0, y - reach), max(0, x - reach)
    window = (slice(top, y + reach + 1), slice(left, x + reach + 1))
    weight = np.maximum((residual[window] * residual[y, x]).sum(-1), 0) + 1e-9
    down, across = np.mgrid[top : top + weight.shape[0], left : left + weight.shape[1]]
    total = float(weight.sum())
    my, mx = float((weight * down).sum()) / total, float((weight * across).sum()) / total
    dy, dx = down - my, across - mx
    both = float((weight * dx * dy).sum())
    spread = np.array([[(weight * dx * dx).sum(), both], [both, (weight * dy * dy).sum()]])
    sizes, axes = np.linalg.eigh(spread / total + 0.2 * np.eye(2))
    colour = (weight[..., None] * board.lab[window]).sum((0, 1)) / total
    side = board.grid.long_side
    logs = 0.5 * np.log(sizes[::-1]) - np.log(side) - 0.2
    tilt = np.arctan2(axes[1, 1], axes[0, 1])
    return [(mx + 0.5) / side, (my + 0.5) / side, *logs.tolist(), float(tilt), *colour.tolist()]


def _fitted(
    dabs: Plane,
    fresh: int,
    board: _Board,
    target: Target,
    notes: tuple[str, ...],
    effort: Effort,
    caution: float,
) -> str:
    """Move the dabs, round them to tokens, settle the colours, and write the text."""
    chosen = _attention(dabs, fresh, board, effort.moved)
    moved = optimise(dabs, board.lab, effort.steps, rates=STEP * np.float32(caution), chosen=chosen)
    found, names = sayable(moved, board.lab, HUES, target.width, target.height)
    return within(
        found, target.style, notes, target.width, target.height,
        room=target.limit, limit=target.limit, names=names,
    )  # fmt: skip


def _attention(dabs: Plane, fresh: int, board: _Board, share: float) -> Plane:
    """1 for the dabs whose rewriting promises most, and for new ones; the rest hold still."""
    index = mixture.strongest(dabs, board.grid, NEAR)
    mixed = mixture.blend(dabs, board.grid, index)
    error = loss_gradient(mixed.image, board.tiles, board.grid, board.structure, STRUCTURE)
    slope = mixture.gradients(dabs, board.grid, index, mixed, error)
    promise = np.abs(slope * STEP).sum(1)
    chosen = np.zeros(len(dabs), np.float32)
    chosen[np.argsort(-promise)[: max(1, int(share * len(dabs)))]] = 1
    if fresh:
        chosen[-fresh:] = 1
    return chosen
