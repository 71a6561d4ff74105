"""Which picture of a file with several is taken: the first one that shows something."""

from typing import Final

import numpy as np
from PIL import Image

ANIMATED: Final = frozenset({"GIF", "WEBP", "PNG", "AVIF"})
MOST_LOOKED_AT: Final = 60  # frames
MOST_PIXELS: Final = 200_000_000  # in all that are looked at
LARGEST_FRAME: Final = 20_000_000  # pixels: of a larger one, not several are held
GLANCE: Final = 96
BLANK: Final = 24  # of 255: the spread of a frame in which there is nothing to see


def settle(opened: Image.Image, kind: str) -> str:
    """Puts the file on the frame that is taken and says which one; "" where there is only one."""
    count = int(getattr(opened, "n_frames", 1))
    if kind == "TIFF" and count > 1:
        return f"The file has {count} pages: the first one was taken."
    if kind not in ANIMATED or count < 2:
        return ""
    pixels = opened.width * opened.height
    most = 1 if pixels > LARGEST_FRAME else min(count, MOST_LOOKED_AT, MOST_PIXELS // pixels)
    for number in range(max(1, most)):
        opened.seek(number)
        if not _is_blank(opened):
            break
    else:
        opened.seek(0)
        return "An animation: its first frame was taken."
    if number == 0:
        return "An animation: its first frame was taken."
    return f"An animation: frame {number + 1} was taken, as those before it are blank."


def _is_blank(frame: Image.Image) -> bool:
    """Whether a frame is all of one colour, or wholly transparent."""
    size = (min(GLANCE, frame.width), min(GLANCE, frame.height))
    glance = frame.resize(size, Image.Resampling.NEAREST).convert("RGBA")
    values = np.asarray(glance, np.float32)
    values[..., :3] *= values[..., 3:] / 255
    low, high = np.percentile(values.reshape(-1, 4), (2, 98), axis=0)
    return float((high - low).max()) < BLANK
