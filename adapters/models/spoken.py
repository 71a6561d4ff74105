"""Image models that are spoken to, Google's own or by OpenRouter: how they are told, the shapes they
paint, and the most a picture costs with what is read and thought for it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.models.prices import PriceBook
from adapters.models.sending import nearest_ratio, sendable
from adapters.models.served import BEGINS, EDITS
from core.models.painter import PaintRequest

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
SIZES = (("1K", 1024), ("2K", 2048), ("4K", 4096))
TOKENS = {"1K": 1120, "2K": 1680, "4K": 2520}  # of a picture, at most (Google's price list)
SPOKEN_SHAPES = "Paints in ten shapes, from 21:9 to 9:16, of 1, 2 or 4 thousand pixels."
THOUGHTS = 2048  # tokens of thinking that a picture may take, where the configuration says nothing
MAX_SOURCES = 8
READ, SEEN = 2200, 1290  # tokens of a prompt at its longest, and of a picture to begin with
READING = Decimal("1.1")  # where an image has a flat price: what is read costs a little besides
BEGIN = {
    "edit": "Change this picture as follows, and leave everything else as it is: ",
    "vary": "Paint a variation of this picture: ",
}


def spoken(*, edits: bool) -> dict[str, Any]:
    """What such a model declares of itself."""
    return {
        "operations": BEGINS | EDITS if edits else BEGINS,
        "image_to_image": edits,
        "max_sources": MAX_SOURCES if edits else 0,
        "prompt_limit": 8_000,
        "note": SPOKEN_SHAPES,
    }


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked for: the ratio nearest to a size, and the class that holds its longer side."""

    ratio: str
    size: str

    @classmethod
    def of(cls, width: int, height: int) -> "Shape":
        longest = max(width, height)
        size = next((name for name, most in SIZES if longest <= most), SIZES[-1][0])
        return cls(nearest_ratio(width, height, RATIOS), size)

    @property
    def tokens(self) -> int:
        return TOKENS[self.size]


def told(request: PaintRequest) -> str:
    """A request in one text: what to do, and what to avoid."""
    avoid = f"\n\nAvoid: {request.negative}" if request.negative else ""
    return sendable(f"{BEGIN.get(request.operation, '')}{request.prompt}{avoid}")


def price_of(
    prices: PriceBook, model: str, request: PaintRequest, thoughts: int = THOUGHTS
) -> Decimal | None:
    """The most one picture costs in dollars; None where nobody knows. By tokens where their rates are
    known, unless the configuration has a flat price."""
    size, rates = (request.width, request.height), prices.rates(model)
    if rates is not None and rates.image_out is not None and not prices.flat_set(model):
        sources = len(request.sources) or (request.operation != "generate")
        return prices.tokens_usd(
            model,
            text_in=READ + SEEN * sources,
            text_out=thoughts,
            image_out=Shape.of(*size).tokens,
        )
    flat = prices.image_usd(model, quality=request.quality, width=size[0], height=size[1])
    return None if flat is None else flat * READING
