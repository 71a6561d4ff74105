"""The JSON of /sdapi/v1/txt2img and img2img (AUTOMATIC1111's API; Forge and
stable-diffusion.cpp read the same fields and pass over those they don't know)."""

import base64
import hashlib
from dataclasses import dataclass

from adapters.models.sdwebui.canvas import Sheet
from adapters.models.sdwebui.checkpoints import ANY_MODEL
from core.domain.text import clean
from core.models.painter import PaintRequest

TXT2IMG, IMG2IMG = "/sdapi/v1/txt2img", "/sdapi/v1/img2img"
STEPS = {"low": 12, "medium": 24, "high": 40}
EDIT_STRENGTH = 0.8
OUTPAINT_STRENGTH = 0.9
FILL_COLOURS, FILL_ORIGINAL = 0, 1
CLOSE_UP_PADDING = 32
BLUR = {"edit": 4, "outpaint": 8}


@dataclass(frozen=True, slots=True)
class Knobs:
    """What the configuration fixes: the checkpoint, the steps (0 = by quality), the sampler ("" =
    the server's)."""

    model: str
    steps: int = 0
    sampler: str = ""


def endpoint(request: PaintRequest) -> str:
    return TXT2IMG if request.operation == "generate" else IMG2IMG


def task_id(request: PaintRequest) -> str:
    """The call's name at the server, by which its progress is told from others'."""
    return hashlib.sha256(request.key.encode()).hexdigest()[:24] if request.key else ""


def text_to_image(
    request: PaintRequest, knobs: Knobs, width: int, height: int
) -> dict[str, object]:
    """`width` x `height` in pixels, multiples of 8."""
    fields: dict[str, object] = {
        "prompt": clean(request.prompt),
        "negative_prompt": clean(request.negative),
        "width": width,
        "height": height,
        "steps": knobs.steps or STEPS.get(request.quality, STEPS["medium"]),
        "seed": -1 if request.seed is None else request.seed,
        "batch_size": request.n,
        "n_iter": 1,
        "send_images": True,
        "save_images": False,
    }
    if knobs.sampler:
        fields["sampler_name"] = knobs.sampler
    if knobs.model != ANY_MODEL:
        fields["override_settings"] = {"sd_model_checkpoint": knobs.model}
        # else every call would load the checkpoint anew
        fields["override_settings_restore_afterwards"] = False
    if task := task_id(request):
        fields["force_task_id"] = task
    return fields


def image_to_image(request: PaintRequest, knobs: Knobs, sheet: Sheet) -> dict[str, object]:
    """Variation, inpainting or outpainting on a prepared sheet; in the mask white = edit."""
    fields = text_to_image(request, knobs, sheet.width, sheet.height)
    fields["init_images"] = [_base64(sheet.image)]
    fields["resize_mode"] = 0
    fields["denoising_strength"] = request.strength
    if sheet.mask is None:
        return fields
    outpaint = request.operation == "outpaint"
    fields["denoising_strength"] = OUTPAINT_STRENGTH if outpaint else EDIT_STRENGTH
    fields["mask"] = _base64(sheet.mask)
    fields["mask_blur"] = BLUR["outpaint" if outpaint else "edit"]
    fields["inpainting_fill"] = FILL_COLOURS if outpaint else FILL_ORIGINAL
    fields["inpainting_mask_invert"] = 0
    fields["inpaint_full_res"] = sheet.close_up and not outpaint
    fields["inpaint_full_res_padding"] = CLOSE_UP_PADDING
    return fields


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
