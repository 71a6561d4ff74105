"""OpenRouter's image models: pictures by chat, whoever makes them (openrouter.ai/docs)."""

from decimal import Decimal
from typing import cast

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.fitness import avoiding, refuse_impossible, without
from adapters.models.http import HttpClient, Reply
from adapters.models.links import PictureLinks
from adapters.models.openrouter.errors import REFUSALS, fields_of, refused, translated
from adapters.models.openrouter.requests import data_uri, payload
from adapters.models.policy import PAINTING, Policy
from adapters.models.prices import PriceBook
from core.domain.errors import BadAnswer, Misconfigured, ProviderError, Unavailable, Unsupported
from core.models.painter import Cost, Operation, PainterProfile, Painting, PaintRequest
from core.ports.pixels import Pixels

HOST = "https://openrouter.ai/api/v1"
CHAT, MODELS, KEY = "/chat/completions", "/models", "/key"
READING = Decimal("1.1")  # the words and pictures that are read cost a little besides the image
MAX_SOURCES = 8
EDITS: frozenset[Operation] = frozenset({"edit", "vary"})


class OpenRouterPainter:
    """Implements `core.models.painter.Painter`. One image a call; it takes no mask."""

    def __init__(
        self,
        provider: str,
        model: str,
        config: ProviderConfig,
        prices: PriceBook,
        pixels: Pixels,
        policy: Policy = PAINTING,
    ) -> None:
        if not config.api_key.strip():
            raise Misconfigured(f"providers.{provider}.api_key: OpenRouter needs a key.")
        self._key, self._omit = f"providers.{provider}", config.omit
        self._prices, self._pixels, self._negative = prices, pixels, config.negative
        base = config.base_url or HOST
        headers = {"Authorization": f"Bearer {config.api_key.strip()}"}
        label = "OpenRouter" if provider == "openrouter" else f"The server {provider}"
        self._http = HttpClient(label, provider, config, policy, base_url=base, headers=headers)
        self._links = PictureLinks(label, provider, config, base)
        edits = config.supports_edits
        begun: frozenset[Operation] = frozenset({"generate"})
        self.profile = PainterProfile(
            provider=provider,
            model=model,
            operations=begun | EDITS if edits else begun,
            image_to_image=edits,
            max_sources=MAX_SOURCES if edits else 0,
            prompt_limit=8_000,
            timeout_s=policy.whole_s,
            note="Paints in ten shapes, from 21:9 to 9:16, of 1, 2 or 4 thousand pixels.",
        )

    def price(self, request: PaintRequest) -> Decimal | None:
        """The image's flat price and a tenth for what is read; None where nobody knows it."""
        flat = self._prices.image_usd(
            self.profile.model,
            quality=request.quality,
            width=request.width,
            height=request.height,
        )
        return None if flat is None else flat * READING

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        """Raises a ProviderError; Unsupported before anything is sent."""
        refuse_impossible(self.profile, request)
        request = avoiding(request, self._negative)
        if not request.prompt.strip():
            raise Unsupported(f"{self.profile.name} needs a prompt.")
        sources = request.sources if request.operation != "generate" else ()
        pictures = [await self._pixels.run(data_uri, source) for source in sources]
        fields = payload(request, self.profile.model, pictures)
        reply = await self._http.post_json(CHAT, without(fields, self._omit))
        if error := self._error(reply):
            raise error
        return (await self._painting(request, reply),)

    async def probe(self) -> ProbeResult:
        """Asks for the key's standing, then for the model; costs nothing. Raises Unavailable if
        nobody answers."""
        for path in (KEY, MODELS):
            reply = await self._http.get(path)
            error = self._error(reply)
            if isinstance(error, Unavailable):
                raise error
            if error is not None:
                return ProbeResult(ok=False, sentence=error.sentence)
        listed = {fields_of(each).get("id") for each in _list(reply.fields().get("data"))}
        if self.profile.model.partition(":")[0] in {str(id).partition(":")[0] for id in listed}:
            return ProbeResult(ok=True)
        said = f"{self._http.label} has no model {self.profile.model}."
        return ProbeResult(ok=False, gone=True, sentence=said)

    async def close(self) -> None:
        await self._http.close()
        await self._links.close()

    def _error(self, reply: Reply) -> ProviderError | None:
        return translated(self._http.label, self._key, self.profile.model, reply)

    async def _painting(self, request: PaintRequest, reply: Reply) -> Painting:
        label, fields = self._http.label, reply.fields()
        id, usd = str(fields.get("id") or ""), self._billed(request, fields)
        choice = fields_of(next(iter(_list(fields.get("choices"))), None))
        message = fields_of(choice.get("message"))
        images = _list(message.get("images"))
        if not images:
            ends = {str(choice.get("finish_reason")), str(choice.get("native_finish_reason"))}
            fault = refused(label) if ends & REFUSALS or message.get("refusal") else None
            fault = fault or BadAnswer(f"{label} sent no picture.")
            fault.request_id, fault.usd = id, usd
            raise fault
        link = fields_of(fields_of(images[0]).get("image_url")).get("url")
        try:
            if not isinstance(link, str) or not link:
                raise BadAnswer(f"{label} sent an empty picture.")
            data = await self._links.fetch(link)
        except ProviderError as exc:
            raise BadAnswer(exc.sentence, request_id=id, usd=usd) from exc
        return Painting(
            data=data,
            model=str(fields.get("model") or self.profile.model),
            request_id=id,
            cost=None if usd is None else Cost(usd),
        )

    def _billed(self, request: PaintRequest, fields: dict[str, object]) -> Decimal | None:
        """What the answer says it cost, in dollars; else its price."""
        said = fields_of(fields.get("usage")).get("cost")
        if isinstance(said, (int, float)) and said >= 0:
            return Decimal(str(said))
        return self.price(request)


def _list(value: object) -> list[object]:
    return cast(list[object], value) if isinstance(value, list) else []
