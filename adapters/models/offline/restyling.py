"""A picture that is there already, made anew: in one of the engine's styles, in another picture's
palette, a little or much varied, larger. None of it goes through a text."""

from typing import Final

import cv2
import numpy as np

from adapters.models.offline import styles
from adapters.models.offline.raster import (
    Pixels,
    Plane,
    blur_broadly,
    fit,
    remap,
    resize,
    to_float,
    to_lab,
    to_pixels,
    to_rgb,
)
from adapters.models.offline.styles.texture import noise
from adapters.models.offline.wishes import Shift, shifted

_PAINTED_AT: Final = 1_280
_BEND: Final = 0.035
_MIRRORED_FROM: Final = 0.6
_LARGEST: Final = 8_192
LANCZOS: Final = "lanczos"


def in_style(picture: Pixels, style: str, seed: int) -> Pixels:
    """The picture painted in a style of the engine's."""
    height, width = picture.shape[:2]
    small = to_float(picture)
    if max(height, width) > _PAINTED_AT:
        small = fit(small, _PAINTED_AT)
    return to_pixels(resize(styles.apply(style, small, seed), width, height))


def in_palette(made: Pixels, source: Pixels) -> Pixels:
    """A picture in the light and colours of another one: mean and spread of each channel in Lab
    (Reinhard et al. 2001)."""
    lab, other = (
        to_lab(to_float(made)),
        to_lab(to_float(fit(source, min(256, max(source.shape[:2]))))),
    )
    spread = np.maximum(lab.std((0, 1)), 1e-3)
    ratio = np.clip(other.std((0, 1)) / spread, 0.4, 2.5)
    lab = (lab - lab.mean((0, 1))) * ratio + other.mean((0, 1))
    lab[..., 0] = np.clip(lab[..., 0], 0, 1)
    return to_pixels(to_rgb(lab))


def varied(picture: Pixels, strength: float, seed: int) -> Pixels:
    """The same picture a little or much otherwise: bent, in another light, its colours turned; from
    about the middle on cropped and, by chance, mirrored. 0 changes nothing."""
    strength = min(1.0, max(0.0, float(np.nan_to_num(strength))))
    if strength == 0:
        return picture.copy()
    random = np.random.default_rng(seed)
    base = to_float(picture)
    if strength >= _MIRRORED_FROM and random.random() < 0.5:
        base = np.ascontiguousarray(base[:, ::-1])
    base = _bent(base, strength, seed, random)
    turn, light, warmth = random.normal(0, 1, 3)
    lab = to_lab(base)
    lab = _turned(lab, 0.5 * strength * float(np.clip(turn, -1.5, 1.5)))
    shift = Shift(
        light=0.08 * strength * float(np.clip(light, -1.5, 1.5)),
        warmth=0.06 * strength * float(np.clip(warmth, -1.5, 1.5)),
        contrast=1 + 0.2 * strength * float(random.uniform(-1, 1)),
    )
    return to_pixels(to_rgb(shifted(lab, shift)))


def enlarged(picture: Pixels, width: int, height: int) -> Pixels:
    """The picture at that size, at its own proportions: at least twice its size where the size asked
    is no larger. By Lanczos, which adds no detail."""
    own_height, own_width = picture.shape[:2]
    factor = min(width / own_width, height / own_height)
    factor = factor if factor > 1.01 else 2.0
    factor = min(factor, max(1.0, _LARGEST / max(own_width, own_height)))
    size = max(1, round(own_width * factor)), max(1, round(own_height * factor))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4), np.uint8)


def _bent(base: Plane, strength: float, seed: int, random: np.random.Generator) -> Plane:
    """Softly displaced, and closer by a little: nothing is seen of what lies beyond the border."""
    height, width = base.shape[:2]
    side = max(height, width)
    zoom = 1 + 0.16 * strength * float(random.random()) + 2 * _BEND * strength
    y, x = np.mgrid[:height, :width].astype(np.float32)
    middle = (width - 1) / 2, (height - 1) / 2
    aside = [_wave(height, width, seed + k) * _BEND * strength * side for k in (1, 2)]
    shift = 0.5 * (1 - 1 / zoom) * random.uniform(-1, 1, 2)
    across = middle[0] + (x - middle[0]) / zoom + shift[0] * width + aside[0]
    down = middle[1] + (y - middle[1]) / zoom + shift[1] * height + aside[1]
    return remap(base, across, down)


def _wave(height: int, width: int, seed: int) -> Plane:
    soft = blur_broadly(noise(height, width, 0.5, seed, 1), max(height, width) * 0.06)
    return soft / (float(np.abs(soft).max()) + 1e-6)


def _turned(lab: Plane, angle: float) -> Plane:
    """All hues turned by that many radians."""
    a, b = lab[..., 1].copy(), lab[..., 2].copy()
    lab[..., 1] = a * np.cos(angle) - b * np.sin(angle)
    lab[..., 2] = a * np.sin(angle) + b * np.cos(angle)
    return lab
