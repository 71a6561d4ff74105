"""The multipart forms of Stability AI's v2beta (platform.stability.ai/docs/api-reference)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.models.http import File
from adapters.models.sending import nearest_ratio
from adapters.models.stability.pictures import EDITED, ENLARGED, Bounds, FittedUpload
from core.models.painter import Margins, Operation, PaintRequest

BASE = "/v2beta/stable-image/"
RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
MOST_MARGIN = 2000
LARGEST_SEED = 4_294_967_294
GROW_MASK = 5
SEEDLESS = frozenset({"upscale/fast"})


@dataclass(frozen=True, slots=True)
class Model:
    """What generates: the endpoint, and whether it begins with a picture or heeds a negative."""

    path: str
    vary: bool = True
    negative: bool = True


SD3 = "generate/sd3"
MODELS: Mapping[str, Model] = {
    "ultra": Model("generate/ultra"),
    "core": Model("generate/core", vary=False),
    "sd3.5-large": Model(SD3),
    "sd3.5-large-turbo": Model(SD3, negative=False),
    "sd3.5-medium": Model(SD3),
    "sd3.5-flash": Model(SD3, negative=False),
}
EDITS: frozenset[Operation] = frozenset({"edit", "outpaint", "replace", "style", "upscale"})
_PATHS: Mapping[Operation, str] = {
    "outpaint": "edit/outpaint",
    "replace": "edit/search-and-replace",
    "style": "control/style",
    "upscale": "upscale/fast",
}


@dataclass(frozen=True, slots=True)
class StabilityForm:
    """An endpoint below BASE and its fields."""

    path: str
    fields: Mapping[str, str | File] = field(default_factory=dict[str, str | File])


def path_of(request: PaintRequest, model: str) -> str:
    """Without a prompt an edit erases."""
    if request.operation == "edit":
        return "edit/inpaint" if request.prompt.strip() else "edit/erase"
    return _PATHS.get(request.operation, MODELS[model].path)


def bounds_of(request: PaintRequest) -> Bounds:
    return ENLARGED if request.operation == "upscale" else EDITED


def form_of(request: PaintRequest, model: str, upload: FittedUpload | None) -> StabilityForm:
    """`upload` is the prepared source; None to begin with nothing."""
    path = path_of(request, model)
    fields: dict[str, str | File] = {"output_format": "png"}
    if request.seed is not None and path not in SEEDLESS:
        fields["seed"] = str(request.seed % LARGEST_SEED or LARGEST_SEED)  # 0 is "any" there
    if upload is not None:
        fields["image"] = File(upload.name, upload.data, upload.type)
        if upload.mask is not None:
            fields["mask"] = File("mask.png", upload.mask)
            fields["grow_mask"] = str(GROW_MASK)
    if path not in ("edit/erase", "upscale/fast"):
        fields |= _words(request, path, model)
    return StabilityForm(path, fields | _particular(request, path, model, upload))


def _words(request: PaintRequest, path: str, model: str) -> dict[str, str | File]:
    found: dict[str, str | File] = {}
    if request.prompt.strip():
        found["prompt"] = request.prompt
    if request.negative.strip() and (path != SD3 or MODELS[model].negative):
        found["negative_prompt"] = request.negative
    return found


def _particular(
    request: PaintRequest, path: str, model: str, upload: FittedUpload | None
) -> dict[str, str | File]:
    found: dict[str, str | File] = {}
    match request.operation:
        case "generate":
            found["aspect_ratio"] = nearest_ratio(request.width, request.height, RATIOS)
        case "vary":
            found["strength"] = f"{request.strength:g}"
        case "outpaint":
            found |= _margins(request.margins, upload.scale if upload else 1.0)
            found["creativity"] = f"{request.strength:g}"
        case "replace":
            found["search_prompt"] = request.search
        case "style":
            found["fidelity"] = f"{1 - request.strength:g}"
            found["aspect_ratio"] = nearest_ratio(request.width, request.height, RATIOS)
        case "edit" | "upscale":
            pass
    if path == SD3:
        found["model"] = model
        found["mode"] = "image-to-image" if request.operation == "vary" else "text-to-image"
    return found


def _margins(margins: Margins, scale: float) -> dict[str, str | File]:
    sides = {
        "left": margins.left,
        "right": margins.right,
        "up": margins.up,
        "down": margins.down,
    }
    return {side: str(max(1, round(pixels * scale))) for side, pixels in sides.items() if pixels}
