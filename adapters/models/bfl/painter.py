"""Black Forest Labs' FLUX (docs.bfl.ai): a job's name is its address, and what it costs in credits, told
once, is kept as its fragment, which is sent to nobody."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from adapters.models.bfl.requests import MAX_SOURCES, payload, takes_pictures
from adapters.models.config import ProbeResult
from adapters.models.fields import detail_of, fields_of, number_of, text_of
from adapters.models.fitness import without
from adapters.models.http import Reply
from adapters.models.jobs import JOBS, JobPainter, Result
from adapters.models.prices import CREDIT
from adapters.models.sending import Sent
from adapters.models.served import BEGINS, EDITS, Endpoint
from core.domain.errors import BadAnswer, ProviderError
from core.models.painter import PaintRequest

CREDITS = "/v1/credits"
COST = re.compile(r"\d+(\.\d+)?")
LOST = frozenset({"Error", "Task not found"})


class FluxPainter(JobPainter):
    """Its models take words, and pictures without masks."""

    site = Endpoint(label="Black Forest Labs", host="https://api.bfl.ai", domain="bfl.ai")

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return {"x-key": key}

    def declared(self) -> dict[str, Any]:
        edits = self._config.supports_edits and takes_pictures(self._who.model)
        return {
            "operations": BEGINS | EDITS if edits else BEGINS,
            "image_to_image": edits,
            "max_sources": MAX_SOURCES if edits else 0,
            "seed": True,
            "prompt_limit": 8_000,
            "note": JOBS,
        }

    async def begin(self, request: PaintRequest, pictures: list[Sent]) -> str:
        model = self._who.model
        fields = without(payload(request, model, pictures), self._config.omit)
        reply = await self._http.post_json(f"/v1/{model}", fields)
        if reply.status != 200:
            raise self._fault(reply)
        said = reply.fields()
        address, id = self._theirs(text_of(said.get("polling_url"))), text_of(said.get("id"))
        if not address and not id:
            raise self._nameless()
        cost = number_of(said.get("cost"))
        address = address or f"{self._base}/v1/get_result?id={id}"
        return address + (f"#{cost}" if cost is not None else "")

    def address(self, job: str) -> str:
        return job

    def result(self, reply: Reply, job: str, request: PaintRequest) -> Result | None:
        fields = reply.fields()
        status = text_of(fields.get("status"))
        if status == "Ready":
            return fields_of(fields.get("result"))
        if "Moderated" in status:
            refused = self._who.refused()
            refused.request_id, refused.usd = job, Decimal(0)
            raise refused
        if status in LOST:
            said = f"{self._who.label} did not finish the picture ({status.lower()})."
            raise BadAnswer(said, request_id=job)
        return None

    def link(self, result: Result) -> object:
        return result.get("sample")

    def billed(self, request: PaintRequest, job: str, result: Result) -> Decimal | None:
        told = urlsplit(job).fragment
        return Decimal(told) * CREDIT if COST.fullmatch(told) else self.price(request)

    async def probe(self) -> ProbeResult:
        """Asks for the credits that are left."""
        reply, label = await self._http.get(CREDITS), self._who.label
        if reply.status == 404:
            return ProbeResult(ok=True, sentence=f"{label} does not say what is left.")
        if reply.status != 200:
            return self._who.standing(self._fault(reply))
        left = number_of(reply.fields().get("credits"))
        if left is None:
            return ProbeResult(ok=True, sentence=f"{label} takes the key.")
        return ProbeResult(ok=left > 0, sentence=f"{label}: {left:.1f} credits are left.")

    def _fault(self, reply: Reply) -> ProviderError:
        return self._who.fault(reply, detail_of(reply.fields().get("detail")))
