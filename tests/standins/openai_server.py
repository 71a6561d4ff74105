"""A stand-in OpenAI over loopback: images and models, with real pictures, usage and faults.

Every request is checked against OpenAI's own description (tests.standins.openai_spec) and against
the rules that types can't tell (tests.standins.openai_rules); what breaks one is in `violations`.
With dialect "compatible" it answers like the servers that only resemble OpenAI: no usage, nothing
required, pictures as links where `links` says so.
"""

import asyncio
import itertools
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from aiohttp import web

from tests.standins import openai_rules as rules
from tests.standins.openai_faults import Fault as Fault
from tests.standins.openai_faults import broken as broken
from tests.standins.openai_faults import limit_reached as limit_reached
from tests.standins.openai_faults import model_gone as model_gone
from tests.standins.openai_faults import out_of_money as out_of_money
from tests.standins.openai_faults import rate_limited as rate_limited
from tests.standins.openai_faults import refused as refused
from tests.standins.openai_faults import wrong_key as wrong_key
from tests.standins.openai_pictures import base64_of, edited, painted, usage_of
from tests.standins.openai_spec import load_spec
from tests.standins.openai_stream import stream

Json = dict[str, Any]
KEY = "sk-stand-in-0123456789"
FLARE, SUNBURST = "gpt-image-2.5-flare-2026-09-08", "gpt-image-2.5-sunburst-2026-09-08"
MODELS = (FLARE, SUNBURST, "gpt-image-2", "gpt-6-luna", "gpt-6.1-terra", "gpt-6.1-sol")
UNANSWERED = ("status", "plain", "drop", "hang", "malformed")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Call:
    """A request as it arrived: fields typed, files apart, in order."""

    method: str
    path: str
    body: Json
    files: list[tuple[str, bytes]]
    headers: Mapping[str, str]
    fault: Fault | None = None
    query: Mapping[str, str] = field(default_factory=dict[str, str])

    def file(self, name: str) -> bytes:
        (one,) = [data for field_name, data in self.files if field_name == name]
        return one

    @property
    def seen(self) -> list[bytes]:
        """What is billed as pictures that were read."""
        return [data for name, data in self.files if name not in ("mask", "mask_image")]

    @property
    def images(self) -> list[bytes]:
        return [data for name, data in self.files if name in ("image", "image[]")]


CALL = web.RequestKey("call", Call)


