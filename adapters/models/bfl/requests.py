"""The JSON of Black Forest Labs' FLUX models (docs.bfl.ai): one page a model; sizes in pixels, or for
the kontext models a shape."""

from adapters.models.sending import Sent, nearest_ratio, sendable
from core.models.painter import PaintRequest

RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "9:16", "16:9", "9:21", "21:9")
MOST_PIXELS = 4_000_000
STEP, OLD_STEP = 16, 32
OLD_SIDES = (256, 1440)
MAX_SOURCES = 8


def shaped(model: str) -> bool:
    """Whether a model is told a shape instead of a size."""
    return "kontext" in model or model.endswith("-ultra")


def takes_pictures(model: str) -> bool:
    return "kontext" in model or model.startswith("flux-2")


def size_of(model: str, width: int, height: int) -> tuple[int, int]:
    """The nearest size that the model takes."""
    old = not model.startswith("flux-2")
    step = OLD_STEP if old else STEP
    scale = min(1.0, (MOST_PIXELS / (width * height)) ** 0.5)
    if old:
        scale = min(scale, OLD_SIDES[1] / max(width, height))
    least = OLD_SIDES[0] if old else 4 * STEP
    across, down = (max(least, int(side * scale / step + 0.5) * step) for side in (width, height))
    return (min(across, OLD_SIDES[1]), min(down, OLD_SIDES[1])) if old else (across, down)


def payload(request: PaintRequest, model: str, pictures: list[Sent]) -> dict[str, object]:
    """The first of the `pictures` is the one to be changed."""
    found: dict[str, object] = {"prompt": sendable(request.prompt), "output_format": "png"}
    if request.seed is not None:
        found["seed"] = request.seed
    if shaped(model):
        found["aspect_ratio"] = nearest_ratio(request.width, request.height, RATIOS)
    else:
        found["width"], found["height"] = size_of(model, request.width, request.height)
    for index, picture in enumerate(pictures, 1):
        found["input_image" if index == 1 else f"input_image_{index}"] = picture.base64
    return found
