"""The score of a round: how near an image comes to its reference. Runs in the pool."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.domain.views import Measure, Score
from core.imaging import codec, resemblance, similarity


def score(reference: bytes, image: bytes, measure: Measure) -> Score:
    """The score of two encoded images; runs in the pool."""
    first, second = _reference(reference), codec.rgb(image)
    if measure == "pixels":
        found = similarity.measure(first, second)
        parts = [round(part, 4) for part in (found.detail, found.layout, found.colour)]
        return Score(round(found.score, 1), *parts, measure=measure)
    seen = resemblance.resemble(first, second)
    layout, colour = round(seen.edges, 4), round(seen.colour, 4)
    return Score(round(seen.score, 1), None, layout, colour, measure)


@lru_cache(maxsize=2)
def _reference(data: bytes) -> NDArray[np.uint8]:
    """Decoded once a process: every round of a session is measured against it."""
    pixels = codec.rgb(data)
    pixels.flags.writeable = False
    return pixels
