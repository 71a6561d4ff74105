"""A stand-in for AUTOMATIC1111's /sdapi/v1. It inpaints for real: white pixels become PAINT."""

import base64
import io
import json
from typing import Any

import numpy as np
from aiohttp import web
from PIL import Image

from tests.standins.loopback import PAINT, Call, Loopback, array, png

SAMPLERS = ("Euler", "Euler a", "DPM++ 2M", "DDIM")
KINDS: dict[str, type | tuple[type, ...]] = {
    "prompt": str,
    "negative_prompt": str,
    "width": int,
    "height": int,
    "steps": int,
    "seed": int,
    "batch_size": int,
    "n_iter": int,
    "send_images": bool,
    "save_images": bool,
    "sampler_name": str,
    "override_settings": dict,
    "override_settings_restore_afterwards": bool,
    "force_task_id": str,
}
KINDS_OF_SOURCE: dict[str, type | tuple[type, ...]] = {
    "init_images": list,
    "resize_mode": int,
    "denoising_strength": (int, float),
    "mask": str,
    "mask_blur": int,
    "inpainting_fill": int,
    "inpainting_mask_invert": int,
    "inpaint_full_res": bool,
    "inpaint_full_res_padding": int,
}
RANGES = {
    "width": (64, 2048),
    "height": (64, 2048),
    "steps": (1, 150),
    "seed": (-1, 2**32),
    "batch_size": (1, 8),
    "n_iter": (1, 1),
    "denoising_strength": (0, 1),
    "mask_blur": (0, 64),
    "inpainting_fill": (0, 3),
    "resize_mode": (0, 3),
}


