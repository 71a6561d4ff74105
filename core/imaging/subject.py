"""What a picture is of, and what is behind it: saliency says where to look, GrabCut where it ends.

It is measured, not understood. Two guesses that know nothing of each other are cut out, and where
they come to different things, the answer is that it can't be told.
"""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.errors import BadRequest
from core.imaging.mask import Plane

LOOKED_AT: Final = 256  # pixels a side in which it is cut out
ROUNDS: Final = 4
AGREE: Final = 0.6  # overlap of the two guesses, over their union
LEAST, MOST = 0.02, 0.75  # of the picture that a subject covers
STANDS_OUT: Final = 12.0  # delta E between the colours of subject and background
SHORTEST: Final = 32
CANT_TELL: Final = (
    "I can't tell the subject of this picture from its background: name a part of it, such as left "
    "or centre, or paint the mask."
)
Pixels = NDArray[np.uint8]


def cut_out(pixels: Pixels) -> Plane:
    """The subject of an RGB picture (h, w, 3) as a plane (h, w), 255 = subject. Raises BadRequest
    where it can't be told."""
    height, width = pixels.shape[:2]
    scale = min(1.0, LOOKED_AT / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if min(size) < SHORTEST:
        raise BadRequest(CANT_TELL)
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = [_cut(small, guess) for guess in _guesses(small)]
    first, second = found
    both, either = int((first & second).sum()), int((first | second).sum())
    if not either or both < AGREE * either:
        raise BadRequest(CANT_TELL)
    subject = _whole(first)
    if not (LEAST <= subject.mean() <= MOST) or _contrast(small, subject) < STANDS_OUT:
        raise BadRequest(CANT_TELL)
    plane = cv2.resize(subject.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where(plane >= 0.5, np.uint8(255), np.uint8(0))


def _guesses(small: Pixels) -> Iterator[NDArray[np.uint8]]:
    """Where GrabCut begins: what stands out, and the middle."""
    height, width = small.shape[:2]
    seen = _salient(small)
    guess = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    guess[seen >= np.percentile(seen, 70)] = cv2.GC_PR_FGD
    yield _rimmed(guess)
    guess = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    top, left = height // 5, width // 5
    guess[top : height - top, left : width - left] = cv2.GC_PR_FGD
    yield _rimmed(guess)


def _rimmed(guess: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The outermost rows and columns are background for sure, but for the lower edge: people and
    things stand on it."""
    rim = max(2, min(guess.shape) // 40)
    guess[:rim] = cv2.GC_BGD
    guess[:, :rim] = cv2.GC_BGD
    guess[:, -rim:] = cv2.GC_BGD
    return guess


def _salient(small: Pixels) -> NDArray[np.float32]:
    """How far each place is from the colours of the rim, nearer to the middle counting more: the
    Mahalanobis distance to the border's mean (after Zhang et al. 2015, image boundary contrast)."""
    height, width = small.shape[:2]
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab)
    rim = max(2, min(height, width) // 12)
    sides = (lab[:rim], lab[:, :rim], lab[:, -rim:])
    far = np.full((height, width), np.inf, np.float32)
    for side in sides:
        border = side.reshape(-1, 3)
        spread = np.cov(border, rowvar=False) + np.eye(3) * 20
        off = lab.reshape(-1, 3) - border.mean(axis=0)
        distance = np.einsum("ij,jk,ik->i", off, np.linalg.inv(spread), off)
        far = np.minimum(far, np.sqrt(distance).reshape(height, width).astype(np.float32))
    y, x = np.mgrid[0:height, 0:width]
    away = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2).astype(np.float32)
    weighed = far * np.exp(-away * np.float32(3))
    return np.asarray(cv2.GaussianBlur(weighed, (0, 0), min(height, width) / 40), np.float32)


def _cut(small: Pixels, guess: NDArray[np.uint8]) -> NDArray[np.bool_]:
    cv2.setRNGSeed(7)  # its colour models begin at random: the same picture gives the same mask
    models = (np.zeros((1, 65)), np.zeros((1, 65)))
    try:
        bgr = np.ascontiguousarray(small[..., ::-1])
        cv2.grabCut(bgr, guess, (0, 0, 1, 1), *models, ROUNDS, cv2.GC_INIT_WITH_MASK)
    except cv2.error as exc:  # a guess in which one side is empty
        raise BadRequest(CANT_TELL) from exc
    return (guess == cv2.GC_FGD) | (guess == cv2.GC_PR_FGD)


def _whole(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without crumbs, and without the holes that are smaller than them."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    clean = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    clean = cv2.morphologyEx(clean, cv2.MORPH_CLOSE, kernel)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(clean)
    if count < 2:
        return np.zeros_like(found)
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(areas >= 0.2 * areas.max())
    return np.isin(labels, kept)


def _contrast(small: Pixels, subject: NDArray[np.bool_]) -> float:
    """Between the mean colours of a subject and of what is beside it."""
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab)
    if not subject.any() or subject.all():
        return 0.0
    return float(np.linalg.norm(lab[subject].mean(axis=0) - lab[~subject].mean(axis=0)))
