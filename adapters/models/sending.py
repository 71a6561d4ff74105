"""Pictures and shapes as providers take them: an encoding within a longest side, a ratio off a list."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

from core.imaging import tasks

LONGEST_SOURCE = 2048  # pixels
QUALITY = 92
STEP = 16


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
    from PIL import Image  # here: by the process that does it

    with Image.open(io.BytesIO(source)) as opened:
        kind, size = opened.format, opened.size
    if kind not in ("PNG", "JPEG") or max(size) > LONGEST_SOURCE:
        source, kind = tasks.fit(source, LONGEST_SOURCE, "JPEG", QUALITY), "JPEG"
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


def fitted_size(width: int, height: int) -> tuple[int, int]:
    """The nearest size in multiples of 16 pixels, within the longest side."""
    scale = min(1.0, LONGEST_SOURCE / max(width, height))
    across, down = (max(STEP, round(side * scale / STEP) * STEP) for side in (width, height))
    return across, down


def fitted_mask(mask: bytes | None, picture: bytes) -> bytes:
    """A mask (white = edit) as a grey PNG of a picture's size, black and white alone; None: all of it.
    Runs in the pool."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as opened:
        size = opened.size
    if mask is None:
        area = Image.new("L", size, 255)
    else:
        with Image.open(io.BytesIO(mask)) as opened:
            area = opened.convert("L").resize(size, Image.Resampling.NEAREST)
        area = area.point([0] * 128 + [255] * 128)
    out = io.BytesIO()
    area.save(out, "PNG")
    return out.getvalue()
