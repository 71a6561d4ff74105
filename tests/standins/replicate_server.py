"""A stand-in for api.replicate.com: predictions are taken, under way for some looks, then end."""

from typing import Any

from aiohttp import web

from tests.standins.hosted import painted
from tests.standins.loopback import Call, Loopback

KEY = "r8_stand-in"
PRO, FILL = "black-forest-labs/flux-2-pro", "black-forest-labs/flux-fill-pro"
INPUTS = {
    PRO: {"prompt", "seed", "aspect_ratio", "input_images"},
    FILL: {"prompt", "seed", "image", "mask"},
    "mine/sdxl": {"prompt", "seed", "aspect_ratio"},
}


class Replicate(Loopback):
    """`error` is what a prediction comes to nothing by."""

    def __init__(self) -> None:
        super().__init__()
        self.pending, self.error = 1, ""
        self.looks: dict[str, int] = {}
        self.jobs: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}

    @property
    def base(self) -> str:
        return f"{self.url}/v1"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v1/models/{owner}/{name}", self._model),
            web.post("/v1/models/{owner}/{name}/predictions", self._take),
            web.post("/v1/predictions", self._take),
            web.get("/v1/predictions/{id}", self._prediction),
            web.post("/v1/files", self._upload),
            web.get("/files/{name}", self._file),
        ]

    def _denied(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") == f"Bearer {KEY}":
            return None
        return web.json_response({"title": "Unauthenticated", "detail": "no token"}, status=401)

    async def _model(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        name = f"{request.match_info['owner']}/{request.match_info['name']}"
        return web.json_response({"name": name}, status=200 if name in INPUTS else 404)

    async def _upload(self, request: web.Request) -> web.Response:
        content = (await request.post())["content"]
        assert isinstance(content, web.FileField)
        name = f"up-{len(self.files)}"
        self.files[name] = content.file.read()
        return web.json_response({"urls": {"get": f"{self.url}/files/{name}"}}, status=201)

    async def _take(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        body: dict[str, Any] = await request.json()
        self.calls.append(Call(request.path, body, headers=dict(request.headers)))
        fault = self.fault()
        await self.misbehave(request, fault)
        if fault.isdigit():
            return web.json_response({"detail": f"error {fault}"}, status=int(fault))
        official = "name" in request.match_info
        name = "mine/sdxl"
        if official:
            name = f"{request.match_info['owner']}/{request.match_info['name']}"
        self.check(official or body.get("version") == "abc123", "which version?")
        self.check(set(body) <= {"input", "version"}, f"fields are {set(body)}")
        unknown = set(body["input"]) - INPUTS[name]
        self.check(not unknown, f"{name} has no inputs {unknown}")
        job = f"p{len(self.calls)}"
        source = (body["input"].get("input_images") or [body["input"].get("image")])[0]
        self.jobs[job] = painted(self._bytes(source), body["input"].get("aspect_ratio", "1:1"))
        return web.json_response({"id": job, "status": "starting", "output": None}, status=201)

    def _bytes(self, source: str | None) -> str | bytes | None:
        own = f"{self.url}/files/"
        return self.files[source.removeprefix(own)] if source and source.startswith(own) else source

    async def _prediction(self, request: web.Request) -> web.Response:
        if denied := self._denied(request):
            return denied
        job = request.match_info["id"]
        if job not in self.jobs:
            return web.json_response({"detail": "not found"}, status=404)
        self.looks[job] = self.looks.get(job, 0) + 1
        found: dict[str, Any] = {"id": job, "status": "processing", "output": None, "error": None}
        if self.looks[job] <= self.pending:
            return web.json_response(found | {"logs": "Using seed 1\n 25%|##   | 5/20\n 50%|####"})
        if self.error:
            return web.json_response(found | {"status": "failed", "error": self.error})
        output = [f"{self.url}/files/{job}"]
        return web.json_response(found | {"status": "succeeded", "output": output})

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.check("Authorization" not in request.headers, "the key went to a link")
        return web.Response(body=self.jobs.get(name) or self.files[name], content_type="image/png")
