"""ComfyUI (docs.comfy.org, routes): a workflow of the person's own, filled in at its marks, queued, its
progress told by websocket, its pictures fetched. What a killed program had queued is found by its
prompt_id; what the server lost meanwhile is queued again where it costs nothing."""

import hashlib
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from adapters.models.comfyui.progress import reported
from adapters.models.comfyui.workflow import Workflow, load
from adapters.models.config import ProbeResult
from adapters.models.fields import detail_of, fields_of, list_of, text_of
from adapters.models.http import File, Reply
from adapters.models.jobs import JOBS, JobPainter, Lost, Result
from adapters.models.policy import FETCHING, PAINTING
from adapters.models.sending import Sent, fitted_mask, fitted_size, sendable
from adapters.models.served import EDITS, Endpoint
from core.domain.errors import BadAnswer, Misconfigured, ProviderError, Unsupported
from core.models.painter import Operation, Painting, PaintRequest

LARGEST_SEED = 2**63


class ComfyPainter(JobPainter):
    """`workflow` paints from words, `workflow_edit` from pictures; the model's name is a label."""

    site = Endpoint(label="ComfyUI", keyless=True)
    policy = replace(PAINTING, whole_s=600.0)

    def declared(self) -> dict[str, Any]:
        paint, edit = self._load("workflow"), self._load("workflow_edit")
        if paint is None and edit is None:
            raise Misconfigured(f"{self._who.key}.workflow: name the file of a workflow.")
        if edit is not None and not edit.images:
            where = f"{self._who.key}.workflow_edit"
            raise Misconfigured(f'{where}: no node has the title "darkroom:image".')
        self._flows = {operation: edit for operation in EDITS} | {"generate": paint}
        operations = frozenset(name for name, flow in self._flows.items() if flow is not None)
        return {
            "operations": operations,
            "mask": edit is not None and edit.has("mask"),
            "image_to_image": edit is not None,
            "max_sources": edit.images if edit else 0,
            "seed": all(flow.has("seed") for flow in self._flows.values() if flow),
            "prompt_limit": 8_000,
            "note": f"{JOBS} Sides are rounded to multiples of 16, at most 2048 pixels.",
        }

    def _load(self, name: str) -> Workflow | None:
        path: str = getattr(self._config, name)
        return load(f"{self._who.key}.{name}", path) if path else None

    def price(self, request: PaintRequest) -> Decimal | None:
        """Nothing, unless the configuration sets a price: the server is the person's own."""
        return super().price(request) or Decimal(0)

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        try:
            return await super().paint(request)
        except Lost:
            if request.job and self.price(request) == 0:
                return await super().paint(replace(request, job=""))
            raise

    async def painted(self, request: PaintRequest, pictures: list[Sent]) -> tuple[Painting, ...]:
        request = replace(request, key=uuid.uuid4().hex)
        preview = request.preview if self._config.previews != "off" else None
        async with reported(self._http, request.key, request.report, preview):
            return await super().painted(request, pictures)

    async def begin(self, request: PaintRequest, pictures: list[Sent]) -> str:
        flow = self._flow(request.operation)
        values: dict[tuple[str, int], object] = {("prompt", 0): sendable(request.prompt)}
        if request.negative:
            values["negative", 0] = sendable(request.negative)
        if request.seed is not None:
            values["seed", 0] = request.seed % LARGEST_SEED
        values["width", 0], values["height", 0] = fitted_size(request.width, request.height)
        values["strength", 0] = request.strength
        for index in range(flow.images):  # where fewer are given, the last one stands for the rest
            values["image", index] = await self._uploaded(pictures[min(index, len(pictures) - 1)])
        if flow.has("mask"):
            mask = await self._pixels.run(fitted_mask, request.mask, pictures[0].data)
            values["mask", 0] = await self._uploaded(Sent(mask, "image/png"))
        queued = {"prompt": flow.filled(values), "client_id": request.key}
        reply = await self._http.post_json("/prompt", queued)
        if reply.status != 200:
            raise self._fault(reply)
        id = text_of(reply.fields().get("prompt_id"))
        if not id:
            raise self._nameless()
        return id

    def address(self, job: str) -> str:
        return f"{self._base}/history/{quote(job, safe='')}"

    async def alive(self, job: str) -> bool:
        reply = await self._http.get("/queue")
        if reply.status != 200:
            return True  # nobody knows
        queue = reply.fields()
        waiting = [*list_of(queue.get("queue_running")), *list_of(queue.get("queue_pending"))]
        return any(job in list_of(entry) for entry in waiting)

    def result(self, reply: Reply, job: str, request: PaintRequest) -> Result | None:
        entry = fields_of(reply.fields().get(job))
        if not entry:
            return None
        status = fields_of(entry.get("status"))
        if status.get("status_str") == "error":
            said = _complaint(list_of(status.get("messages")))
            raise BadAnswer(f"{self._who.label} did not finish the picture{said}.", request_id=job)
        return fields_of(entry.get("outputs")) if status.get("completed", True) else None

    def link(self, result: Result) -> object:
        """The first saved picture; of the marked nodes, where there are any."""
        marked = {node for flow in self._flows.values() if flow for node in flow.outputs}
        nodes = [node for id, node in result.items() if not marked or id in marked]
        images = [fields_of(i) for node in nodes for i in list_of(fields_of(node).get("images"))]
        images.sort(key=lambda image: image.get("type") != "output")  # previews last
        if not images:
            return None
        query = {name: text_of(images[0].get(name)) for name in ("filename", "subfolder", "type")}
        return f"/view?{urlencode(query)}"

    async def fetched(self, link: str) -> bytes:
        reply = await self._http.get(link, FETCHING)
        if reply.status != 200:
            raise BadAnswer(f"{self._who.label} has lost the picture it painted.")
        return reply.body

    async def probe(self) -> ProbeResult:
        """Asks for the server's state."""
        reply = await self._http.get("/system_stats")
        if reply.status != 200:
            return self._who.standing(self._fault(reply))
        return ProbeResult(ok=True, sentence=f"{self._who.label} answers.")

    def _flow(self, operation: Operation) -> Workflow:
        flow = self._flows.get(operation)
        if flow is None:
            raise Unsupported(f"{self.profile.name} does not do this kind of picture.")
        return flow

    async def _uploaded(self, picture: Sent) -> str:
        """A picture's name on the server; the same picture has the same one."""
        name = f"darkroom-{hashlib.sha256(picture.data).hexdigest()[:24]}"
        file = File(f"{name}.{picture.type.rpartition('/')[2]}", picture.data, picture.type)
        fields = {"image": file, "type": "input", "overwrite": "true"}
        reply = await self._http.post_form("/upload/image", fields)
        if reply.status != 200:
            raise self._fault(reply)
        said = reply.fields()
        folder, found = text_of(said.get("subfolder")), text_of(said.get("name"))
        return f"{folder}/{found}" if folder else found

    def _fault(self, reply: Reply) -> ProviderError:
        """Errors are {error: {message, details}, node_errors: {node: {errors: [{message, details}]}}}."""
        fields = reply.fields()
        nodes = fields_of(fields.get("node_errors")).values()
        told = [e for node in nodes for e in list_of(fields_of(node).get("errors"))]
        first = fields_of(next(iter(told), fields.get("error")))
        said = detail_of(f"{text_of(first.get('message'))} {text_of(first.get('details'))}".strip())
        return self._who.fault(reply, said)


def _complaint(messages: list[object]) -> str:
    """What went wrong, in brackets, "" where nothing is told."""
    for message in messages:
        pair = list_of(message)
        if len(pair) == 2 and pair[0] == "execution_error":
            said = detail_of(fields_of(pair[1]).get("exception_message"))
            return f" ({said})" if said else ""
    return ""
