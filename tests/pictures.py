"""Small pictures with something on them, and what a painter may make of them."""

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Pixels = NDArray[np.uint8]


@cache
def scene() -> Pixels:
    """A house, a tree and a sun over a meadow, 192 x 128."""
    image = Image.new("RGB", (192, 128), (150, 190, 225))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 84, 192, 128), fill=(96, 130, 70))
    draw.ellipse((146, 10, 174, 38), fill=(245, 215, 120))
    draw.rectangle((34, 52, 86, 98), fill=(190, 90, 70))
    draw.polygon(((28, 54), (60, 24), (92, 54)), fill=(90, 50, 50))
    draw.rectangle((52, 72, 66, 98), fill=(70, 45, 35))
    draw.rectangle((126, 60, 134, 100), fill=(90, 65, 45))
    draw.ellipse((108, 32, 152, 72), fill=(40, 90, 50))
    pixels = np.asarray(image, np.uint8)
    pixels.flags.writeable = False
    return pixels


def repainted(pixels: Pixels) -> Pixels:
    """The same things, framed closer: none of its pixels is where it was."""
    image = Image.fromarray(pixels)
    width, height = image.size
    inner = (width // 10, height // 10, width - width // 10, height - height // 10)
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC, inner), np.uint8)


def mosaic(pixels: Pixels) -> Pixels:
    """The picture in 24 x 16 blocks."""
    image = Image.fromarray(pixels)
    blocks = image.resize((24, 16), Image.Resampling.BOX)
    return np.asarray(blocks.resize(image.size, Image.Resampling.NEAREST), np.uint8)


def encoded(pixels: Pixels) -> bytes:
    """As a PNG."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
