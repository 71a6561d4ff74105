"""A stand-in for Google's generateContent: pictures in the shape asked for, answers in the form asked
for, tokens counted. Requests are held to the fields that Google's own SDK sends."""

import base64
import io
import itertools
import json
from decimal import Decimal
from typing import Any

import numpy as np
from aiohttp import web
from PIL import Image

from tests.standins.beholder import Beholder, tokens
from tests.standins.loopback import Call, Loopback, png

KEY = "google-stand-in"
NANO, PRO, FLASH = "gemini-nano-banana-2.1", "gemini-3-pro-image", "gemini-3.5-flash"
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
FIELDS = {"contents", "generationConfig", "systemInstruction"}
CONFIG = {
    *("responseModalities", "imageConfig", "maxOutputTokens", "thinkingConfig"),
    *("responseMimeType", "responseJsonSchema"),
}
PAINTED, THOUGHT = 1120, 300
PER_MILLION = {  # read, written, painted
    NANO: (Decimal("1.5"), Decimal("7.5"), Decimal(30)),
    PRO: (Decimal(2), Decimal(12), Decimal(120)),
    FLASH: (Decimal("1.5"), Decimal(9), Decimal(0)),
}
ERRORS: dict[str, tuple[int, str, str, list[Any]]] = {
    "400": (400, "INVALID_ARGUMENT", "Unable to process input image.", []),
    "key": (400, "INVALID_ARGUMENT", "API key not valid.", [{"reason": "API_KEY_INVALID"}]),
    "place": (400, "FAILED_PRECONDITION", "User location is not supported for the API use", []),
    "403": (403, "PERMISSION_DENIED", "Denied", []),
    "429": (429, "RESOURCE_EXHAUSTED", "Quota", [{"retryDelay": "7s"}]),
    "503": (503, "UNAVAILABLE", "The model is overloaded.", []),
    "504": (504, "DEADLINE_EXCEEDED", "Deadline", []),
    "schema": (400, "INVALID_ARGUMENT", "responseJsonSchema is not supported here", []),
}


