"""Other measures of likeness, to compare the score with; all of them: more is nearer."""

from typing import Final

import cv2
import numpy as np

from adapters.models.offline.raster import Pixels, Plane, luma, resize, to_float
from core.imaging.similarity import measure, structural_similarity

_SCALES: Final = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def score(reference: Pixels, image: Pixels) -> float:
    """Our own, 0-100."""
    return measure(reference, image).score


def ssim(reference: Pixels, image: Pixels) -> float:
    """Structural similarity of luma (Wang et al. 2004)."""
    return structural_similarity(_light(reference), _light(image))


def ms_ssim(reference: Pixels, image: Pixels) -> float:
    """Multi-scale structural similarity of luma (Wang et al. 2003)."""
    product = 1.0
    a, b = _light(reference), _light(image)
    for level, weight in enumerate(_SCALES):
        last = level == len(_SCALES) - 1
        value = structural_similarity(a, b) if last else _contrast_structure(a, b)
        product *= max(value, 1e-6) ** weight
        a, b = (cv2.resize(p, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for p in (a, b))
    return product


def psnr(reference: Pixels, image: Pixels) -> float:
    """Peak signal to noise in decibels, over RGB."""
    error = float(((to_float(reference) - to_float(image)) ** 2).mean())
    return float(-10 * np.log10(error + 1e-12))


def p_hash(reference: Pixels, image: Pixels) -> float:
    """Minus the Hamming distance of two 64-bit perceptual hashes (Zauner 2010)."""
    return -float((_hashed(reference) != _hashed(image)).sum())


def _hashed(image: Pixels) -> Plane:
    small = np.ascontiguousarray(resize(_light(image), 32, 32), np.float32)
    waves = np.asarray(cv2.dct(small))[:8, :8].ravel()
    return waves > np.median(waves[1:])


def _light(image: Pixels) -> Plane:
    return np.ascontiguousarray(luma(to_float(image)), np.float32)


def _contrast_structure(x: Plane, y: Plane) -> float:
    def blur(plane: Plane) -> Plane:
        return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5, borderType=cv2.BORDER_REFLECT))

    mean_x, mean_y = blur(x), blur(y)
    var_x, var_y = blur(x * x) - mean_x**2, blur(y * y) - mean_y**2
    return float(((2 * (blur(x * y) - mean_x * mean_y) + 9e-4) / (var_x + var_y + 9e-4)).mean())


MEASURES: Final = {
    "score": score, "MS-SSIM": ms_ssim, "SSIM": ssim, "PSNR": psnr, "pHash": p_hash,
}  # fmt: skip
