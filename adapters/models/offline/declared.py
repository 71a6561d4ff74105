"""What the embedded engine can do, for those who only ask: nothing for pixels is loaded by this."""

from typing import Final

from core.domain.styles import DECK
from core.models.painter import Operation

STYLES: Final = DECK
OPERATIONS: Final[frozenset[Operation]] = frozenset(
    {"generate", "edit", "outpaint", "vary", "replace", "style", "upscale"}
)
