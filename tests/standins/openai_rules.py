"""What OpenAI's Images API demands of a request beyond its types: sizes, masks, live parameters."""

import io
from typing import Any

from PIL import Image, ImageChops

Json = dict[str, Any]
DEAD = ("response_format", "style", "input_fidelity", "user")
MAX_MASK = 4 * 1000 * 1000
MAX_IMAGE = 50 * 1000 * 1000
MAX_INPUTS = 16
MAX_PROMPT = 32_000
EDGE, LEAST, MOST = 3840, 655_360, 8_294_400


def size_of(body: Json) -> tuple[int, int]:
    """Width and height of a request in pixels; `auto` is 1024x1024."""
    width, _, height = str(body.get("size", "auto")).partition("x")
    return (int(width), int(height)) if height else (1024, 1024)


def dimensions(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def area(mask: bytes, polarity: str) -> Image.Image:
    """What a mask says is to be edited, as an image with white = edit."""
    with Image.open(io.BytesIO(mask)) as opened:
        if polarity == "transparent":
            alpha = opened.convert("RGBA").getchannel("A")
            return alpha.point(lambda value: 255 if value == 0 else 0)
        grey = opened.convert("L")
    return ImageChops.invert(grey) if polarity == "black" else grey


def files_as_fields(files: list[tuple[str, bytes]]) -> Json:
    """Files as the description has them: one image is a string, several are a list."""
    fields: Json = {}
    for name, _ in files:
        if name.endswith("[]"):
            fields.setdefault(name[:-2], []).append("binary")
        else:
            fields[name] = "binary"
    return fields


def image_complaints(path: str, body: Json, files: list[tuple[str, bytes]]) -> list[str]:
    found = [f"{name} is not taken any more" for name in DEAD if name in body]
    if body.get("quality", "auto") == "auto":
        found.append("quality is not said")
    if len(body.get("prompt", "")) > MAX_PROMPT:
        found.append("the prompt is too long")
    format = body.get("output_format", "png")
    if body.get("background") == "transparent" and format not in ("png", "webp"):
        found.append(f"no transparency in {format}")
    if "output_compression" in body and format == "png":
        found.append("no compression level for png")
    found += _size_complaints(str(body.get("size", "auto")))
    if path.endswith("/edits"):
        found += _file_complaints(files)
        found += ["moderation is for generate only"] if "moderation" in body else []
    return [f"POST {path}: {each}" for each in found]


def _size_complaints(size: str) -> list[str]:
    if size == "auto":
        return []
    width, height = (int(side) for side in size.split("x"))
    wrong = {
        "not a multiple of 16": bool(width % 16 or height % 16),
        "ratio beyond 1:3": max(width, height) > 3 * min(width, height),
        "edge too long": max(width, height) > EDGE,
        "area out of range": not LEAST <= width * height <= MOST,
    }
    return [f"size {size}: {why}" for why, is_so in wrong.items() if is_so]


def _file_complaints(files: list[tuple[str, bytes]]) -> list[str]:
    images = [data for name, data in files if name in ("image", "image[]")]
    if not 1 <= len(images) <= MAX_INPUTS:
        return [f"{len(images)} images"]
    found = ["an image is too large" for data in images if len(data) >= MAX_IMAGE]
    for mask in [data for name, data in files if name == "mask"]:
        found += _mask_complaints(mask, images[0])
    for layer in [data for name, data in files if name == "markup"]:
        found += _markup_complaints(layer, images[0])
        found += ["markup beside a mask"] if "mask" in dict(files) else []
    unknown = {name for name, _ in files} - {"image", "image[]", "mask", "markup"}
    return found + [f"unknown file {name}" for name in unknown]


def _mask_complaints(mask: bytes, first: bytes) -> list[str]:
    with Image.open(io.BytesIO(mask)) as opened:
        found = [] if opened.format == "PNG" else [f"mask is {opened.format}"]
        if "A" not in opened.getbands():
            return [*found, "mask has no alpha"]
        lowest = opened.getchannel("A").getextrema()[0]
        size = opened.size
    found += ["mask has nothing to edit"] if lowest > 0 else []
    found += ["mask is too large"] if len(mask) >= MAX_MASK else []
    return found + ([f"mask is {size}"] if size != dimensions(first) else [])


def _markup_complaints(layer: bytes, first: bytes) -> list[str]:
    """By the SDK's own words (types/image_edit_params.py): a transparent PNG of the image's size."""
    with Image.open(io.BytesIO(layer)) as opened:
        found = [] if opened.format == "PNG" else [f"markup is {opened.format}"]
        clear = "A" in opened.getbands() and opened.getchannel("A").getextrema()[0] < 255
        size = opened.size
    found += [] if clear else ["markup has no transparent pixels"]
    return found + ([f"markup is {size}"] if size != dimensions(first) else [])
