"""The styles by name, what people call them, and how wide a frame each draws."""

import re
from collections.abc import Callable
from typing import Final

import numpy as np

from adapters.models.offline.declared import STYLES as STYLES
from adapters.models.offline.labels import labelled
from adapters.models.offline.raster import Plane
from adapters.models.offline.styles import crafted, drawn, glowing, painted, printed

Filter = Callable[[Plane, int], Plane]

FILTERS: Final[dict[str, Filter]] = {
    "gouache": painted.gouache,
    "watercolor": painted.watercolor,
    "oil": painted.oil,
    "van gogh": painted.van_gogh,
    "pixel art": crafted.pixel_art,
    "ukiyo-e": printed.ukiyo_e,
    "steampunk": glowing.steampunk,
    "neon": glowing.neon,
    "pencil": drawn.pencil,
    "stained glass": crafted.stained_glass,
    "pop art": printed.pop_art,
    "art deco poster": printed.art_deco,
    "charcoal": drawn.charcoal,
    "linocut": printed.linocut,
    "papercut": crafted.papercut,
    "mosaic": crafted.mosaic,
    "pointillism": painted.pointillism,
    "synthwave": glowing.synthwave,
    "botanical illustration": drawn.botanical,
    "low poly": crafted.low_poly,
    "claymation": crafted.claymation,
    "blueprint": drawn.blueprint,
    "fresco": painted.fresco,
    "comic ink": drawn.comic_ink,
}
DEFAULT: Final = "gouache"

_FRAMES: Final = {
    "watercolor": 0.036,
    "ukiyo-e": 0.024,
    "steampunk": 0.018,
    "linocut": 0.028,
    "art deco poster": 0.036,
    "botanical illustration": 0.04,
    "comic ink": 0.024,
}
_ALIASES: Final = (
    ("watercolor", r"watercolou?r|aquarelle"),
    ("van gogh", r"van gogh|gogh|impasto|post-?impressionis\w*"),
    ("pixel art", r"pixel(?: |-)?art|pixels?|8-?bit|16-?bit|retro game"),
    ("ukiyo-e", r"ukiyo-?e|woodblock|hokusai|hiroshige|japanese print"),
    ("steampunk", r"steampunk|brass and gears|victorian machine"),
    ("synthwave", r"synthwave|vaporwave|outrun|eighties"),
    ("neon", r"neon|cyberpunk"),
    ("stained glass", r"stained[- ]?glass|church window"),
    ("comic ink", r"comic ink|inked|manga|graphic novel|ink drawing"),
    ("pop art", r"pop[- ]?art|comic|warhol|lichtenstein"),
    ("art deco poster", r"art deco(?: poster)?|travel poster|poster"),
    ("charcoal", r"charcoal|chalk"),
    ("pencil", r"pencil|sketch|graphite|drawing"),
    ("linocut", r"linocut|lino|woodcut|block print"),
    ("papercut", r"paper[- ]?cut|cut paper|paper collage"),
    ("mosaic", r"mosaic|tiles"),
    ("pointillism", r"pointillis[mt]\w*|seurat|impressionis\w*|dots"),
    ("botanical illustration", r"botanical(?: illustration)?|book plate|engraving"),
    ("low poly", r"low[- ]?poly|polygons?|geometric"),
    ("claymation", r"clay(?:mation)?|plasticine|stop[- ]motion"),
    ("blueprint", r"blueprint|technical drawing|cyanotype"),
    ("fresco", r"fresco|mural|plaster"),
    ("oil", r"oil(?: paint(?:ing)?)?|oils|rembrandt|baroque"),
    ("gouache", r"gouache|plain|natural|photo\w*|realistic"),
)


def named(text: str) -> str | None:
    """The style a phrase or a sentence asks for, None if it names none."""
    text = text.lower()
    if text.strip() in FILTERS:
        return text.strip()
    for name, pattern in _ALIASES:
        if re.search(rf"\b(?:{pattern})\b", text):
            return name
    return None


def without(text: str) -> str:
    """A sentence without the phrases that name a style, so that none is taken for a subject."""
    found = named(text)
    if found is None or text.strip().lower() in FILTERS:
        return text
    pattern = next((pattern for name, pattern in _ALIASES if name == found), re.escape(found))
    return re.sub(rf"\b(?:{pattern})\b(?: style| painting| print)?", "", text, flags=re.I)


def pattern_of(style: str) -> str:
    """What a style is called, as a pattern."""
    return next((pattern for name, pattern in _ALIASES if name == style), re.escape(style))


def style_of(words: str) -> str | None:
    """The style of a prompt's `Style:` line, else one named in its free lines."""
    said = labelled("Style", words)
    if said:
        return named(said.removesuffix(".")) or DEFAULT
    return named(words)


def frame_of(style: str) -> float:
    """How wide a style's frame or paper edge is, as a share of the long side."""
    return _FRAMES.get(style, 0.0)


def apply(style: str, picture: Plane, seed: int) -> Plane:
    """A float RGB picture in a style; the same for the same (style, picture, seed)."""
    styled = FILTERS.get(style, FILTERS[DEFAULT])(picture, seed & 0x7FFFFFFF)
    return np.clip(styled, 0, 1).astype(np.float32)
