"""Marks: arrows, circles and words drawn over a picture, on a layer of their own."""

import io
from typing import Final

import numpy as np
from PIL import Image

from core.domain.errors import BadImage
from core.imaging import codec
from core.imaging.mask import layer_of, same_shape

LEAST_PIXELS: Final = 16
MOST_SHARE: Final = 0.9  # of the picture: under more nothing of it is seen
NOTHING: Final = "There are no marks on it: draw or write over the picture, and send it again."
HIDDEN: Final = (
    "The marks hide the picture: send them alone on a transparent ground, as a PNG file."
)


def read(data: bytes, size: tuple[int, int]) -> bytes:
    """A layer of marks brought upright and to the picture's `size` (width, height): a transparent
    PNG. Raises BadImage with a sentence."""
    layer = layer_of(data, "layer of marks")
    same_shape(layer.size, size, "layer of marks")
    if layer.size != size:
        layer = layer.resize(size, Image.Resampling.BICUBIC)
    drawn = np.asarray(layer.getchannel("A"), np.uint8) >= 32
    if np.count_nonzero(drawn) < LEAST_PIXELS:
        raise BadImage(NOTHING)
    if drawn.mean() > MOST_SHARE:
        raise BadImage(HIDDEN)
    out = io.BytesIO()
    layer.save(out, "PNG", compress_level=3)
    return out.getvalue()


def drawn_over(picture: bytes, marks: bytes) -> bytes:
    """The picture with its marks, for painters that take no layer of their own: PNG."""
    with Image.open(io.BytesIO(picture)) as below, Image.open(io.BytesIO(marks)) as above:
        layer = above.convert("RGBA")
        ground = below.convert("RGBA")
        if layer.size != ground.size:
            layer = layer.resize(ground.size, Image.Resampling.BICUBIC)
        return codec.encode(Image.alpha_composite(ground, layer).convert("RGB"))
