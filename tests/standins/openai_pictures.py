"""The pictures a stand-in image model paints: small work, real files, told apart by their prompt."""

import base64
import io
import re
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image

from tests.standins.openai_rules import dimensions

GREY, MAKE = re.compile(r"grey (\d+)"), re.compile(r"make it grey (\d+)")
EDITED = (255, 0, 255)
OUTPUT_TOKENS = {"low": 196, "medium": 439, "high": 1756, "xhigh": 3122, "max": 7024}


def painted(prompt: str, width: int, height: int, format: str, salt: int = 0) -> bytes:
    """The grey that the prompt names, else blocks of colour that follow from it and the salt."""
    if grey := GREY.search(prompt):
        shade = min(255, int(grey[1]) + salt)
        return encoded(Image.new("RGB", (width, height), (shade,) * 3), format)
    seed = zlib.crc32(f"{salt}/{prompt}".encode())
    colours = bytes((seed >> (i % 24)) * (i + 7) & 0xFF for i in range(4 * 4 * 3))
    image = Image.frombytes("RGB", (4, 4), colours)
    return encoded(image.resize((width, height), Image.Resampling.NEAREST), format)


def edited(
    source: bytes, area: Image.Image | None, size: tuple[int, int], format: str, prompt: str = ""
) -> bytes:
    """The first source with `area` (white = edit) painted over: in the grey that the prompt asks
    for, else in one loud colour."""
    asked = MAKE.search(prompt)
    colour = (int(asked[1]),) * 3 if asked else EDITED
    with Image.open(io.BytesIO(source)) as opened:
        image = opened.convert("RGB")
    if area is not None:
        image.paste(colour, (0, 0), area.convert("L").resize(image.size))
    return encoded(image.resize(size, Image.Resampling.NEAREST), format)


def encoded(image: Image.Image, format: str) -> bytes:
    out = io.BytesIO()
    image.save(out, format.upper(), **({"lossless": True} if format == "webp" else {}))
    return out.getvalue()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def output_tokens(quality: str, width: int, height: int) -> int:
    """What an image costs in tokens, in proportion to the published 1024x1024."""
    return round(OUTPUT_TOKENS.get(quality, 1756) * width * height / 1024**2)


def image_tokens(width: int, height: int) -> int:
    return round(-(-width // 32) * -(-height // 32) * 1.2)


def usage_of(body: dict[str, Any], sent: Sequence[bytes], size: tuple[int, int]) -> dict[str, Any]:
    """What a request for pictures is billed; `sent` are its own."""
    text = -(-len(body["prompt"]) // 4)
    seen = sum(image_tokens(*dimensions(data)) for data in sent)
    out = output_tokens(body.get("quality", "high"), *size) * int(body.get("n", 1))
    out += 100 * int(body.get("partial_images", 0))
    return {
        "input_tokens": text + seen,
        "input_tokens_details": {"text_tokens": text, "image_tokens": seen},
        "output_tokens": out,
        "output_tokens_details": {"image_tokens": out, "text_tokens": 0},
        "total_tokens": text + seen + out,
    }
