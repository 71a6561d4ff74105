"""A stand-in for api.bfl.ai: jobs are taken, pending for some looks, then ready with a link."""

import base64
import io
from typing import Any

import numpy as np
from aiohttp import web
from PIL import Image

from tests.standins.loopback import Call, Loopback, png

KEY = "bfl-stand-in"
FIELDS = {"prompt", "seed", "output_format", "width", "height", "aspect_ratio", "input_image"}
COST = 3.5  # credits


class Bfl(Loopback):
    """`pending` looks find a job unfinished; `state` what a finished one is; `states` what the next
    looks find instead. `told` False: no polling_url in the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.pending, self.state, self.told = 1, "Ready", True
        self.states: list[str] = []
        self.looks: dict[str, int] = {}
        self.jobs: dict[str, bytes] = {}
        self.seeds: dict[str, int] = {}
        self.credits = 100.0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/credits", self._credits),
            web.get("/v1/get_result", self._result),
            web.post("/v1/{model}", self._take),
            web.get("/files/{name}", self._file),
        ]

    async def _credits(self, request: web.Request) -> web.Response:
        return self._denied(request) or web.json_response({"credits": self.credits})

    def _denied(self, request: web.Request) -> web.Response | None:
        if request.headers.get("x-key") == KEY:
            return None
        return web.json_response(
            {"detail": "Not authenticated - Invalid Authentication"}, status=403
        )

    async def _take(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        body: dict[str, Any] = await request.json()
        model = request.match_info["model"]
        self.calls.append(Call(request.path, body, headers=dict(request.headers)))
        self.violations += _complaints(model, body)
        fault = self.fault()
        await self.misbehave(request, fault)
        if fault.isdigit():
            return web.json_response({"detail": f"error {fault}"}, status=int(fault))
        job = f"job-{len(self.calls)}"
        self.jobs[job] = _painted(body)
        self.seeds[job] = body.get("seed", 4711)
        told = {"polling_url": f"{self.url}/v1/get_result?id={job}"} if self.told else {}
        return web.json_response({"id": job, "cost": COST, **told})

    async def _result(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        job = request.query["id"]
        self.looks[job] = self.looks.get(job, 0) + 1
        if self.states:
            state = self.states.pop(0)
            if state.isdigit():
                return web.Response(status=int(state))
            return web.json_response({"id": job, "status": state, "result": None})
        if self.looks[job] <= self.pending:
            return web.json_response({"id": job, "status": "Pending", "result": None})
        sample = {"sample": f"{self.url}/files/{job}", "seed": self.seeds[job], "prompt": "a fox"}
        return web.json_response({"id": job, "status": self.state, "result": sample})

    async def _file(self, request: web.Request) -> web.Response:
        self.check("x-key" not in request.headers, "the key went to a link")
        return web.Response(body=self.jobs[request.match_info["name"]], content_type="image/png")


def _painted(body: dict[str, Any]) -> bytes:
    if "aspect_ratio" in body:
        width, height = (int(side) * 8 for side in body["aspect_ratio"].split(":"))
    else:
        width, height = body["width"] // 4, body["height"] // 4
    shade = 60
    if "input_image" in body:
        with Image.open(io.BytesIO(base64.b64decode(body["input_image"]))) as opened:
            shade = int(np.asarray(opened.convert("L")).mean())
    return png(np.full((height, width, 3), shade, np.uint8))


def _complaints(model: str, body: dict[str, Any]) -> list[str]:
    more = {f"input_image_{n}" for n in range(2, 9)}
    found = [f"unknown field {name}" for name in set(body) - FIELDS - more]
    if not str(body.get("prompt", "")).strip():
        found.append("there are no words")
    if "kontext" in model:
        return found + (["a size for kontext"] if "width" in body else [])
    step, most = (16, 4_000_000) if model.startswith("flux-2") else (32, 1440 * 1440)
    width, height = body["width"], body["height"]
    if width % step or height % step or not 64 <= width * height <= most * 1.05:
        found.append(f"{model}: {width}x{height}")
    return found
