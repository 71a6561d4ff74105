"""Where in a picture something is that words name, by measurement: the sky, the water, the grass, the
subject, what has a colour. What can't be told apart is not guessed: the answer is None.
"""

from typing import Final

import cv2
import numpy as np

from adapters.models.offline import colours
from adapters.models.offline.instructing import colour_named
from adapters.models.offline.patches import Mask
from adapters.models.offline.raster import Pixels, Plane, blur, fit, resize, to_float, to_lab
from adapters.models.offline.uniqueness import uniqueness
from core.domain.errors import BadImage, BadRequest
from core.imaging import codec, region_words, regions
from core.imaging.subject import cut_out

_LOOKED_AT: Final = 256
_LEAST: Final = 0.01
_ALIKE: Final = 0.11  # Lab distance of neighbours in one region
_SPREAD: Final = 0.32  # Lab distance a sky may have from its own middle
_RESTLESS: Final = (
    0.055  # mean step of lightness in leaves or a crowd; a sky is far below, clouds too
)
_NEXT: Final = 9  # pixels of a picture as it is looked at
_WAYS: Final = 0.5  # radians of hue about a colour's name
_OFF: Final = 0.03  # of the sides: what stands closer to the border looks cut off
_OUT: Final = 0.08  # of a box may be outside of the region it is for
_SMALLER: Final = (0.26, 0.2, 0.14)
_SKIES: Final = frozenset({"sky", "skies", "heaven", "clouds", "cloud"})
_WATERS: Final = frozenset({"water", "sea", "ocean", "lake", "river", "pond", "pool"})
_GREENS: Final = frozenset(
    {"grass", "meadow", "lawn", "leaves", "foliage", "trees", "tree", "forest", "plants"}
)
_SUBJECTS: Final = frozenset({"subject", "foreground", "person", "man", "woman", "figure", "motif"})
_BEHIND: Final = frozenset({"background", "backdrop", "surroundings", "rest"})


def located(picture: Pixels, words: str) -> Mask | None:
    """Where that is (h, w), None if it can't be told from the rest."""
    height, width = picture.shape[:2]
    known = _whole_region(picture, words)
    if known is not None:
        return known
    lab = to_lab(to_float(fit(picture, min(_LOOKED_AT, max(height, width)))))
    names = words.split()
    found: Mask | None = None
    if _SKIES & set(names):
        found = _sky(lab)
    elif hue := next((hue for name in names if (hue := colour_named(name))), ""):
        found = _largest(_coloured(lab, hue))
    elif _WATERS & set(names):
        found = _largest(_hued(lab, (0.35, 0.02, -0.12), 1.0) & _below(lab))
    elif _GREENS & set(names):
        found = _hued(lab, (0.45, -0.12, 0.16), 0.7)
    if found is None or not _LEAST < found.mean() < 0.98:
        return None
    return resize(blur(found.astype(np.float32), 1.2), width, height) > 0.5


def calm_place(picture: Pixels, share: float, high: bool, within: Mask | None = None) -> Mask:
    """A box (h, w) of that share of the sides, or as small as `within` has room for, where the
    picture shows nothing of its own: in its upper part or lower down, and away from its border."""
    height, width = picture.shape[:2]
    small = fit(picture, min(_LOOKED_AT, max(height, width)))
    cost = uniqueness(to_float(small))
    rows, columns = cost.shape
    level = np.linspace(0, 1, rows)[:, None]
    if within is None:
        cost = cost + (1.5 if high else 0.5) * np.abs(level - (0.25 if high else 0.75))
        top, left = _least(cost, share)
    else:
        outside = 1 - resize(within.astype(np.float32), columns, rows)
        share = next((s for s in (share, *_SMALLER) if _least_of(outside, s) < _OUT), _SMALLER[-1])
        top, left = _least(cost + 3 * outside, share)
    box = np.zeros((height, width), np.bool_)
    y, x = round(top * height / rows), round(left * width / columns)
    box[y : y + max(1, round(share * height)), x : x + max(1, round(share * width))] = True
    return box


