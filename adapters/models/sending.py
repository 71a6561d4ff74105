"""Pictures and shapes as providers take them: an encoding within a longest side, a ratio off a list."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from core.imaging import codec
from core.models.painter import PaintRequest

LONGEST_SOURCE = 2048  # pixels
QUALITY = 92
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
SIZES = (("1K", 1024), ("2K", 2048), ("4K", 4096))
BEGIN = {
    "edit": "Change this picture as follows, and leave everything else as it is: ",
    "vary": "Paint a variation of this picture: ",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture on its way: encoded bytes and their media type."""

    data: bytes
    type: str

    @property
    def base64(self) -> str:
        return base64.b64encode(self.data).decode()

    @property
    def uri(self) -> str:
        return f"data:{self.type};base64,{self.base64}"


def as_sent(source: bytes) -> Sent:
    """A picture as PNG or JPEG within the longest side. Runs in the pool."""
    with Image.open(io.BytesIO(source)) as opened:
        kind, size = opened.format, opened.size
    if kind not in ("PNG", "JPEG") or max(size) > LONGEST_SOURCE:
        source, kind = codec.fit(source, LONGEST_SOURCE, "JPEG", QUALITY), "JPEG"
    return Sent(source, f"image/{kind.lower()}")


def nearest_ratio(width: int, height: int, ratios: Sequence[str]) -> str:
    """The shape, such as "16:9", that is nearest to a size."""

    def off(ratio: str) -> float:
        wide, high = map(int, ratio.split(":"))
        found = width / height / (wide / high)
        return max(found, 1 / found)

    return min(ratios, key=off)


def sendable(text: str) -> str:
    """Half a character (a lone surrogate) can't be sent."""
    return text.encode("utf-8", "replace").decode()


def told(request: PaintRequest) -> str:
    """A request in one text, for models that are spoken to: what to do, and what to avoid."""
    avoid = f"\n\nAvoid: {request.negative}" if request.negative else ""
    return sendable(f"{BEGIN.get(request.operation, '')}{request.prompt}{avoid}")


@dataclass(frozen=True, slots=True)
class Shape:
    """What Google's image models are asked for, here and elsewhere: the ratio nearest to a size, and
    the class that holds its longer side."""

    ratio: str
    size: str

    @classmethod
    def of(cls, width: int, height: int) -> "Shape":
        longest = max(width, height)
        size = next((name for name, most in SIZES if longest <= most), SIZES[-1][0])
        return cls(nearest_ratio(width, height, RATIOS), size)
