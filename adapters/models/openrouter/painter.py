"""OpenRouter's image models: pictures by chat, whoever makes them (openrouter.ai/docs)."""

from decimal import Decimal
from typing import Any

from adapters.models.config import ProbeResult
from adapters.models.fields import detail_of, fields_of, list_of, number_of, text_of
from adapters.models.fitness import without
from adapters.models.http import Reply
from adapters.models.openrouter.requests import payload
from adapters.models.sending import Sent
from adapters.models.served import Endpoint, ServedPainter
from adapters.models.spoken import price_of, spoken
from core.domain.errors import BadAnswer, ProviderError
from core.models.painter import Painting, PaintRequest

CHAT, MODELS, KEY = "/chat/completions", "/models", "/key"
REFUSALS = frozenset(
    {"content_filter", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "PROHIBITED_CONTENT", "SAFETY"}
)


class OpenRouterPainter(ServedPainter):
    """One image a call; it takes no mask."""

    site = Endpoint(label="OpenRouter", host="https://openrouter.ai/api/v1")

    def declared(self) -> dict[str, Any]:
        return spoken(edits=self._config.supports_edits)

    def price(self, request: PaintRequest) -> Decimal | None:
        return price_of(self._prices, self._who.model, request)

    async def painted(self, request: PaintRequest, pictures: list[Sent]) -> tuple[Painting, ...]:
        fields = payload(request, self._who.model, pictures)
        reply = await self._http.post_json(CHAT, without(fields, self._config.omit))
        if error := self._error(reply):
            raise error
        return (await self._read(request, reply.fields()),)

    async def probe(self) -> ProbeResult:
        """Asks for the key's standing, then for the model."""
        for path in (KEY, MODELS):
            reply = await self._http.get(path)
            if error := self._error(reply):
                return self._who.standing(error)
        listed = {fields_of(each).get("id") for each in list_of(reply.fields().get("data"))}
        if self._who.model.partition(":")[0] in {str(id).partition(":")[0] for id in listed}:
            return ProbeResult(ok=True)
        return self._who.unlisted()

    def _error(self, reply: Reply) -> ProviderError | None:
        """Errors are {error: {code, message, metadata}}, with the status of the code or inside an
        answer; None where there is none."""
        error = fields_of(reply.fields().get("error"))
        if reply.status == 200 and not error:
            return None
        code, status = error.get("code"), reply.status
        if status == 200:
            status = code if isinstance(code, int) else 400
        said = detail_of(error.get("message"))
        if status == 403 and ("flagged" in said or "reasons" in fields_of(error.get("metadata"))):
            return self._who.refused()
        return self._who.fault(reply, said, status=status)

    async def _read(self, request: PaintRequest, fields: dict[str, object]) -> Painting:
        id, usd = text_of(fields.get("id")), self._billed(request, fields)
        choice = fields_of(next(iter(list_of(fields.get("choices"))), None))
        message = fields_of(choice.get("message"))
        images = list_of(message.get("images"))
        if not images:
            ends = {str(choice.get("finish_reason")), str(choice.get("native_finish_reason"))}
            told = ends & REFUSALS or message.get("refusal")
            fault = (
                self._who.refused() if told else BadAnswer(f"{self._who.label} sent no picture.")
            )
            fault.request_id, fault.usd = id, usd
            raise fault
        link = fields_of(fields_of(images[0]).get("image_url")).get("url")
        return await self._painting(link, request, usd, id=id, model=text_of(fields.get("model")))

    def _billed(self, request: PaintRequest, fields: dict[str, object]) -> Decimal | None:
        """What the answer says it cost, in dollars; else its price."""
        said = number_of(fields_of(fields.get("usage")).get("cost"))
        return self.price(request) if said is None else said