class OpenAIServer:
    """`async with OpenAIServer() as server`: then `server.url` is a base_url.

    Routes that others add to `server.app` before `start` (chat completions) pass the same gate.
    """

    def __init__(
        self,
        *,
        dialect: Literal["openai", "compatible"] = "openai",
        mask: str = "transparent",
        links: Callable[[str], str] | None = None,
        revised: str = "",
    ) -> None:
        self.dialect, self.mask, self.links, self.revised = dialect, mask, links, revised
        self.spec = load_spec() if dialect == "openai" else None
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.usages: list[Json] = []
        self.faults: list[Fault] = []
        self.models = list(MODELS)
        self.leaving: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.fetches: list[Mapping[str, str]] = []
        self.other_files: list[web.Response] = []
        self.limit_n, self.least_n = 10, 1
        self.seconds, self.streams = 0.0, True
        self.partly: asyncio.Event | None = None  # a stream waits for it after each partial image
        self.tls: ssl.SSLContext | None = None
        self.in_flight = self.most_in_flight = 0
        self.arrived = asyncio.Event()
        self._ids = itertools.count(1)
        self._closing = asyncio.Event()
        self.app = web.Application(middlewares=[self._gate], client_max_size=64 * 2**20)
        self.app.router.add_get("/v1/models", self._list)
        self.app.router.add_post("/v1/images/generations", self._generate)
        self.app.router.add_post("/v1/images/edits", self._edit)
        self.app.router.add_get("/files/{name}", self._file)

    # life

    async def start(self) -> Self:
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.open_door(0)
        self.port: int = self._runner.addresses[0][1]
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/v1"
        return self

    async def open_door(self, port: int | None = None) -> None:
        port = self.port if port is None else port
        self._core = web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=self.tls)
        await self._core.start()

    async def close_door(self) -> None:
        """From here on connections are refused."""
        await self._core.stop()

    async def stop(self) -> None:
        self._closing.set()
        await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    def to(self, path: str) -> list[Call]:
        """The calls to a path, in order of arrival."""
        return [call for call in self.calls if call.path == path]

    # the gate: record, key, description, fault

    @web.middleware
    async def _gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/files/"):
            return await handler(request)
        call = await self._read(request)
        self.calls.append(call)
        self.arrived.set()
        if self.dialect == "openai" and request.headers.get("Authorization") != f"Bearer {KEY}":
            return await self._fail(request, wrong_key())
        if request.method == "POST":
            call.fault = self._next_fault(request.path)
            self._check(request, call)
        if call.fault is not None and call.fault.kind in UNANSWERED:
            return await self._fail(request, call.fault)
        request[CALL] = call
        return await self._timed(request, handler)

    async def _timed(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.seconds:
                await asyncio.sleep(self.seconds)
            response = await handler(request)
        finally:
            self.in_flight -= 1
        if response.prepared:
            return response
        response.headers["x-request-id"] = f"req_{next(self._ids)}"
        return response

    async def _read(self, request: web.Request) -> Call:
        path = request.path.removeprefix("/v1")
        call = Call(request.method, path, {}, [], dict(request.headers))
        call.query = dict(request.query)
        if request.content_type == "multipart/form-data":
            form: dict[str, str] = {}
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    call.files.append((name, value.file.read()))
                else:
                    form[name] = str(value)
            call.body = self.spec.typed(path, form) if self.spec else dict(form)
        elif request.can_read_body:
            call.body = json.loads(await request.read())
        return call

    def _next_fault(self, path: str) -> Fault | None:
        found = next((fault for fault in self.faults if fault.on in path), None)
        if found is None:
            return None
        place = self.faults.index(found)
        if found.after > 0:
            self.faults[place] = replace(found, after=found.after - 1)
            return None
        return self.faults.pop(place)

    def _check(self, request: web.Request, call: Call) -> None:
        if self.dialect != "openai":
            return
        if self.spec is not None:
            body = call.body | rules.files_as_fields(call.files)
            self.violations += self.spec.complaints(call.path, body, request.content_type)
        if call.path.startswith("/images/"):
            self.violations += rules.image_complaints(call.path, call.body, call.files)

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.kind == "hang":
            await self._closing.wait()
        if fault.kind in ("drop", "hang"):
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        headers = {"x-request-id": f"req_{next(self._ids)}", **fault.headers}
        if fault.kind == "malformed":
            half = '{"created": 1790000000, "data": [{"b64_js'
            return web.Response(text=half, content_type="application/json", headers=headers)
        if fault.kind == "plain":
            said = {"error": fault.message}
            return web.json_response(said, status=fault.status, headers=headers)
        said = {"message": fault.message, "type": fault.type, "param": None, "code": fault.code}
        return web.json_response({"error": said}, status=fault.status, headers=headers)

    # what it does

    async def _list(self, request: web.Request) -> web.Response:
        rows = [
            {"id": name, "object": "model", "created": 1, "owned_by": "system"}
            | ({"shutdown_date": self.leaving[name]} if name in self.leaving else {})
            for name in self.models
        ]
        return web.json_response({"object": "list", "data": rows})

    async def _file(self, request: web.Request) -> web.Response:
        self.fetches.append(dict(request.headers))
        if self.other_files:
            return self.other_files.pop(0)
        return web.Response(body=self.files[request.match_info["name"]], content_type="image/png")

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        call = request[CALL]
        if self._unknown(call):
            return await self._fail(request, model_gone(call.body["model"]))
        width, height = rules.size_of(call.body)
        format = call.body.get("output_format", "png")
        count = max(self.least_n, min(self.limit_n, int(call.body.get("n", 1))))
        prompt = call.body["prompt"]
        images = [painted(prompt, width, height, format, salt) for salt in range(count)]
        if call.body.get("stream") and self.streams:
            return await self._stream(request, images[0], (width, height), "image_generation")
        return self._answer(call, images, (width, height))

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        call = request[CALL]
        if self._unknown(call):
            return await self._fail(request, model_gone(call.body["model"]))
        masks = [d for name, d in call.files if not name.startswith(("image", "markup"))]
        area = rules.area(masks[0], self.mask) if masks else None
        size = rules.size_of(call.body)
        format = call.body.get("output_format", "png")
        image = edited(call.images[0], area, size, format, call.body["prompt"])
        if call.body.get("stream") and self.streams:
            return await self._stream(request, image, size, "image_edit")
        return self._answer(call, [image] * int(call.body.get("n", 1)), size)

    async def _stream(
        self, request: web.Request, image: bytes, size: tuple[int, int], kind: str
    ) -> web.StreamResponse:
        call = request[CALL]
        if int(call.body.get("n", 1)) != 1:
            self.violations.append("a stream of several images")
        usage, fault = usage_of(call.body, call.seen, size), call.fault.kind if call.fault else ""
        told = {"kind": kind, "created_at": 1790000000, "size": f"{size[0]}x{size[1]}"}
        told |= {"quality": call.body.get("quality", "high"), "background": "opaque"}
        told |= {"output_format": call.body.get("output_format", "png")}
        made, done = await stream(request, call.body, fault, image, told, usage, self.partly)
        self.usages += [usage] if done else []
        return made

    def _unknown(self, call: Call) -> bool:
        return self.dialect == "openai" and call.body.get("model") not in self.models

    def _answer(self, call: Call, images: list[bytes], size: tuple[int, int]) -> web.Response:
        fault = call.fault.kind if call.fault else ""
        if fault == "empty":
            images = []
        spoilt = {"truncated": lambda d: d[: len(d) // 2], "noise": lambda d: b"no picture"}
        spoilt["blank"] = lambda d: b""
        images = [spoilt[fault](data) if fault in spoilt else data for data in images]
        answer: Json = {"created": 1790000000, "data": [self._item(data) for data in images]}
        if self.dialect == "openai":
            answer |= {"output_format": call.body.get("output_format", "png")}
            self.usages.append(usage_of(call.body, call.seen, size))
            answer |= {"size": f"{size[0]}x{size[1]}", "usage": self.usages[-1]}
            answer |= {"quality": call.body.get("quality", "high"), "background": "opaque"}
        return web.json_response(answer)

    def _item(self, data: bytes) -> Json:
        extra = {"revised_prompt": self.revised} if self.revised else {}
        if self.links is None:
            return {"b64_json": base64_of(data)} | extra
        name = f"{len(self.files)}.png"
        self.files[name] = data
        return {"url": self.links(f"http://127.0.0.1:{self.port}/files/{name}")} | extra