def _means(cost: Plane, share: float) -> tuple[Plane, int, int]:
    """The mean of every box of that share of the sides which stays off the border; its first corner."""
    rows, columns = cost.shape
    down, across = max(1, round(share * rows)), max(1, round(share * columns))
    sums = cv2.integral(cost.astype(np.float32))
    total = sums[down:, across:] - sums[:-down, across:] - sums[down:, :-across]
    total = total + sums[:-down, :-across]
    y, x = (
        min(round(_OFF * n), (m - 1) // 2) for n, m in zip(cost.shape, total.shape, strict=True)
    )
    return total[y : total.shape[0] - y, x : total.shape[1] - x] / (down * across), y, x


def _least(cost: Plane, share: float) -> tuple[int, int]:
    """The upper left corner of the cheapest box."""
    means, y, x = _means(cost, share)
    top, left = divmod(int(means.argmin()), means.shape[1])
    return top + y, left + x


def _least_of(outside: Plane, share: float) -> float:
    return float(_means(outside, share)[0].min())


def _whole_region(picture: Pixels, words: str) -> Mask | None:
    """The subject, the background, or a part of the picture by its place."""
    names = set(words.split())
    try:
        if names and names <= _SUBJECTS:
            return cut_out(picture) > 0
        if names and names <= _BEHIND:
            return cut_out(picture) == 0
        if region_words.named(words) is None:
            return None
        return codec.rgb(regions.masked(words, codec.encode_array(picture)).data)[..., 0] > 127
    except (BadRequest, BadImage):
        return None


def _sky(lab: Plane) -> Mask | None:
    """What hangs together with the upper border above the horizon, and is calm; clouds are in it."""
    soft = blur(lab, 1.0)
    step = np.sqrt(sum(np.square(np.gradient(soft, axis=axis)).sum(-1) for axis in (0, 1)))
    top = soft[: max(1, len(lab) // 16)].reshape(-1, 3)
    middle = np.median(top, axis=0)
    if middle[1] < -0.08 and middle[2] > 0.05:  # leaves reach up to the border
        return None
    near = np.sqrt((((soft - middle) * (0.7, 1, 1)) ** 2).sum(-1)) < _SPREAD
    lively = blur(np.abs(lab[..., 0] - blur(lab[..., 0], 2.0)), 3.0)
    alike = near & (step < _ALIKE)
    alike[_horizon(lab) :] = False
    calm = alike & (lively < _RESTLESS)
    count, labels, _ = _components(calm)
    if count < 2:
        return None
    touching = np.bincount(labels[0], minlength=count)
    touching[0] = 0
    number = int(touching.argmax())
    if touching[number] < 0.25 * lab.shape[1]:
        return None
    found = labels == number
    if float(np.median(lively[found])) >= _RESTLESS / 3:
        return None
    return _without_holes(_widened(found) & alike)


def _widened(mask: Mask) -> Mask:
    """With what is next to it: up to the edge of what stands before a sky it is restless as well."""
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _NEXT + 1, 2 * _NEXT + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), reach)) > 0


def _horizon(lab: Plane) -> int:
    """The row that parts a picture best in two by colour and by how lively it is."""
    lively = np.abs(lab[..., 0] - blur(lab[..., 0], 2.0)).mean(1)
    rows = np.column_stack([lab.mean(1), 4 * lively])
    count = np.arange(1, len(rows))[:, None]
    sums, squares = np.cumsum(rows, 0), np.cumsum(rows**2, 0)
    above = squares[:-1] - sums[:-1] ** 2 / count
    below = squares[-1] - squares[:-1] - (sums[-1] - sums[:-1]) ** 2 / (len(rows) - count)
    spread = (above + below).sum(1)
    edge = max(1, len(rows) // 10)
    if len(spread) <= 2 * edge:
        return len(rows)
    return edge + int(spread[edge:-edge].argmin()) + 1


def _without_holes(mask: Mask) -> Mask:
    """With all that it encloses, and its fine gaps closed."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    count, labels, _ = _components(np.asarray(closed) == 0)
    outside = np.unique(np.concatenate([labels[-1], labels[:, 0], labels[:, -1]]))
    inner = ~np.isin(labels, outside) & (labels > 0) if count > 1 else np.zeros_like(mask)
    return (np.asarray(closed) > 0) | inner


def _coloured(lab: Plane, name: str) -> Mask:
    """Where people would call the colour by that name."""
    value = colours.lab_named(name)
    assert value is not None
    if float(np.hypot(value[1], value[2])) < 0.08:
        grey = np.hypot(lab[..., 1], lab[..., 2]) < 0.12
        return grey & (np.abs(lab[..., 0] - value[0]) < 0.18)
    return _hued(lab, (float(value[0]), float(value[1]), float(value[2])), _WAYS)


def _hued(lab: Plane, colour: tuple[float, float, float], ways: float) -> Mask:
    hue = np.arctan2(colour[2], colour[1])
    apart = np.abs((np.arctan2(lab[..., 2], lab[..., 1]) - hue + np.pi) % (2 * np.pi) - np.pi)
    strength = np.hypot(lab[..., 1], lab[..., 2])
    least = min(0.12, 0.35 * float(np.hypot(colour[1], colour[2])))
    return (apart < ways) & (strength > max(0.03, least))


def _below(lab: Plane) -> Mask:
    below = np.zeros(lab.shape[:2], np.bool_)
    below[_horizon(lab) :] = True
    return below


def _largest(mask: Mask) -> Mask:
    """The largest piece of it, without crumbs and with its small holes closed."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    clean = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    clean = cv2.morphologyEx(clean, cv2.MORPH_OPEN, kernel)
    count, labels, stats = _components(np.asarray(clean) > 0)
    if count < 2:
        return np.zeros_like(mask)
    return labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())


def _components(mask: Mask) -> tuple[int, Plane, Plane]:
    """Connected parts of a mask: their count with the rest as 0, labels, boxes with areas."""
    found: tuple[int, Plane, Plane, Plane] = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return found[:3]
