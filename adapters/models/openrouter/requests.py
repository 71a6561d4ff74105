"""A picture asked for by chat: the modalities, the shape and size, the pictures to begin with
(openrouter.ai/docs/features/multimodal/image-generation)."""

import base64
import io
from dataclasses import dataclass

from PIL import Image

from core.imaging import codec
from core.models.painter import PaintRequest

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
SIZES = (("1K", 1024), ("2K", 2048), ("4K", 4096))
LONGEST_SOURCE = 2048  # pixels
BEGIN = {
    "edit": "Change this picture as follows, and leave everything else as it is: ",
    "vary": "Paint a variation of this picture: ",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked for: the ratio nearest to a size, and the size class that holds its longer side."""

    ratio: str
    size: str

    @classmethod
    def of(cls, width: int, height: int) -> "Shape":
        def off(ratio: str) -> float:
            wide, high = map(int, ratio.split(":"))
            found = width / height / (wide / high)
            return max(found, 1 / found)

        longest = max(width, height)
        size = next((name for name, most in SIZES if longest <= most), SIZES[-1][0])
        return cls(min(RATIOS, key=off), size)


def payload(request: PaintRequest, model: str, pictures: list[str]) -> dict[str, object]:
    """`pictures` are data URIs of the request's sources."""
    shape = Shape.of(request.width, request.height)
    avoid = f"\n\nAvoid: {request.negative}" if request.negative else ""
    text = f"{BEGIN.get(request.operation, '')}{request.prompt}{avoid}"
    text = text.encode("utf-8", "replace").decode()  # half a character can't be sent
    content: list[object] = [{"type": "text", "text": text}]
    content += [{"type": "image_url", "image_url": {"url": uri}} for uri in pictures]
    found: dict[str, object] = {
        "model": model,
        "messages": [{"role": "user", "content": content}],
        "modalities": ["image", "text"],
        "image_config": {"aspect_ratio": shape.ratio, "image_size": shape.size},
        "usage": {"include": True},
    }
    return found | ({"user": request.user} if request.user else {})


def data_uri(source: bytes) -> str:
    """A picture as it is sent: PNG or JPEG within the longest side. Runs in the pool."""
    with Image.open(io.BytesIO(source)) as opened:
        kind, size = opened.format, opened.size
    if kind not in ("PNG", "JPEG") or max(size) > LONGEST_SOURCE:
        source, kind = codec.fit(source, LONGEST_SOURCE, "JPEG", 92), "JPEG"
    return f"data:image/{kind.lower()};base64,{base64.b64encode(source).decode()}"
