"""Lettering by RapidOCR (the extra `eyes`): its networks are in its wheel, nothing is fetched.

They are loaded once by each process of the pool that reads (about half a second).
"""

import io
import logging
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from core.domain.answers import Box
from core.domain.errors import PixelsFailed
from core.domain.lettering import Word
from core.ports.pixels import Pixels

LONGEST = 1280  # pixels of the longer side that are read: small print beside quick answers
KEPT = 256  # readings
NEEDED = ("rapidocr", "onnxruntime")
log = logging.getLogger(__name__)


def installed() -> bool:
    """Whether the extra is there."""
    return all(find_spec(name) is not None for name in NEEDED)


class OcrReader:
    """Implements `core.ports.reader.Reader`."""

    def __init__(self, pixels: Pixels) -> None:
        self._pixels = pixels
        self._known: OrderedDict[str, tuple[Word, ...]] = OrderedDict()

    async def read(self, hash: str, image: bytes) -> Sequence[Word] | None:
        if hash not in self._known:
            try:
                self._known[hash] = await self._pixels.run(read_lettering, image)
            except PixelsFailed as exc:
                log.warning("a picture's lettering could not be read: %s", exc.sentence)
                return None
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return self._known.get(hash)


def read_lettering(data: bytes) -> tuple[Word, ...]:
    """Every piece of lettering in reading order; runs in the pool of processes."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(data)) as opened:
        image = opened.convert("RGB")
    image.thumbnail((LONGEST, LONGEST))
    seen: Any = _networks()(np.asarray(image)[:, :, ::-1])
    if seen.boxes is None:
        return ()
    width, height = image.size
    rows = zip(seen.boxes, seen.txts, seen.scores, strict=True)
    return tuple(
        Word(str(text), float(score), _box(corners, width, height)) for corners, text, score in rows
    )


@cache
def _networks() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _box(corners: Any, width: int, height: int) -> Box:
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    left, top = max(0.0, min(xs)), max(0.0, min(ys))
    return Box(left / width, top / height, (max(xs) - left) / width, (max(ys) - top) / height)
