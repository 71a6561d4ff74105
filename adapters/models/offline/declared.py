"""What the embedded engine can do, for those who only ask: nothing for pixels is loaded by this."""

from typing import Final

from core.models.painter import Operation

STYLES: Final = (
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
    "watercolor",
    "ukiyo-e",
    "steampunk",
    "linocut",
    "art deco poster",
    "botanical illustration",
    "comic ink",
)
OPERATIONS: Final[frozenset[Operation]] = frozenset(
    {"generate", "edit", "outpaint", "vary", "replace", "style", "upscale"}
)
