"""A part of a picture, enlarged, for a second look at it."""

import io
import math

from PIL import Image

from core.domain.answers import Box
from core.imaging.codec import encode

BESIDE = 0.5  # of the part's shorter side is seen around it
LONGEST = 1024  # pixels a side of what is made
MOST = 8.0  # times: beyond there is nothing more to see


def magnified(data: bytes, box: Box) -> bytes:
    """What is inside the box and a little around it, by Lanczos: PNG."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    width, height = box.width * picture.width, box.height * picture.height
    margin = max(4.0, BESIDE * min(width, height))
    left, top = box.x * picture.width - margin, box.y * picture.height - margin
    right, bottom = left + width + 2 * margin, top + height + 2 * margin
    left, top = min(max(0, int(left)), picture.width - 1), min(max(0, int(top)), picture.height - 1)
    right = min(picture.width, max(left + 1, math.ceil(right)))
    bottom = min(picture.height, max(top + 1, math.ceil(bottom)))
    part = picture.crop((left, top, right, bottom))
    scale = min(MOST, LONGEST / max(part.size))
    size = max(1, round(part.width * scale)), max(1, round(part.height * scale))
    return encode(part.resize(size, Image.Resampling.LANCZOS))
