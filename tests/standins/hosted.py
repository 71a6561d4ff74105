"""What the models of hosts paint: a grey in the shape asked for, or the source's own colours."""

import base64
import io

import numpy as np
from PIL import Image

from tests.standins.loopback import png

SIDE = 128


def painted(source: str | bytes | None, ratio: str) -> bytes:
    """`source` as a data URI or as bytes."""
    wide, high = map(int, ratio.split(":"))
    scale = SIDE / max(wide, high)
    shade = 60
    if source:
        data = base64.b64decode(source.partition(",")[2]) if isinstance(source, str) else source
        with Image.open(io.BytesIO(data)) as opened:
            shade = int(np.asarray(opened.convert("L")).mean())
    return png(np.full((round(high * scale), round(wide * scale), 3), shade, np.uint8))
