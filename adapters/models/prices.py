"""What models cost: data, overridable. A price nobody knows stays None.

Prices in dollars as of 2026-11: OpenAI's pricing page (platform.openai.com/docs/pricing) and image
guide (…/docs/guides/image-generation), Stability's price list (platform.stability.ai/pricing),
Google's (ai.google.dev/gemini-api/docs/pricing), Anthropic's (platform.claude.com/docs, models).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

MILLION = Decimal(1_000_000)
CREDIT = Decimal("0.01")
SQUARE = 1024 * 1024
SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Dollars per million tokens; `image` a flat price for one image."""

    text_in: Decimal | None = None
    image_in: Decimal | None = None
    text_out: Decimal | None = None
    image_out: Decimal | None = None
    image: Decimal | None = None


def _painter() -> Rates:
    return Rates(text_in=Decimal(5), image_in=Decimal(8), image_out=Decimal(30))


def _seer(read: str, written: str) -> Rates:
    return Rates(text_in=Decimal(read), image_in=Decimal(read), text_out=Decimal(written))


def _spoken(image: str, read: str, written: str, painted: str) -> Rates:
    """An image model that is spoken to; `image` is of one megapixel, without what is read."""
    into, out, drawn = Decimal(read), Decimal(written), Decimal(painted)
    return Rates(text_in=into, image_in=into, text_out=out, image_out=drawn, image=Decimal(image))


RATES: Mapping[str, Rates] = {
    "gpt-image-2": _painter(),
    "gpt-image-2.5-flare": _painter(),
    "gpt-image-2.5-sunburst": _painter(),
    "gpt-image-2.6-flare": _painter(),
    "gpt-image-2.6-sunburst": _painter(),
    "gpt-6-luna": _seer("0.10", "0.50"),
    "gpt-6.1-terra": _seer("1", "5"),
    "gpt-6.1-sol": _seer("2", "10"),
    "gemini-nano-banana-2.1": _spoken("0.0336", "1.50", "7.50", "30"),
    "gemini-3-pro-image": _spoken("0.134", "2", "12", "120"),
    "gemini-3.8-flash": _seer("1.50", "7.50"),  # half of it until the end of 2026
    "gemini-3.5-flash": _seer("1.50", "9"),
    "gemini-3.5-flash-lite": _seer("0.30", "2.50"),
    "claude-opus-5-5": _seer("4", "20"),
    "claude-sonnet-5-5": _seer("2", "10"),
    "claude-haiku-5-5": _seer("0.10", "0.50"),  # of requests up to 100,000 tokens
}

_TIERS_2 = {"low": 196, "medium": 1756, "high": 7024}
_TIERS_25 = {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7024}
# 2.6 costs up to four times as much as 2.5 at low and medium; above that nobody has said.
_TIERS_26 = {"low": 784, "medium": 1756}
OUTPUT_TOKENS: Mapping[str, Mapping[str, int]] = {
    "gpt-image-2": _TIERS_2,
    "gpt-image-2.5-flare": _TIERS_25,
    "gpt-image-2.5-sunburst": _TIERS_25,
    "gpt-image-2.6-flare": _TIERS_26,
    "gpt-image-2.6-sunburst": _TIERS_26,
}
"""Output tokens of one 1024x1024 image by quality (OpenAI's image guide)."""

CREDITS: Mapping[str, Decimal] = {
    "ultra": Decimal(8),
    "core": Decimal(3),
    "sd3.5-large": Decimal("6.5"),
    "sd3.5-large-turbo": Decimal(4),
    "sd3.5-medium": Decimal("3.5"),
    "inpaint": Decimal(5),
    "erase": Decimal(5),
    "outpaint": Decimal(4),
    "search-and-replace": Decimal(5),
    "style": Decimal(5),
    "structure": Decimal(5),
    "fast": Decimal(2),
    # a server of one's own bills nothing
    "txt2img": Decimal(0),
    "img2img": Decimal(0),
}
"""Credits of one call by Stability's model or the last part of the endpoint's path."""


