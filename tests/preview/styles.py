"""The thumbnails of the styles: `python -m tests.preview.styles STATIC`.

A sample picture of the page, painted again in each style of the deck by the embedded engine."""

import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from adapters.models.offline.raster import to_float, to_pixels
from adapters.models.offline.styles import apply
from core.domain.styles import DECK

SIZE = (104, 76)  # twice what is shown, for sharp screens
SEED = 7


def main(static: Path) -> None:
    with Image.open(static / "sample-balloons.webp") as sample:
        pixels = np.asarray(sample.convert("RGB"), np.uint8)
    large = np.asarray(
        cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8
    )
    for style in DECK:
        made = Image.fromarray(to_pixels(apply(style, to_float(large), SEED)))
        width, height = made.size
        wide = round(height * SIZE[0] / SIZE[1])
        left = (width - wide) // 2
        cut = made.crop((left, 0, left + wide, height)).resize(SIZE, Image.Resampling.LANCZOS)
        cut.save(static / f"style-{style.replace(' ', '-')}.webp", quality=78, method=6)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