class Google(Loopback):
    def __init__(self) -> None:
        super().__init__()
        self.models = [NANO, PRO, FLASH]
        self.eye = Beholder(self.violations)
        self.usd = Decimal(0)
        self._ids = itertools.count(1)

    @property
    def base(self) -> str:
        return f"{self.url}/v1beta"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1beta/models/{model}", self._look),
            web.post("/v1beta/models/{model}:generateContent", self._generate),
        ]

    def _denied(self, request: web.Request) -> web.Response | None:
        return None if request.headers.get("x-goog-api-key") == KEY else _error("key")

    async def _look(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        if request.match_info["model"] not in self.models:
            return _gone(request.match_info["model"])
        return web.json_response({"name": f"models/{request.match_info['model']}"})

    async def _generate(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        body, model = await request.json(), request.match_info["model"]
        self.calls.append(Call(request.path, body, headers=dict(request.headers)))
        fault = self.fault()
        await self.misbehave(request, fault)
        if fault in ERRORS:
            return _error(fault)
        if model not in self.models:
            return _gone(model)
        self.violations += _complaints(body)
        answer = self._painted if "imageConfig" in body["generationConfig"] else self._said
        return answer(body, model, fault)

    def _painted(self, body: Any, model: str, fault: str) -> web.Response:
        if fault == "blocked":
            usage = self._usage(model, _read(body), 0, 0)
            return web.json_response(
                {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": usage}
            )
        data = "???" if fault == "no base64" else base64.b64encode(_picture(body)).decode()
        parts: list[Any] = [{"text": "Let me see.", "thought": True}]
        if fault not in ("filtered", "empty"):
            parts.append({"inlineData": {"mimeType": "image/png", "data": data}})
        end = {"filtered": "IMAGE_SAFETY", "empty": "NO_IMAGE"}.get(fault, "STOP")
        return self._answer(model, parts, end, self._usage(model, _read(body), 0, len(parts) - 1))

    def _said(self, body: Any, model: str, fault: str) -> web.Response:
        system = body["systemInstruction"]["parts"][0]["text"]
        turns = [[_neutral(part) for part in each["parts"]] for each in body["contents"]]
        config = body["generationConfig"]
        self.check(config.get("responseMimeType") == "application/json", "no JSON is asked for")
        right = self.eye.answer(system, turns[0], config.get("responseJsonSchema"))
        said = self.eye.slips.popleft() if self.eye.slips else json.dumps(right)
        written = -(-len(said) // 4)
        end = "STOP"
        if fault == "long":
            said, end, written = said[:40], "MAX_TOKENS", 20
        usage = self._usage(model, tokens(system, turns), written, 0)
        return self._answer(
            model, [{"text": said}], "SAFETY" if fault == "filtered" else end, usage
        )

    def _usage(self, model: str, read: int, written: int, pictures: int) -> Any:
        into, out, painted = PER_MILLION[model]
        thought, images = (THOUGHT if pictures else 0), PAINTED * pictures
        self.usd += (read * into + (written + thought) * out + images * painted) / 1_000_000
        details = [{"modality": "IMAGE", "tokenCount": images}] if images else []
        return {
            "promptTokenCount": read,
            "candidatesTokenCount": written + images,
            "thoughtsTokenCount": thought,
            "candidatesTokensDetails": details,
        }

    def _answer(self, model: str, parts: list[Any], end: str, usage: Any) -> web.Response:
        candidate = {"content": {"role": "model", "parts": parts}, "finishReason": end}
        answer = {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model}
        return web.json_response(answer | {"responseId": f"r-{next(self._ids)}"})


def _neutral(part: Any) -> Any:
    return part["text"] if "text" in part else {"jpeg": part["inlineData"]["data"]}


def _read(body: Any) -> int:
    parts = body["contents"][0]["parts"]
    return sum(-(-len(p["text"]) // 4) if "text" in p else 560 for p in parts)


def _picture(body: Any) -> bytes:
    ratio = body["generationConfig"]["imageConfig"]["aspectRatio"]
    wide, high = map(int, ratio.split(":"))
    scale = 96 / max(wide, high)
    shade = [90, 120, 150]
    for part in body["contents"][0]["parts"]:
        if data := part.get("inlineData"):
            with Image.open(io.BytesIO(base64.b64decode(data["data"]))) as opened:
                shade = [int(x) for x in np.asarray(opened.convert("RGB")).mean(axis=(0, 1))]
            break
    return png(np.full((round(high * scale), round(wide * scale), 3), shade, np.uint8))


def _complaints(body: Any) -> list[str]:
    config = body.get("generationConfig", {})
    found = [f"unknown field {name}" for name in set(body) - FIELDS]
    found += [f"unknown field generationConfig.{name}" for name in set(config) - CONFIG]
    for turn in body["contents"]:
        if turn["role"] not in ("user", "model") or not turn["parts"]:
            found.append(f"a turn of {turn['role']}")
        found += [
            f"a part of {set(p)}" for p in turn["parts"] if set(p) not in ({"text"}, {"inlineData"})
        ]
    if shape := config.get("imageConfig"):
        if shape["aspectRatio"] not in RATIOS or shape["imageSize"] not in ("1K", "2K", "4K"):
            found.append(f"imageConfig is {shape}")
        if config.get("responseModalities") != ["TEXT", "IMAGE"]:
            found.append("no picture is asked for")
        if not body["contents"][0]["parts"][0].get("text", "").strip():
            found.append("there are no words")
    return found


def _gone(model: str) -> web.Response:
    said = {"code": 404, "message": f"models/{model} is not found", "status": "NOT_FOUND"}
    return web.json_response({"error": said}, status=404)


def _error(fault: str) -> web.Response:
    code, status, message, details = ERRORS[fault]
    error = {"code": code, "message": message, "status": status, "details": details}
    return web.json_response({"error": error}, status=code)