def family(model: str) -> str:
    """A model's name without the maker before it and the date of its snapshot."""
    return SNAPSHOT.sub("", model.rpartition("/")[2])


def image_tokens(width: int, height: int) -> int:
    """Input tokens of an image of so many pixels: ceil(w/32) * ceil(h/32) * 1.2 (OpenAI's docs)."""
    return -(-(-(-width // 32) * -(-height // 32) * 12) // 10)


@dataclass(frozen=True, slots=True)
class PriceBook:
    """The built-in list under the configuration's [prices].

    An override's keys are text_in, image_in, text_out, image_out (dollars per million tokens) and
    image (dollars for one image, whatever its size). It is looked up by the exact name first,
    then by the family; what it leaves out stays as built in.
    """

    overrides: Mapping[str, Mapping[str, Decimal]] = field(
        default_factory=dict[str, Mapping[str, Decimal]]
    )

    def rates(self, model: str) -> Rates | None:
        """A model's rates, None where nothing is known of it."""
        known = RATES.get(model) or RATES.get(family(model))
        override = self._override(model)
        if not override:
            return known
        return replace(known or Rates(), **override)

    def image_usd(
        self,
        model: str,
        *,
        quality: str,
        width: int,
        height: int,
        n: int = 1,
        inputs: int = 0,
        image_in: int = 0,
        text_in: int = 0,
        image_out: int = 0,
    ) -> Decimal | None:
        """The most a call for `n` images of `width` x `height` pixels can cost, in dollars.

        Output tokens grow with the area and are never booked below those of 1024x1024; each of
        the `inputs` is booked like an image of the output's size. `image_in` (of pictures that are
        at hand), `text_in` and `image_out` (beside the images) are in tokens.
        """
        rates = self.rates(model)
        if rates is None:
            return None
        if rates.image is not None:
            return rates.image * n if self._flat_holds(model, width, height) else None
        tokens = _output_tokens(model, quality, width, height)
        if tokens is None:
            return None
        read = image_in + inputs * max(image_tokens(width, height), image_tokens(1024, 1024))
        return self.tokens_usd(
            model, text_in=text_in, image_in=read, image_out=tokens * n + image_out
        )

    def tokens_usd(
        self,
        model: str,
        *,
        text_in: int = 0,
        image_in: int = 0,
        text_out: int = 0,
        image_out: int = 0,
    ) -> Decimal | None:
        """Dollars for so many tokens; None where a kind that was used has no known rate."""
        rates = self.rates(model)
        if rates is None:
            return None
        total = Decimal(0)
        for tokens, rate in (
            (text_in, rates.text_in),
            (image_in, rates.image_in),
            (text_out, rates.text_out),
            (image_out, rates.image_out),
        ):
            if tokens and rate is None:
                return None
            total += tokens * (rate or 0) / MILLION
        return total

    def flat_usd(self, model: str, operation: str) -> Decimal | None:
        """Dollars for one call that has one price: by the operation (or its path), else the model.

        An override of the model's `image` price holds for all of its operations.
        """
        override = self._override(model).get("image")
        if override is not None:
            return override
        credits = CREDITS.get(operation.rpartition("/")[2], CREDITS.get(model))
        return None if credits is None else credits * CREDIT

    def flat_set(self, model: str) -> bool:
        """Whether the configuration has a flat price of the model's image."""
        return "image" in self._override(model)

    def _override(self, model: str) -> Mapping[str, Decimal]:
        return self.overrides.get(model) or self.overrides.get(family(model)) or {}

    def _flat_holds(self, model: str, width: int, height: int) -> bool:
        """The built-in flat prices are for one megapixel; a configured one is taken at its word."""
        return self.flat_set(model) or width * height <= SQUARE


def _output_tokens(model: str, quality: str, width: int, height: int) -> int | None:
    tiers = OUTPUT_TOKENS.get(model) or OUTPUT_TOKENS.get(family(model))
    if tiers is None:
        return None
    one = tiers.get(quality)
    if one is None and quality == "auto" and "high" in tiers:
        one = max(tiers.values())
    if one is None:
        return None
    return one if width * height <= SQUARE else -(-one * width * height // SQUARE)
