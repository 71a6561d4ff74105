"""Several pictures in one: each is described, and their texts are blended."""

from collections.abc import Sequence
from typing import Final

from adapters.models.offline import engine
from adapters.models.offline.raster import Pixels

_LIMIT: Final = 4_000


def text_of(pictures: Sequence[Pixels], seed: int) -> str:
    """The text of all these pictures (h, w, 3); each has the same share of it."""
    described = [engine.describe(each, limit=_LIMIT, length=_LIMIT) for each in pictures]
    whole = described[0]
    for number, text in enumerate(described[1:], 2):
        whole = engine.blend(whole, text, 1 / number, seed, limit=_LIMIT)
    return whole
