"""fal's queue (fal.ai/docs, queue): a request is named by the address of its answer."""

import re
from typing import Any, ClassVar

from adapters.models.config import ProbeResult
from adapters.models.fields import detail_of, fields_of, list_of, text_of
from adapters.models.hosted.painter import HostedPainter
from adapters.models.http import Reply
from adapters.models.jobs import Result
from adapters.models.seeing.refusals import refused_by
from adapters.models.sending import Sent
from adapters.models.served import Endpoint
from core.domain.errors import BadAnswer, InDoubt, ProviderError
from core.models.painter import PaintRequest

REFUSED = "content_policy_violation"
NOBODY = "00000000-0000-0000-0000-000000000000"


class FalPainter(HostedPainter):
    """The model is an endpoint such as "fal-ai/flux-2-pro"; pictures are changed by its "/edit"."""

    site = Endpoint(label="fal", host="https://queue.fal.run", domain="fal.run", files="fal.media")
    usual: ClassVar = {"prompt": "prompt", "seed": "seed", "size": "image_size"}
    known = (
        (re.compile(r"nano-banana|gemini"), {"picture": "image_urls[]", "size": "", "seed": ""}),
        (re.compile(r"/edit$"), {"picture": "image_urls[]"}),
        (re.compile(r"kontext"), {"picture": "image_url", "size": "", "ratio": "aspect_ratio"}),
        (re.compile(r"fill|inpaint"), {"picture": "image_url", "mask": "mask_url", "size": ""}),
        (re.compile(r"image-to-image"), {"picture": "image_url"}),
    )

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"Authorization": f"Key {key}"}

    def edit_of(self, model: str) -> str:
        own = re.search(r"flux-2|nano-banana|seedream", model) and not model.endswith("/edit")
        return f"{model}/edit" if own else model

    async def begin(self, request: PaintRequest, pictures: list[Sent]) -> str:
        model, inputs = await self.asked(request, pictures)
        reply = await self._http.post_json(f"/{model}", inputs)
        if reply.status not in (200, 201, 202):
            raise self._fault(reply)
        said = reply.fields()
        id, address = (
            text_of(said.get("request_id")),
            self._theirs(text_of(said.get("response_url"))),
        )
        if not address and not id:
            raise self._nameless()
        return address or f"{self._base}/{_app(model)}/requests/{id}"

    def address(self, job: str) -> str:
        return f"{job}/status"

    def result(self, reply: Reply, job: str, request: PaintRequest) -> Result | None:
        fields = reply.fields()
        if reply.status == 404:
            raise BadAnswer(f"{self._who.label} does not know the job any more.", request_id=job)
        if fields.get("status") != "COMPLETED":
            return None
        if error := fields.get("error"):
            raise self._came_to_nothing(f"{fields.get('error_type') or ''} {error}", job)
        return fields

    async def whole(self, result: Result, job: str) -> Result:
        reply = await self._polled(job)
        if reply is None:
            said = f"{self._who.label} made the picture and does not hand it out now."
            raise InDoubt(said, request_id=job)
        if reply.status != 200:
            raise self._came_to_nothing(_said(reply), job)
        fields = reply.fields()
        if True in list_of(fields.get("has_nsfw_concepts")):
            raise self._came_to_nothing(REFUSED, job)
        return fields

    def link(self, result: Result) -> object:
        one = fields_of(result.get("image"))
        return fields_of(next(iter(list_of(result.get("images"))), one)).get("url")

    async def probe(self) -> ProbeResult:
        """Asks for a request that nobody made: only a good key learns that there is none."""
        path = f"/{_app(self._who.model)}/requests/{NOBODY}/status"
        reply = await self._http.get(path)
        if reply.status in (200, 202, 400, 404, 405, 422):
            return ProbeResult(ok=True, sentence=f"{self._who.label} takes the key.")
        return self._who.standing(self._fault(reply))

    def _came_to_nothing(self, said: str, job: str) -> ProviderError:
        if REFUSED in said or refused_by(said):
            refused = self._who.refused()
            refused.request_id = job
            return refused
        more = f" ({found})" if (found := detail_of(said)) else ""
        return BadAnswer(f"{self._who.label} did not finish the picture{more}.", request_id=job)

    def _fault(self, reply: Reply) -> ProviderError:
        said = _said(reply)
        if reply.status == 422 and REFUSED in said:
            return self._who.refused()
        if reply.status == 403 and "balance" in said.lower():
            return self._who.fault(reply, status=402)
        return self._who.fault(reply, detail_of(said))


def _app(model: str) -> str:
    """The part of an endpoint that its queue is named by."""
    return "/".join(model.split("/")[:2])


def _said(reply: Reply) -> str:
    """Errors are {detail: text} or {detail: [{msg, type}]}."""
    detail: Any = reply.fields().get("detail")
    first = fields_of(next(iter(list_of(detail)), None))
    return f"{text_of(first.get('type'))} {text_of(first.get('msg'))}" if first else text_of(detail)
