"""What is painted from pictures: their texts, varied, in another style, or joined.

The painter sees nothing but text: a picture that has none is described first, and coarsely.
"""

from typing import Final

from adapters.models.offline import engine
from core.imaging import codec
from core.models.painter import PaintRequest

_LIMIT: Final = 4_000


def text_of(request: PaintRequest, seed: int) -> str:
    """The text of a picture like the request's first one, or of all its pictures in one."""
    first = _own(request) if len(request.sources) < 2 else _described(request, 0)
    if len(request.sources) < 2:
        return engine.vary(first, request.strength, seed)
    whole = first
    for number in range(1, len(request.sources)):
        # each has the same share in the end
        whole = engine.blend(
            whole, _described(request, number), 1 / (number + 1), seed, limit=_LIMIT
        )
    return whole


def _own(request: PaintRequest) -> str:
    """The words or dabs it was painted from, else what is seen in it."""
    if not request.shown or (request.style and engine.has_dabs(request.shown)):
        return _described(request, 0)
    return f"In {request.style}. {request.shown}" if request.style else request.shown


def _described(request: PaintRequest, number: int) -> str:
    pixels = codec.rgb(request.sources[number])
    style = request.style or "gouache"
    return engine.describe(pixels, limit=_LIMIT, length=_LIMIT, style=style)
