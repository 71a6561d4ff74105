"""blend: two texts become one picture, each shown where it has more to say.

Dabs mixed at random are mud, so whole masses of one picture stand in the other: where it stands
out from its own surroundings, cut along its own edges (guided filter, He et al. 2010), joined on
several scales (Burt and Adelson 1983) in a light between the two.
"""

from typing import Final

import numpy as np

from adapters.models.offline import language, mixture, splitting, styles
from adapters.models.offline.comparing import Effort, Target, refit
from adapters.models.offline.describing import WORKED_AT
from adapters.models.offline.language import Prompt
from adapters.models.offline.painting import unstyled
from adapters.models.offline.raster import Plane, blur, fit, resize, to_lab
from adapters.models.offline.styles.texture import noise

_FORMAT: Final = (512, 341)
_COMMON_LIGHT: Final = 0.5
_LEVELS: Final = 5
_GLANCE: Final = 48
_RARE: Final = 0.2
_PIECE: Final = 0.05
_SEAM: Final = 0.4
_SCENE_DABS: Final = 160
_FEW: Final = 8
_EFFORT: Final = Effort(turnover=0.12, moved=1.0, steps=48, growth=160)


def blend(first: str, second: str, share: float, seed: int, limit: int) -> str:
    """A text of at most `limit` characters; the second picture has `share` (0-1) of the area.

    Its format is the first one's. A text without dabs is painted as a scene before.
    """
    share = min(1.0, max(0.0, float(np.nan_to_num(share))))
    chosen = second if share > 0.5 else first
    if share in {0.0, 1.0} and len(chosen) <= limit:
        return chosen
    prompts = language.read(first), language.read(second)
    width, height = next(((p.width, p.height) for p in prompts if len(p.dabs)), _FORMAT)
    factor = min(1.0, WORKED_AT / max(width, height))
    size = max(16, round(width * factor)), max(16, round(height * factor))
    pictures = [_looked_at(prompt, size, seed) for prompt in prompts]
    mask = _mask(pictures[0], pictures[1], share, seed)
    moved = [_in_common_light(pictures, k, share) for k in (0, 1)]
    lab = _joined(moved[0], moved[1], mask)
    lab[..., 0] = np.clip(lab[..., 0], 0, 1)
    start = _start(prompts, pictures, mask, width, height)
    if len(start) < _FEW:
        start = splitting.split(lab, _SCENE_DABS)
    style = styles.style_of(prompts[share > 0.5].words) or styles.DEFAULT
    return refit(start, Target(lab, width, height, style, limit), (), _EFFORT)


def _looked_at(prompt: Prompt, size: tuple[int, int], seed: int) -> Plane:
    """A text's picture in Lab/100, without its style."""
    return to_lab(unstyled(prompt, *size, seed)[0])


def _mask(first: Plane, second: Plane, share: float, seed: int) -> Plane:
    """1 (h, w) where the second picture is seen: `share` of the area, in few large pieces."""
    height, width = first.shape[:2]
    lead = np.log(_presence(second)) - np.log(_presence(first))
    lead = lead / (lead.std() + 1e-6) + 0.2 * noise(height, width, 0.4, seed, 1)
    lead = blur(lead, max(height, width) * 0.012)
    return (lead > np.quantile(lead, 1 - share)).astype(np.float32)


def _presence(lab: Plane) -> Plane:
    """How much of a subject is at each place (h, w), mean about 1: detail, and colours that the
    border of the picture lacks."""
    height, width = lab.shape[:2]
    side = max(height, width)
    detail = blur(np.abs(lab - blur(lab, side * 0.02)).sum(-1), side * 0.03)
    small = fit(lab, min(side, _GLANCE))
    rim = (small[0], small[:, 0], small[:, -1])
    border = np.concatenate(rim)
    away = ((small[:, :, None] - border) ** 2).sum(-1)
    apart = resize(np.sqrt(np.quantile(away, _RARE, axis=-1)).astype(np.float32), width, height)
    found = detail / (detail.mean() + 1e-6) + 1.5 * apart / (apart.mean() + 1e-6)
    return np.maximum(_guided(found, lab[..., 0], side * _PIECE), 0.05)


def _guided(plane: Plane, guide: Plane, sigma: float) -> Plane:
    """A plane smoothed, with the edges of the guide."""
    mean, middle = blur(guide, sigma), blur(plane, sigma)
    slope = (blur(guide * plane, sigma) - mean * middle) / (
        blur(guide * guide, sigma) - mean * mean + 1e-3
    )
    return blur(slope, sigma) * guide + blur(middle - slope * mean, sigma)


def _in_common_light(pictures: list[Plane], which: int, share: float) -> Plane:
    """One of both, half way to the light and palette between them."""
    means = [picture.mean((0, 1)) for picture in pictures]
    spreads = [np.maximum(picture.std((0, 1)), 0.02) for picture in pictures]
    mean = means[0] * (1 - share) + means[1] * share
    spread = spreads[0] * (1 - share) + spreads[1] * share
    k = np.float32(_COMMON_LIGHT)
    scaled = (pictures[which] - means[which]) * (1 - k + k * spread / spreads[which])
    return scaled + means[which] * (1 - k) + mean * k


def _joined(first: Plane, second: Plane, mask: Plane) -> Plane:
    """Both pictures along a mask: fine structure changes at once, broad light slowly."""
    whole = np.zeros_like(first)
    for level in range(_LEVELS):
        sigma = 1.6 * 2**level
        below = blur(first, sigma), blur(second, sigma)
        soft = blur(mask, _SEAM * sigma)[..., None]
        whole += (first - below[0]) * (1 - soft) + (second - below[1]) * soft
        first, second = below
    soft = blur(mask, _SEAM * 1.6 * 2**_LEVELS)[..., None]
    return whole + first * (1 - soft) + second * soft


def _start(
    prompts: tuple[Prompt, Prompt], pictures: list[Plane], mask: Plane, width: int, height: int
) -> Plane:
    """The dabs (m, 8) of both that lie where their picture is seen."""
    parts: list[Plane] = []
    for prompt, picture, seen in zip(prompts, pictures, (1 - mask, mask), strict=True):
        own = len(prompt.dabs) > 0
        dabs = _placed(prompt, width, height) if own else splitting.split(picture, _SCENE_DABS)
        parts.append(_kept(dabs, seen))
    return np.concatenate(parts)


def _placed(prompt: Prompt, width: int, height: int) -> Plane:
    """Dabs as they lie when their picture covers another format, cropped in the middle."""
    factor = max(width / prompt.width, height / prompt.height)
    side, own = max(width, height), max(prompt.width, prompt.height)
    dabs = prompt.dabs.copy()
    dabs[:, mixture.X] -= (prompt.width - width / factor) / 2 / own
    dabs[:, mixture.Y] -= (prompt.height - height / factor) / 2 / own
    scale = np.float32(own * factor / side)
    dabs[:, : mixture.Y + 1] *= scale
    dabs[:, mixture.LONG : mixture.SHORT + 1] += np.log(scale)
    return dabs


def _kept(dabs: Plane, seen: Plane) -> Plane:
    height, width = seen.shape
    x = np.floor(dabs[:, mixture.X] * max(seen.shape)).astype(int)
    y = np.floor(dabs[:, mixture.Y] * max(seen.shape)).astype(int)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    inside[inside] = seen[y[inside], x[inside]] > 0.5
    return dabs[inside]
