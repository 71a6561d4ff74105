"""A stand-in for api.stability.ai: forms checked, masks obeyed, canvases grown for real."""

import base64
import io
from typing import Any

import numpy as np
from aiohttp import web
from numpy.typing import NDArray
from PIL import Image

from tests.standins.loopback import PAINT, Call, Loopback, array, png
from tests.standins.stability_spec import Forms

KEY = "sk-secret"
LARGEST = 10 * 2**20
MOST_PIXELS, MOST_PIXELS_FAST = 9_437_184, 1_048_576
SIZES = {"16:9": (128, 72), "1:1": (96, 96), "21:9": (168, 72), "2:3": (64, 96), "3:2": (96, 64)}


class Stability(Loopback):
    """`credits` is the balance, None if that page tells nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.forms = Forms()
        self.credits: float | None = 100.0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v2beta/stable-image/{kind}/{name}", self._paint),
            web.get("/v1/user/balance", self._balance),
        ]

    async def _balance(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        fault = self.fault()
        if answer := self._faulty(fault):
            return answer
        return web.json_response({} if self.credits is None else {"credits": self.credits})

    def _denied(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") == f"Bearer {KEY}":
            return None
        return _error(401, "unauthorized", "missing or invalid key")

    async def _paint(self, request: web.Request) -> web.Response:
        self.check(
            request.headers.get("Accept") == "application/json", "Accept is not application/json"
        )
        if denied := self._denied(request):
            return denied
        size = request.content_length or 0
        fields, files = await _form(request)
        self.calls.append(Call(request.path, fields, files, dict(request.headers)))
        self.check(0 < size <= LARGEST, f"{request.path}: {size} bytes")
        self.violations += self.forms.complaints(request.path, fields, files)
        self._check_pictures(request.path, fields, files)
        fault = self.fault()
        await self.misbehave(request, fault)
        return self._faulty(fault) or self._answer(request.path, fields, files, fault)

    def _check_pictures(self, path: str, fields: dict[str, str], files: dict[str, bytes]) -> None:
        sd3 = path.endswith("/sd3")
        if sd3:
            wanted = "image-to-image" if "image" in files else "text-to-image"
            self.check(fields.get("mode") == wanted, f"{path}: mode is {fields.get('mode')}")
        if "/generate/" in path and "image" in files:
            self.check("strength" in fields, f"{path}: image without strength")
            self.check("aspect_ratio" not in fields, f"{path}: aspect_ratio beside an image")
        if "image" not in files:
            return
        width, height = _size(files["image"])
        most = MOST_PIXELS_FAST if path.endswith("/fast") else MOST_PIXELS
        self.check(width * height <= most, f"{path}: {width}x{height} has too many pixels")
        self.check(min(width, height) >= 32, f"{path}: {width}x{height} is too small")
        if "mask" in files:
            mask = array(files["mask"], "L")
            self.check(mask.shape == (height, width), f"{path}: the mask has another size")
            self.check(((mask == 0) | (mask == 255)).all(), f"{path}: the mask has greys")

    def _faulty(self, fault: str) -> web.Response | None:
        match fault:
            case "429":
                return _error(429, "rate_limit_exceeded", "too many requests")
            case "429 told":
                return _error(429, "rate_limit_exceeded", "too many requests", retry_after=7)
            case "503 told":
                return _error(503, "unavailable", "down for maintenance", retry_after=40)
            case "500":
                return _error(500, "internal_error", "something broke")
            case "400":
                return _error(400, "bad_request", "image: aspect ratio must be under 2.5.")
            case "402":
                return _error(402, "payment_required", "insufficient credits")
            case "403":
                return _error(403, "content_moderation", "your request was flagged")
            case "403 other":
                return _error(403, "forbidden", "no permission")
            case "404":
                return _error(404, "not_found", "this endpoint is gone")
            case "413":
                return _error(413, "payload_too_large", "10 MiB")
            case "422":
                return _error(422, "unprocessable", "prompt: only English")
            case "filtered":
                return _picture(b"blurred", "CONTENT_FILTERED")
            case "empty":
                return web.json_response({"image": "", "finish_reason": "SUCCESS", "seed": 1})
            case "error":
                return _picture(b"x", "ERROR")
            case "garbage":
                return web.Response(text="<html></html>", content_type="text/html")
            case "no base64":
                return web.json_response({"image": "???", "finish_reason": "SUCCESS"})
            case _:
                return None

    def _answer(
        self, path: str, fields: dict[str, str], files: dict[str, bytes], fault: str
    ) -> web.Response:
        data = png(self._painted(path, fields, files))
        if fault == "truncated":
            data = data[: len(data) // 2]
        return _picture(data, "SUCCESS", int(fields.get("seed", 77)))

    def _painted(
        self, path: str, fields: dict[str, str], files: dict[str, bytes]
    ) -> NDArray[np.uint8]:
        if "aspect_ratio" in fields:
            width, height = SIZES.get(fields["aspect_ratio"], (64, 64))
            return self.pixels(width, height)
        picture = array(files["image"]).copy()
        if "mask" in files:
            picture[array(files["mask"], "L") == 255] = PAINT
        elif path.endswith("/outpaint"):
            left, right, up, down = (
                int(fields.get(side, 0)) for side in ("left", "right", "up", "down")
            )
            picture = np.pad(picture, ((up, down), (left, right), (0, 0)))
        elif path.endswith("/fast"):
            picture = picture.repeat(4, axis=0).repeat(4, axis=1)
        else:
            picture = self.pixels(picture.shape[1], picture.shape[0])
        return picture


async def _form(request: web.Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    fields: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
            value.file.close()
        else:
            fields[name] = value
    return fields, files


def _size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as opened:
        return opened.size


def _picture(data: bytes, reason: str, seed: int = 1) -> web.Response:
    body = {"image": base64.b64encode(data).decode(), "finish_reason": reason, "seed": seed}
    return web.json_response(body, headers={"x-request-id": "req-1"})


def _error(status: int, name: str, said: str, retry_after: int = 0) -> web.Response:
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    body = {"id": "err-1", "name": name, "errors": [said]}
    return web.json_response(body, status=status, headers=headers)
