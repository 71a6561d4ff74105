"""The deck of styles that a departing run draws from."""

import random
from collections.abc import Sequence

DECK = (
    "gouache",
    "watercolor",
    "oil",
    "van gogh",
    "pixel art",
    "ukiyo-e",
    "steampunk",
    "neon",
    "pencil",
    "stained glass",
    "pop art",
    "art deco poster",
    "charcoal",
    "linocut",
    "papercut",
    "mosaic",
    "pointillism",
    "synthwave",
    "botanical illustration",
    "low poly",
    "claymation",
    "blueprint",
    "fresco",
    "comic ink",
)


def draw(deck: Sequence[str], seed: str, taken: int) -> str:
    """The style of round `taken` (from 0): shuffled by seed, no repeat before the deck is through."""
    turn, place = divmod(taken, len(deck))
    order = list(deck)
    random.Random(f"{seed}/{turn}").shuffle(order)
    if turn and order[0] == draw(deck, seed, turn * len(deck) - 1):
        order.append(order.pop(0))
    return order[place]


def style_for(chosen: Sequence[str], deck: Sequence[str], seed: str, taken: int) -> str:
    """The person's list in its own order, over and over; else the deck."""
    return chosen[taken % len(chosen)] if chosen else draw(deck, seed, taken)
