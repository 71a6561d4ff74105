"""Where people look: at what stands out from its surroundings, and at skin with fine detail in it.

A weight for every pixel, 1 on the average, so that dabs are spent on faces, eyes and lettering
before they are spent on foliage. Centre against surround at two scales (Itti et al. 1998).
"""

from typing import Final

import numpy as np

from adapters.models.offline.raster import Plane, blur

_SCALES: Final = ((0.008, 0.05), (0.02, 0.12))
_SKIN_HUE: Final = 0.9  # radians from red towards yellow
_LEAST, _MOST = 0.7, 1.9


def attention(lab: Plane) -> Plane:
    """Weights (h, w) for a Lab/100 picture (h, w, 3)."""
    side = max(lab.shape[:2])
    stands_out = np.zeros(lab.shape[:2], np.float32)
    for centre, surround in _SCALES:
        apart = blur(lab, side * centre) - blur(lab, side * surround)
        stands_out += np.sqrt((apart * apart).sum(-1))
    stands_out /= float(stands_out.mean()) + 1e-6
    weight = 0.75 + 0.25 * blur(stands_out, side * 0.01) + 0.9 * _skin(lab) * _detail(lab, side)
    weight = np.clip(weight, _LEAST, _MOST)
    return np.asarray(weight / float(weight.mean()), np.float32)


def _skin(lab: Plane) -> Plane:
    """How much the colour may be skin, of any shade (0-1)."""
    hue = np.arctan2(lab[..., 2], lab[..., 1])
    strength = np.hypot(lab[..., 1], lab[..., 2])
    near = np.exp(-(((hue - _SKIN_HUE) / 0.35) ** 2))
    fits = (strength > 0.08) & (strength < 0.45) & (lab[..., 0] > 0.15) & (lab[..., 0] < 0.92)
    return blur(np.asarray(near * fits, np.float32), max(lab.shape[:2]) * 0.01)


def _detail(lab: Plane, side: int) -> Plane:
    """Fine structure that is not everywhere (0-1): a face has eyes, a wall of sand has grain."""
    fine = np.abs(lab[..., 0] - blur(lab[..., 0], side * 0.02))
    local = blur(fine, side * 0.03)
    return np.clip(local / (float(np.quantile(local, 0.9)) + 1e-6), 0, 1)
