"""A stand-in for openrouter.ai's chat with image output: requests checked, pictures in the shape asked
for, edits that keep the source's colours, the bill in the answer."""

import base64
import io
import itertools
from typing import Any

import numpy as np
from aiohttp import web
from PIL import Image

from tests.standins.loopback import Call, Loopback, png

KEY = "sk-or-v1-stand-in"
NANO, PRO = "google/gemini-nano-banana-2.1", "google/gemini-3-pro-image"
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
CENTS = {NANO: 0.0336, PRO: 0.134}
READ = 0.0000003  # dollars of a token that is read
FIELDS = {"model", "messages", "modalities", "image_config", "usage", "user"}


class OpenRouter(Loopback):
    """`links`: pictures come as links instead of data."""

    def __init__(self) -> None:
        super().__init__()
        self.models = [NANO, PRO, "openai/gpt-6.1-terra"]
        self.links = False
        self.billed: list[float] = []
        self.files: dict[str, bytes] = {}
        self._ids = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v1/chat/completions", self._chat),
            web.get("/api/v1/models", self._list),
            web.get("/api/v1/key", self._key),
            web.get("/files/{name}", self._file),
        ]

    @property
    def base(self) -> str:
        return f"{self.url}/api/v1"

    async def _key(self, request: web.Request) -> web.Response:
        return self._denied(request) or web.json_response({"data": {"limit_remaining": 5.0}})

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": name} for name in self.models]})

    async def _file(self, request: web.Request) -> web.Response:
        self.check("Authorization" not in request.headers, "the key went to a link")
        return web.Response(body=self.files[request.match_info["name"]], content_type="image/png")

    def _denied(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") == f"Bearer {KEY}":
            return None
        return _error(401, "No auth credentials found")

    async def _chat(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        body: dict[str, Any] = await request.json()
        self.calls.append(Call(request.path, body, headers=dict(request.headers)))
        self.violations += _complaints(body)
        fault = self.fault()
        await self.misbehave(request, fault)
        if answer := _faulty(fault):
            return answer
        if body["model"] not in self.models:
            return _error(404, f"No endpoints found for {body['model']}.")
        return self._answer(body, fault)

    def _answer(self, body: dict[str, Any], fault: str) -> web.Response:
        data = _painted(body)
        if fault == "truncated":
            data = data[: len(data) // 2]
        content = body["messages"][0]["content"]
        read = len(content[0]["text"]) // 4 + 1290 * (len(content) - 1)
        self.billed.append(CENTS.get(body["model"], 0.01) + read * READ)
        images = [{"type": "image_url", "image_url": {"url": self._url(data, fault)}}]
        message: dict[str, Any] = {"role": "assistant", "content": "", "images": images}
        ends = {"finish_reason": "stop", "native_finish_reason": "STOP"}
        if fault in ("filtered", "empty"):
            message["images"] = []
            ends["native_finish_reason"] = "IMAGE_SAFETY" if fault == "filtered" else "STOP"
        usage = {"prompt_tokens": read, "completion_tokens": 1290, "cost": self.billed[-1]}
        return web.json_response(
            {
                "id": f"gen-{next(self._ids)}",
                "model": body["model"],
                "choices": [{"index": 0, "message": message, **ends}],
                "usage": usage,
            }
        )

    def _url(self, data: bytes, fault: str) -> str:
        if fault == "no base64":
            return "data:image/png;base64,???"
        if not self.links:
            return f"data:image/png;base64,{base64.b64encode(data).decode()}"
        self.files[f"{len(self.files)}.png"] = data
        return f"{self.url}/files/{len(self.files) - 1}.png"


def _painted(body: dict[str, Any]) -> bytes:
    wide, high = map(int, body["image_config"]["aspect_ratio"].split(":"))
    scale = 96 / max(wide, high)
    size = (round(wide * scale), round(high * scale))
    shade = [90, 120, 150]
    for part in body["messages"][0]["content"][1:]:
        with Image.open(io.BytesIO(_decoded(part["image_url"]["url"]))) as opened:
            shade = [int(each) for each in np.asarray(opened.convert("RGB")).mean(axis=(0, 1))]
        break
    return png(np.full((size[1], size[0], 3), shade, np.uint8))


def _complaints(body: dict[str, Any]) -> list[str]:
    found = [f"unknown field {name}" for name in set(body) - FIELDS]
    if body.get("modalities") != ["image", "text"]:
        found.append(f"modalities are {body.get('modalities')}")
    shape = body.get("image_config", {})
    if shape.get("aspect_ratio") not in RATIOS or shape.get("image_size") not in ("1K", "2K", "4K"):
        found.append(f"image_config is {shape}")
    if body.get("usage") != {"include": True}:
        found.append("the bill is not asked for")
    (message,) = body["messages"]
    text, *pictures = message["content"]
    if message["role"] != "user" or text["type"] != "text" or not text["text"].strip():
        found.append("there are no words")
    for part in pictures:
        with Image.open(io.BytesIO(_decoded(part["image_url"]["url"]))) as opened:
            if max(opened.size) > 2048:
                found.append(f"a picture is {opened.size}")
    return found


def _decoded(url: str) -> bytes:
    assert url.startswith(("data:image/png;base64,", "data:image/jpeg;base64,"))
    return base64.b64decode(url.partition(",")[2], validate=True)


def _faulty(fault: str) -> web.Response | None:
    match fault:
        case "429 told":
            return _error(429, "Rate limited", headers={"Retry-After": "7"})
        case "402":
            return _error(402, "Insufficient credits")
        case "403":
            return _error(403, "Your chosen model requires moderation and your input was flagged")
        case "403 other":
            return _error(403, "Key disabled")
        case "400":
            return _error(400, "image_config: not supported.")
        case "502":
            return _error(502, "Provider returned error")
        case "504":
            return _error(504, "The operation was aborted")
        case "502 inside":
            return web.json_response({"error": {"code": 502, "message": "Provider returned error"}})
        case "garbage":
            return web.Response(text="<html></html>", content_type="text/html")
        case _:
            return None


def _error(status: int, said: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"error": {"code": status, "message": said}}
    return web.json_response(body, status=status, headers=headers)
