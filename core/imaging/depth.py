"""Pictures of more than 8 bits a channel: what is black and what is white in them."""

import io
from collections.abc import Callable, Iterator
from typing import Any, Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

Values = NDArray[Any]
Convert = Callable[[Image.Image], Image.Image]
BITS_PER_SAMPLE, PHOTOMETRIC, SAMPLES, SAMPLE_FORMAT = 258, 262, 277, 339
WIDTH, HEIGHT = 256, 257
WHITE_IS_ZERO: Final = 0
TOPS: Final = (255, 1023, 4095, 16383, 65535, 2**31 - 1, 2**32 - 1)
ROWS: Final = 256
STRETCHED: Final = "Its brightness was stretched: it is deeper than a screen shows."


def is_deep(image: Image.Image) -> bool:
    return image.mode.startswith("I;16") or image.mode in ("I", "F")


def to_eight(image: Image.Image) -> tuple[Convert, str]:
    """How a deep picture becomes one of 8 bits, and what is to be told."""
    tags: Any = image.getexif() if image.format == "TIFF" else dict[int, Any]()
    unsigned = image.mode == "I" and tags.get(SAMPLE_FORMAT, 1) in (1, (1,))
    inverted = tags.get(PHOTOMETRIC) == WHITE_IS_ZERO
    bands = (_values(image.crop(box), unsigned) for box in _boxes(image))
    low, high, note = scale_of(bands, _bits(tags, image))

    def convert(band: Image.Image) -> Image.Image:
        made = eight_bit(_values(band, unsigned), low, high)
        return Image.fromarray(255 - made if inverted else made)

    return convert, note


def _bits(tags: Any, image: Image.Image) -> int:
    found: object = tags.get(BITS_PER_SAMPLE)
    if isinstance(found, int):
        return found
    return 16 if image.mode.startswith("I;16") else 32


def _values(image: Image.Image, unsigned: bool) -> Values:
    values = np.asarray(image)
    return values.view(np.uint32) if unsigned and values.dtype == np.int32 else values


def _boxes(image: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    for top in range(0, image.height, ROWS):
        yield 0, top, image.width, min(image.height, top + ROWS)


def scale_of(bands: Iterator[Values], bits: int) -> tuple[float, float, str]:
    """The values that become black and white, and a sentence where they had to be guessed.

    Whole numbers end at the next depth in use that holds the highest (a camera's 12 bits come in
    files of 16); fractions from 0 to 1 are what they say; anything else is stretched.
    """
    lowest, highest, whole = np.inf, -np.inf, True
    for band in bands:
        whole = whole and band.dtype.kind in "ui"
        there = band[np.isfinite(band)] if not whole else band
        if there.size:
            lowest, highest = min(lowest, float(there.min())), max(highest, float(there.max()))
    if highest <= lowest:
        highest, lowest = max(highest, 1.0), min(lowest, 0.0)
    if lowest < 0 or not np.isfinite(lowest + highest):
        return lowest, highest, STRETCHED
    if whole:
        top = next(float(top) for top in TOPS if top >= min(highest, TOPS[-1]))
        return 0.0, top, "" if top >= 2 ** min(bits, 32) - 1 else STRETCHED
    if highest <= 1.001:
        return 0.0, 1.0, ""
    if 16 < highest <= 255.5:
        return 0.0, 255.0, ""
    return 0.0, highest, STRETCHED


def eight_bit(values: Values, low: float, high: float) -> NDArray[np.uint8]:
    scaled = (values.astype(np.float32) - low) * (255.0 / max(high - low, 1e-12))
    return np.nan_to_num(scaled).clip(0, 255).astype(np.uint8)


def tiff_size(data: bytes) -> tuple[int, int, int]:
    """Width, height and bytes a pixel, by a TIFF's own header. Raises what Pillow raises."""
    file = io.BytesIO(data)
    tags: Any = TiffImagePlugin.ImageFileDirectory_v2(file.read(8))
    file.seek(tags.next)
    tags.load(file)
    bits = tags.get(BITS_PER_SAMPLE, (8,))
    return int(tags[WIDTH]), int(tags[HEIGHT]), -(-max(bits) // 8) * int(tags.get(SAMPLES, 1))


def deep_tiff(data: bytes) -> tuple[Image.Image, str] | None:
    """A TIFF that Pillow can't read (fractions in colour, 64 bits, 12 bits in colour), as 8 bits a
    channel; None if OpenCV can't read it either."""
    read = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if read is None:
        return None
    values = cast(Values, read)
    rows = (values[top : top + ROWS] for top in range(0, len(values), ROWS))
    low, high, note = scale_of(rows, values.dtype.itemsize * 8)
    made = np.empty(values.shape, np.uint8)
    for top in range(0, len(values), ROWS):
        made[top : top + ROWS] = eight_bit(values[top : top + ROWS], low, high)
    if made.ndim == 3:  # OpenCV has blue first
        how = cv2.COLOR_BGRA2RGBA if made.shape == (*made.shape[:2], 4) else cv2.COLOR_BGR2RGB
        return Image.fromarray(np.asarray(cv2.cvtColor(made, how), np.uint8)), note
    return Image.fromarray(made), note
