"""Pictures as phones make them: 24 megapixels, 12 MB."""

import io
from functools import cache

import numpy as np
from PIL import Image

PHONE = (5712, 4284)  # pixels


@cache
def phone_jpeg() -> bytes:
    """A JPEG of that size with as much detail as a photograph has."""
    random = np.random.default_rng(24)
    patches = random.integers(0, 256, (42, 57, 3), np.uint8)
    scene = Image.fromarray(patches).resize(PHONE, Image.Resampling.BICUBIC)
    grain = Image.effect_noise((PHONE[0] // 2, PHONE[1] // 2), 60).resize(PHONE).convert("RGB")
    out = io.BytesIO()
    Image.blend(scene, grain, 0.4).save(out, "JPEG", quality=95)
    return out.getvalue()
