"""outpaint: a picture goes on beyond its border."""

import numpy as np

from adapters.models.offline.raster import Pixels, Plane, blur, to_float, to_pixels
from adapters.models.offline.styles.texture import noise


def outpaint(picture: Pixels, left: int, right: int, up: int, down: int, seed: int) -> Pixels:
    """Widen a picture by that many pixels a side; horizon, palette and texture go on outward."""
    left, right, up, down = (min(4096, max(0, int(n))) for n in (left, right, up, down))
    base = to_float(picture)
    wide = _widened(_widened(base, left, right, seed).swapaxes(0, 1), up, down, seed + 1)
    whole = np.ascontiguousarray(wide.swapaxes(0, 1))
    height, width = picture.shape[:2]
    whole[up : up + height, left : left + width] = base
    return to_pixels(whole)


def _widened(base: Plane, before: int, after: int, seed: int) -> Plane:
    """Extend along the second axis: near the seam a mirror image, further out softer and flatter."""
    if not before and not after:
        return base
    height, width = base.shape[:2]
    mode = "symmetric" if width > 1 else "edge"
    whole = np.pad(base, ((0, 0), (before, after), (0, 0)), mode=mode)
    place = np.arange(int(whole.shape[1]))
    outside: Plane = np.maximum(before - place, place - (before + width - 1)).clip(0) / max(
        width, height
    )
    far = np.clip(outside / 0.35, 0, 1)[None, :, None].astype(np.float32)
    side = max(height, width)
    soft = blur(whole, side * 0.02, side * 0.006)
    lines = np.concatenate(
        [np.broadcast_to(base[:, :1], (height, before, 3)), base]
        + [np.broadcast_to(base[:, -1:], (height, after, 3))], 1
    )  # fmt: skip
    lines = blur(lines, side * 0.03, side * 0.008)
    mirror = whole * (1 - far) + soft * far
    mixed = mirror * (1 - 0.72 * far**0.5) + lines * 0.72 * far**0.5
    grain = noise(height, whole.shape[1], 0.012, seed, 3)[..., None] * 0.010
    return np.clip(mixed + grain * (far > 0), 0, 1).astype(np.float32)