class SdWebui(Loopback):
    """`models` are the checkpoints; `auth` "user:password"; `progress` what that page answers;
    `strict`: an unknown checkpoint is an error (else, as in AUTOMATIC1111, passed over); `cpp`:
    it speaks as stable-diffusion.cpp does."""

    def __init__(self) -> None:
        super().__init__()
        self.models = ["dreamshaper_8.safetensors [879db523c3]"]
        self.auth = ""
        self.progress: list[dict[str, Any]] | None = None
        self.grid_first = False
        self.polls = 0
        self.asked_images: list[str] = []
        self.strict = False
        self.cpp = False

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sdapi/v1/txt2img", self._paint),
            web.post("/sdapi/v1/img2img", self._paint),
            web.get("/sdapi/v1/progress", self._progress),
            web.get("/sdapi/v1/sd-models", self._models),
        ]

    async def _models(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        return web.json_response(
            [
                {
                    "title": title,
                    "model_name": title.partition(".")[0],
                    "hash": title.rpartition("[")[2].rstrip("]"),
                    "filename": f"C:\\models\\{title.partition(' ')[0]}",
                }
                for title in self.models
            ]
        )

    async def _progress(self, request: web.Request) -> web.Response:
        self.polls += 1
        self.asked_images.append(request.query["skip_current_image"])
        if self.progress is None:
            raise web.HTTPNotFound
        if not self.progress:
            self.go_on.set()
            return web.json_response({"progress": 0.0, "eta_relative": 0, "state": {}})
        return web.json_response(self.progress.pop(0))

    def _denied(self, request: web.Request) -> web.Response | None:
        wanted = f"Basic {base64.b64encode(self.auth.encode()).decode()}"
        if self.auth and request.headers.get("Authorization") != wanted:
            return web.json_response({"detail": "Incorrect username or password"}, status=401)
        return None

    async def _paint(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        fields: dict[str, Any] = await request.json()
        self.calls.append(Call(request.path, fields, headers=dict(request.headers)))
        self._check_fields(request.path, fields)
        fault = self.fault()
        await self.misbehave(request, fault)
        if answer := self._faulty(fault):
            return answer
        wanted = fields.get("override_settings", {}).get("sd_model_checkpoint")
        if self.strict and wanted and not any(wanted in title for title in self.models):
            return web.json_response(
                {"error": "HTTPException", "detail": "Model not found"}, status=404
            )
        if fields.get("sampler_name", "Euler") not in SAMPLERS:
            return web.json_response({"detail": "Sampler not found"}, status=404)
        return self._answer(fields, fault)

    def _check_fields(self, path: str, fields: dict[str, Any]) -> None:
        source = path.endswith("img2img")
        kinds = {**KINDS, **KINDS_OF_SOURCE} if source else KINDS
        for name, value in fields.items():
            if name not in kinds:
                self.violations.append(f"{path}: unknown field {name}")
            elif not isinstance(value, kinds[name]) or (
                isinstance(value, bool) and kinds[name] is not bool
            ):
                self.violations.append(f"{path}: {name} is a {type(value).__name__}")
            elif name in RANGES and not RANGES[name][0] <= value <= RANGES[name][1]:
                self.violations.append(f"{path}: {name} = {value}")
        for name in ("prompt", "width", "height", *(["init_images"] if source else [])):
            self.check(name in fields, f"{path}: {name} is missing")
        for side in ("width", "height"):
            self.check(fields.get(side, 1) % 8 == 0, f"{path}: {side} is no multiple of 8")
        text = f"{fields.get('prompt')} {fields.get('negative_prompt')}".lower()
        for word in ("<sd_cpp_extra_args", "<lora:", "<hypernet:", "<lyco:"):
            self.check(word not in text, f"{path}: {word} in a prompt")
        if source:
            self._check_pictures(path, fields)

    def _check_pictures(self, path: str, fields: dict[str, Any]) -> None:
        size = (fields["width"], fields["height"])
        for image in fields["init_images"]:
            found = _opened(image).size
            self.check(found == size, f"{path}: the picture is {found}, not {size}")
        if "mask" not in fields:
            return
        mask = _opened(fields["mask"])
        self.check(mask.size == size, f"{path}: the mask is {mask.size}, not {size}")
        self.check(mask.mode == "L", f"{path}: the mask is {mask.mode}")
        values = np.asarray(mask)
        two = ((values == 0) | (values == 255)).all()
        self.check(two, f"{path}: the mask is not black and white")

    def _faulty(self, fault: str) -> web.Response | None:
        match fault:
            case "429" | "429 told":
                return web.json_response({}, status=429, headers={"Retry-After": "7"})
            case "503 told":
                return web.json_response({}, status=503, headers={"Retry-After": "40"})
            case "500":
                return web.json_response(
                    {"error": "RuntimeError", "errors": "something broke"}, status=500
                )
            case "oom":
                return web.json_response(
                    {"error": "OutOfMemoryError", "errors": "CUDA out of memory."}, status=500
                )
            case "400":
                return web.json_response({"error": "invalid params"}, status=400)
            case "422":
                return web.json_response({"detail": "steps: too many"}, status=422)
            case "empty":
                return web.json_response({"images": [], "parameters": {}, "info": "{}"})
            case "blank":
                return web.json_response({"images": [""], "parameters": {}, "info": "{}"})
            case "garbage":
                return web.Response(text="<html>it works</html>", content_type="text/html")
            case "no base64":
                return web.json_response({"images": ["???"], "info": "not JSON"})
            case _:
                return None

    def _answer(self, fields: dict[str, Any], fault: str) -> web.Response:
        seed = fields.get("seed", -1) if fields.get("seed", -1) >= 0 else 4711
        images = [self._picture(fields) for _ in range(fields["batch_size"])]
        if fault == "truncated":
            images = [image[: len(image) // 2] for image in images]
        info = {
            "seed": seed,
            "all_seeds": [seed + n for n in range(len(images))],
            "sd_model_name": "dreamshaper_8.gguf" if self.cpp else "dreamshaper_8",
        }
        if not self.cpp:
            info["index_of_first_image"] = int(self.grid_first)
        if self.grid_first:
            images.insert(0, png(np.zeros((8, 8, 3), np.uint8)))
        encoded = [base64.b64encode(image).decode() for image in images]
        return web.json_response({"images": encoded, "parameters": {}, "info": json.dumps(info)})

    def _picture(self, fields: dict[str, Any]) -> bytes:
        if "mask" not in fields:
            return png(self.pixels(fields["width"], fields["height"]))
        picture = array(base64.b64decode(fields["init_images"][0])).copy()
        picture[array(base64.b64decode(fields["mask"]), "L") == 255] = PAINT
        return png(picture)


def _opened(text: str) -> Image.Image:
    with Image.open(io.BytesIO(base64.b64decode(text))) as opened:
        opened.load()
        return opened
