"""Google's image models: Gemini that answers in pictures (ai.google.dev/gemini-api/docs/image-generation)."""

from decimal import Decimal
from typing import Any

from adapters.models.config import ProbeResult
from adapters.models.fitness import without
from adapters.models.google import wire
from adapters.models.sending import Sent
from adapters.models.served import Endpoint, ServedPainter
from adapters.models.spoken import THOUGHTS, Shape, price_of, spoken, told
from core.domain.errors import BadAnswer
from core.models.painter import Painting, PaintRequest


class GeminiPainter(ServedPainter):
    """One image a call; it takes no mask. What it thinks before is capped, and in the price."""

    site = Endpoint(label=wire.LABEL, host=wire.HOST)

    @staticmethod
    def headers(key: str) -> dict[str, str]:
        return wire.headers(key)

    def declared(self) -> dict[str, Any]:
        return spoken(edits=self._config.supports_edits)

    @property
    def _thoughts(self) -> int:
        return self._config.thinking_tokens or THOUGHTS

    def price(self, request: PaintRequest) -> Decimal | None:
        return price_of(self._prices, self._who.model, request, self._thoughts)

    async def painted(self, request: PaintRequest, pictures: list[Sent]) -> tuple[Painting, ...]:
        path = f"{wire.path_of(self._who.model)}:generateContent"
        reply = await self._http.post_json(path, self._payload(request, pictures))
        if reply.status != 200:
            raise wire.fault(self._who, reply)
        answer = wire.GeminiAnswer.of(reply)
        usd = self._billed(request, answer)
        if not answer.picture:
            fault = (
                self._who.refused()
                if answer.refused
                else BadAnswer(
                    f"{wire.LABEL} sent no picture ({answer.end.lower() or 'no reason'})."
                )
            )
            fault.request_id, fault.usd = answer.id, usd
            raise fault
        return (
            await self._painting(answer.picture, request, usd, id=answer.id, model=answer.model),
        )

    def _payload(self, request: PaintRequest, pictures: list[Sent]) -> dict[str, object]:
        shape, omit = Shape.of(request.width, request.height), self._config.omit
        parts: list[object] = [{"text": told(request)}]
        parts += [{"inlineData": {"mimeType": p.type, "data": p.base64}} for p in pictures]
        config: dict[str, object] = {
            "responseModalities": ["TEXT", "IMAGE"],
            "imageConfig": {"aspectRatio": shape.ratio, "imageSize": shape.size},
            "maxOutputTokens": shape.tokens + self._thoughts,
        }
        if effort := self._config.reasoning_effort:
            config["thinkingConfig"] = {"thinkingLevel": effort.upper()}
        return {
            "contents": [{"role": "user", "parts": parts}],
            "generationConfig": without(config, omit),
        }

    def _billed(self, request: PaintRequest, answer: wire.GeminiAnswer) -> Decimal | None:
        """By the tokens of the answer; without rates for them a picture is booked at its price."""
        usage = answer.usage
        usd = usage and self._prices.tokens_usd(
            self._who.model,
            text_in=usage.read,
            text_out=usage.written - usage.painted,
            image_out=usage.painted,
        )
        return usd if usd is not None or not answer.picture else self.price(request)

    async def probe(self) -> ProbeResult:
        """Asks for the model."""
        return wire.standing(self._who, await self._http.get(wire.path_of(self._who.model)))
