"""How much of a prompt an open image model reads, and in which manner, by its name.

Stable Diffusion 1, 2 and XL read with CLIP: 77 tokens, two of them its own marks; what comes later is
read in further pieces at best, and weighs little. Their later checkpoints were taught on keywords.
"""

import re

from core.models.painter import Manner

CLIP_TOKENS = 77
READERS: tuple[tuple[re.Pattern[str], int, Manner], ...] = (
    (re.compile(r"flux|qwen|hidream|z-image|chroma|kontext", re.I), 512, "sentences"),
    (re.compile(r"sd-?3|stable-diffusion-3|sd3", re.I), 256, "sentences"),
    (
        re.compile(
            r"xl|pony|illustrious|noob|animagine|sd[-_ ]?[12]|v[12]-[0-9]|stable-diffusion-(v?[12])"
            r"|dreamshaper|deliberate|realistic|anything|juggernaut",
            re.I,
        ),
        CLIP_TOKENS,
        "keywords",
    ),
)


def reader(model: str, configured: int, unknown: int = 0) -> tuple[int, Manner]:
    """Tokens (0 = all) and manner; `configured` goes first, `unknown` is for names that tell nothing."""
    for name, tokens, manner in READERS:
        if name.search(model):
            return configured or tokens, manner
    tokens = configured or unknown
    return tokens, "keywords" if 0 < tokens <= CLIP_TOKENS else "sentences"
