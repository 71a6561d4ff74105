"""Replicate (replicate.com/docs/reference/http): predictions, named by their id."""

import re
from typing import Any, ClassVar
from urllib.parse import quote

from adapters.models.config import ProbeResult
from adapters.models.fields import detail_of, fields_of, list_of, text_of
from adapters.models.hosted.painter import HostedPainter
from adapters.models.http import File, Reply
from adapters.models.jobs import Result
from adapters.models.seeing.refusals import refused_by
from adapters.models.sending import Sent
from adapters.models.served import Endpoint
from core.domain.errors import BadAnswer, ProviderError
from core.models.painter import PaintRequest

INLINE = 200_000  # bytes: larger pictures go in as files
STEPS = re.compile(r"(\d{1,3})%\|")  # of a progress bar in the logs


class ReplicatePainter(HostedPainter):
    """The model is "owner/name", or "owner/name:version" for one that is no official one."""

    site = Endpoint(
        label="Replicate", host="https://api.replicate.com/v1", files="replicate.delivery"
    )
    usual: ClassVar = {"prompt": "prompt", "seed": "seed", "ratio": "aspect_ratio"}
    known = (
        (re.compile(r"kontext"), {"picture": "input_image"}),
        (re.compile(r"flux-2"), {"picture": "input_images[]"}),
        (re.compile(r"flux-fill"), {"picture": "image", "mask": "mask", "ratio": ""}),
        (re.compile(r"nano-banana"), {"picture": "image_input[]", "seed": ""}),
        (re.compile(r"seedream"), {"picture": "image_input[]"}),
        (re.compile(r"qwen-image-edit"), {"picture": "image"}),
    )

    async def begin(self, request: PaintRequest, pictures: list[Sent]) -> str:
        model, inputs = await self.asked(request, pictures)
        name, _, version = model.partition(":")
        fields: dict[str, Any] = {"input": inputs}
        path = f"/models/{name}/predictions"
        if version:
            path, fields = "/predictions", fields | {"version": version}
        reply = await self._http.post_json(path, fields)
        if reply.status not in (200, 201, 202):
            raise self._fault(reply)
        id = text_of(reply.fields().get("id"))
        if not id:
            raise self._nameless()
        return id

    def address(self, job: str) -> str:
        return f"{self._base}/predictions/{quote(job, safe='')}"

    def result(self, reply: Reply, job: str, request: PaintRequest) -> Result | None:
        fields = reply.fields()
        match fields.get("status"):
            case "succeeded":
                return fields
            case "failed" | "canceled" | "aborted":
                raise self._came_to_nothing(text_of(fields.get("error")), job)
            case _ if reply.status == 404:
                raise BadAnswer(
                    f"{self._who.label} does not know the job any more.", request_id=job
                )
            case _:
                steps = STEPS.findall(text_of(fields.get("logs")))
                if steps and request.report is not None:
                    request.report(min(1.0, int(steps[-1]) / 100))
                return None

    def link(self, result: Result) -> object:
        output = result.get("output")
        return next(iter(list_of(output)), output)

    async def placed(self, picture: Sent) -> str:
        if len(picture.data) <= INLINE:
            return picture.uri
        name = f"picture.{picture.type.rpartition('/')[2]}"
        reply = await self._http.post_form(
            "/files", {"content": File(name, picture.data, picture.type)}
        )
        link = text_of(fields_of(reply.fields().get("urls")).get("get"))
        if reply.status not in (200, 201) or not link:
            raise self._fault(reply)
        return link

    async def probe(self) -> ProbeResult:
        """Asks for the model."""
        reply = await self._http.get(f"/models/{self._who.model.partition(':')[0]}")
        if reply.status == 404:
            return self._who.unlisted()
        return (
            ProbeResult(ok=True) if reply.status == 200 else self._who.standing(self._fault(reply))
        )

    def _came_to_nothing(self, said: str, job: str) -> ProviderError:
        if refused_by(said):
            refused = self._who.refused()
            refused.request_id = job
            return refused
        more = f" ({detail_of(said)})" if said else ""
        return BadAnswer(f"{self._who.label} did not finish the picture{more}.", request_id=job)

    def _fault(self, reply: Reply) -> ProviderError:
        """Errors are {title, detail, status}."""
        return self._who.fault(reply, detail_of(reply.fields().get("detail")))
