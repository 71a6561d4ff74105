"""Texts whose pictures are kept. After a wanted change: python -m tests.unit.offline.goldens."""

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from adapters.models.offline import engine
from adapters.models.offline.raster import Pixels

FOLDER: Final = Path(__file__).parent / "golden"
SIZE: Final = (120, 80)
SENTENCES: Final = {
    "fox": "a red fox in the snow at sunset",
    "city": "a city at night",
    "shore": "a house by a lake in autumn",
    "abstract": "the purple silence of longing",
    "pixels": "three boats at dawn, pixel art",
}
NAMES: Final = ("dabs", *SENTENCES)


def painted(name: str) -> Pixels:
    """What the engine paints now."""
    text = SENTENCES.get(name) or (FOLDER / f"{name}.txt").read_text("utf-8")
    return engine.paint(text, *SIZE, seed=1, plain=name != "pixels")


def kept(name: str) -> Pixels:
    """What it painted when the picture was kept."""
    with Image.open(FOLDER / f"{name}.png") as image:
        return np.asarray(image.convert("RGB"), np.uint8)


def main() -> None:
    for name in NAMES:
        Image.fromarray(painted(name)).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
