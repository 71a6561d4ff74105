"""A stand-in for ComfyUI: workflows are checked, queued, told of by websocket and kept in the history,
after the routes of its server.py."""

import asyncio
import io
import itertools
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import web
from PIL import Image

from tests.standins.loopback import Call, Loopback, png

STEPS = 4
FLOWS = Path(__file__).parents[1] / "fixtures" / "comfyui"
PAINT, EDIT = str(FLOWS / "paint.json"), str(FLOWS / "edit.json")


class Comfy(Loopback):
    """`pending` looks at the history find a job unfinished; `broken`: it ends in an error; `forgets`:
    jobs are lost as soon as they are queued."""

    def __init__(self) -> None:
        super().__init__()
        self.pending, self.broken, self.forgets = 1, False, False
        self.uploads: dict[str, bytes] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.looks: dict[str, int] = {}
        self.previews = png(self.pixels(16, 16)), png(self.pixels(32, 32))
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self._ids = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/system_stats", self._stats),
            web.get("/ws", self._socket),
            web.get("/queue", self._queue),
            web.get("/history/{id}", self._history),
            web.get("/view", self._view),
            web.post("/prompt", self._prompt),
            web.post("/upload/image", self._upload),
        ]

    async def _stats(self, request: web.Request) -> web.Response:
        return web.json_response({"system": {"comfyui_version": "0.9"}, "devices": []})

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets[request.query["clientId"]] = socket
        await socket.send_json({"type": "status", "data": {"status": {}, "sid": "s"}})
        async for _ in socket:
            pass
        return socket

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        image = form["image"]
        assert isinstance(image, web.FileField)
        self.check(form.get("overwrite") == "true", "an upload may get another name")
        self.uploads[f"in/{image.filename}"] = image.file.read()
        return web.json_response({"name": image.filename, "subfolder": "in", "type": "input"})

    async def _prompt(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        self.calls.append(Call(request.path, body, headers=dict(request.headers)))
        self.violations += [f"unknown field {name}" for name in set(body) - {"prompt", "client_id"}]
        fault = self.fault()
        await self.misbehave(request, fault)
        if fault.isdigit():
            return web.json_response({}, status=int(fault))
        missing = [i for i in _images(body["prompt"]) if i not in self.uploads]
        if fault == "invalid" or missing:
            return web.json_response(_invalid(missing), status=400)
        id = f"job-{next(self._ids)}"
        self.jobs[id] = {} if self.forgets else body["prompt"]
        await self._tell(body["client_id"], id)
        return web.json_response({"prompt_id": id, "number": 1, "node_errors": {}})

    async def _tell(self, client: str, id: str) -> None:
        socket = self.sockets.get(client)
        if socket is None:
            return
        await socket.send_bytes(b"\x00\x00\x00\x01preview")  # no picture behind it
        await socket.send_bytes(struct.pack(">II", 1, 2) + self.previews[0])
        facts = json.dumps({"image_type": "image/png", "prompt_id": id}).encode()
        await socket.send_bytes(struct.pack(">II", 4, len(facts)) + facts + self.previews[1])
        for step in range(1, STEPS + 1):
            data = {"value": step, "max": STEPS, "prompt_id": id, "node": "6"}
            await socket.send_str(json.dumps({"type": "progress", "data": data}))
        await socket.send_str("no JSON")
        await asyncio.sleep(0)

    async def _queue(self, request: web.Request) -> web.Response:
        going = [
            id for id, job in self.jobs.items() if job and self.looks.get(id, 0) <= self.pending
        ]
        running = [[0, id, self.jobs[id], {}, ["8"]] for id in going]
        return web.json_response({"queue_running": running, "queue_pending": []})

    async def _history(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        self.looks[id] = self.looks.get(id, 0) + 1
        job = self.jobs.get(id)
        if not job or self.looks[id] <= self.pending:
            return web.json_response({})
        if self.broken:
            said = {"exception_message": "Allocation on device", "node_type": "KSampler"}
            messages: list[Any] = [["execution_start", {}], ["execution_error", said]]
            failed: dict[str, Any] = {"status_str": "error", "completed": False}
            failed["messages"] = messages
            return web.json_response({id: {"outputs": {}, "status": failed}})
        saved = {node: _saved(id, node, kind) for node, kind in _saving(job)}
        status: dict[str, Any] = {"status_str": "success", "completed": True, "messages": []}
        return web.json_response({id: {"outputs": saved, "status": status}})

    async def _view(self, request: web.Request) -> web.Response:
        self.check(request.query.get("type") == "output", "a preview was taken for the picture")
        job = self.jobs[request.query["filename"].partition("_")[0]]
        return web.Response(body=self._painted(job), content_type="image/png")

    def _painted(self, job: dict[str, Any]) -> bytes:
        nodes = {node["_meta"]["title"]: node["inputs"] for node in job.values()}
        if source := nodes.get("darkroom:image"):
            with Image.open(io.BytesIO(self.uploads[source["image"]])) as opened:
                return png(np.asarray(opened.convert("RGB"), np.uint8))
        size = nodes["darkroom:size"]
        return png(self.pixels(size["width"] // 4, size["height"] // 4))


def _images(graph: dict[str, Any]) -> list[str]:
    return [n["inputs"]["image"] for n in graph.values() if n["class_type"].startswith("LoadImage")]


def _saving(graph: dict[str, Any]) -> list[tuple[str, str]]:
    kinds = {"SaveImage": "output", "PreviewImage": "temp"}
    return [(i, kinds[n["class_type"]]) for i, n in graph.items() if n["class_type"] in kinds]


def _saved(id: str, node: str, kind: str) -> dict[str, Any]:
    return {"images": [{"filename": f"{id}_{node}.png", "subfolder": "", "type": kind}]}


def _invalid(missing: list[str]) -> dict[str, Any]:
    error = {"message": "Invalid image file", "details": f"image - {', '.join(missing)}"}
    top = {
        "type": "prompt_outputs_failed_validation",
        "message": "Prompt outputs failed validation",
    }
    return {"error": top, "node_errors": {"4": {"errors": [error]}}}
