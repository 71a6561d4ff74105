"""A stand-in for fal's queue: requests wait, are worked on, and are answered at an address of their own."""

from typing import Any

from aiohttp import web

from tests.standins.hosted import painted
from tests.standins.loopback import Call, Loopback

KEY = "fal-id:stand-in"
PRO = "fal-ai/flux-2-pro"
INPUTS = {
    PRO: {"prompt", "seed", "image_size"},
    f"{PRO}/edit": {"prompt", "seed", "image_size", "image_urls"},
}


class Fal(Loopback):
    """`told` False: no addresses in the answer; `error` and `refusal`: what an answer comes to."""

    def __init__(self) -> None:
        super().__init__()
        self.pending, self.told, self.error = 1, True, ""
        self.answer = 200
        self.unwell, self.unsafe = 0, False
        self.looks: dict[str, int] = {}
        self.jobs: dict[str, bytes] = {}
        self.seeds: dict[str, int] = {}

    def routes(self) -> list[web.RouteDef]:
        at = "/fal-ai/flux-2-pro/requests/{id}"
        return [
            web.get(f"{at}/status", self._status),
            web.get(at, self._response),
            web.get("/files/{name}", self._file),
            web.post("/{model:.+}", self._take),
        ]

    def _denied(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") == f"Key {KEY}":
            return None
        return web.json_response({"detail": "Cannot access application"}, status=401)

    async def _take(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        body: dict[str, Any] = await request.json()
        model = request.match_info["model"]
        self.calls.append(Call(request.path, body, headers=dict(request.headers)))
        fault = self.fault()
        await self.misbehave(request, fault)
        if fault.isdigit():
            return web.json_response({"detail": f"error {fault}"}, status=int(fault))
        if fault == "refused":
            detail = [{"type": "content_policy_violation", "msg": "The content was flagged"}]
            return web.json_response({"detail": detail}, status=422)
        unknown = set(body) - INPUTS[model]
        self.check(not unknown, f"{model} has no inputs {unknown}")
        id = f"r{len(self.calls)}"
        size = body["image_size"]
        source = body.get("image_urls", [None])[0]
        self.jobs[id] = painted(source, f"{size['width']}:{size['height']}")
        self.seeds[id] = body.get("seed", 4711)
        address = f"{self.url}/fal-ai/flux-2-pro/requests/{id}"
        told = {"response_url": address, "status_url": f"{address}/status"} if self.told else {}
        return web.json_response({"request_id": id, "status": "IN_QUEUE", **told})

    async def _status(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        id = request.match_info["id"]
        if id not in self.jobs:
            return web.json_response({"detail": "Request not found"}, status=404)
        self.looks[id] = self.looks.get(id, 0) + 1
        if self.looks[id] <= self.pending:
            state = "IN_QUEUE" if self.looks[id] == 1 else "IN_PROGRESS"
            return web.json_response({"status": state, "queue_position": 0}, status=202)
        more = {"error": self.error, "error_type": "x"} if self.error else {}
        return web.json_response({"status": "COMPLETED", **more})

    async def _response(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        id = request.match_info["id"]
        if self.unwell:
            self.unwell -= 1
            return web.Response(status=503)
        if self.answer != 200:
            return web.json_response({"detail": "worker died"}, status=self.answer)
        images = [{"url": f"{self.url}/files/{id}", "content_type": "image/png"}]
        found = {"images": images, "seed": self.seeds[id], "has_nsfw_concepts": [self.unsafe]}
        return web.json_response(found)

    async def _file(self, request: web.Request) -> web.Response:
        self.check("Authorization" not in request.headers, "the key went to a link")
        return web.Response(body=self.jobs[request.match_info["name"]], content_type="image/png")
