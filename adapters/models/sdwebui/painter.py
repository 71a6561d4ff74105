"""A self-hosted diffusion server behind /sdapi/v1: AUTOMATIC1111, Forge, stable-diffusion.cpp."""

import base64
from dataclasses import replace
from decimal import Decimal

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.fitness import avoiding, refuse_impossible, without
from adapters.models.http import HttpClient, Reply
from adapters.models.policy import PAINTING, Policy
from adapters.models.prices import PriceBook
from adapters.models.reading import CLIP_TOKENS, reader
from adapters.models.sdwebui import answers, canvas
from adapters.models.sdwebui.canvas import Sheet
from adapters.models.sdwebui.checkpoints import MODELS, missing, verify
from adapters.models.sdwebui.errors import translated
from adapters.models.sdwebui.payload import (
    STEPS,
    Knobs,
    endpoint,
    image_to_image,
    task_id,
    text_to_image,
)
from adapters.models.sdwebui.progress import reported
from core.domain.errors import BadAnswer, Misconfigured, PixelsFailed, Unavailable, Unsupported
from core.models.painter import Cost, PainterProfile, Painting, PaintRequest
from core.ports.pixels import Pixels

POLICY = replace(PAINTING, whole_s=600.0)
MAX_N = 8


class SdWebuiPainter:
    """Implements `core.models.painter.Painter`. The model "default" is whichever the server has loaded.

    `api_key` is "user:password" (the server's --api-auth), else a bearer token for a proxy.
    """

    poll_s = 1.0

    def __init__(
        self,
        provider: str,
        model: str,
        config: ProviderConfig,
        prices: PriceBook,
        pixels: Pixels,
        policy: Policy = POLICY,
    ) -> None:
        if not config.base_url:
            raise Misconfigured(f"providers.{provider}.base_url: the server's address is missing.")
        self._key = f"providers.{provider}"
        self._knobs = Knobs(model, config.steps, config.sampler)
        self._negative, self._omit = config.negative, config.omit
        self._previews = config.previews != "off"
        self._sizes = config.sizes
        self._prices, self._pixels = prices, pixels
        self._in_flight = 0
        self._http = _client(provider, config, policy)
        # a loaded checkpoint of any name is most likely one that reads with CLIP
        tokens, manner = reader(model, config.prompt_tokens, CLIP_TOKENS)
        self.profile = PainterProfile(
            provider=provider,
            model=model,
            operations=frozenset(
                {"generate", "edit", "outpaint", "vary"} if config.supports_edits else {"generate"}
            ),
            mask=config.supports_edits,
            only_masked=True,
            negative=True,
            image_to_image=config.supports_edits,
            max_sources=1 if config.supports_edits else 0,
            max_n=MAX_N if config.supports_n else 1,
            qualities=() if config.steps else tuple(STEPS),
            sizes=config.sizes,
            seed=True,
            prompt_limit=2000,
            reads_tokens=tokens,
            manner=manner,
            english=True,
            timeout_s=policy.whole_s,
            note="Sides are rounded to multiples of 8, at most 2048 pixels.",
        )

    def price(self, request: PaintRequest) -> Decimal | None:
        """Nothing, unless the configuration sets a price: the server is the admin's own."""
        one = self._prices.flat_usd(self.profile.model, endpoint(request))
        return None if one is None else one * request.n

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        """Raises a ProviderError; Unsupported before anything is sent."""
        self._check(request)
        request = avoiding(request, self._negative)
        sheet = await self._sheet(request)
        if sheet is None:
            width, height = self._size(request)
            fields = text_to_image(request, self._knobs, width, height)
        else:
            fields = image_to_image(request, self._knobs, sheet)
        reply = await self._post(request, without(fields, self._omit))
        if reply.status != 200:
            raise translated(self._http.label, self._key, self.profile.model, reply)
        paintings = self._paintings(request, reply)
        await verify(self._http, self._knobs.model, paintings[0].model)
        if sheet is None or sheet.keep == (sheet.width, sheet.height):
            return paintings
        return tuple([await self._without_padding(each, sheet) for each in paintings])

    async def probe(self) -> ProbeResult:
        """Asks for the server's models; costs nothing. Raises Unavailable if it is not there."""
        reply = await self._http.get(MODELS)
        if reply.status != 200:
            error = translated(self._http.label, self._key, self.profile.model, reply)
            if isinstance(error, Unavailable):
                raise error
            return ProbeResult(ok=False, sentence=error.sentence)
        if said := missing(self._http.label, self._knobs.model, answers.models(reply)):
            return ProbeResult(ok=False, gone=True, sentence=said)
        return ProbeResult(ok=True, sentence=f"{self._http.label} answers.")

    async def close(self) -> None:
        await self._http.close()

    def _check(self, request: PaintRequest) -> None:
        refuse_impossible(self.profile, request)
        if request.operation == "edit" and request.mask is None:
            raise Unsupported(f"{self.profile.name} edits only inside a mask.")
        if not request.prompt.strip():
            raise Unsupported(f"{self.profile.name} needs a prompt.")

    async def _sheet(self, request: PaintRequest) -> Sheet | None:
        """What is painted on; None to begin with nothing."""
        if request.operation == "generate":
            return None
        source = request.sources[0]
        if request.operation == "edit" and request.mask is not None:
            return await self._pixels.run(canvas.for_edit, source, request.mask)
        if request.operation == "outpaint":
            return await self._pixels.run(canvas.for_outpaint, source, request.margins)
        return await self._pixels.run(canvas.for_vary, source, *self._size(request))

    def _size(self, request: PaintRequest) -> tuple[int, int]:
        """The size asked for, or the configured one nearest in shape."""
        wanted = request.width / request.height
        pairs = [tuple(map(int, size.lower().split("x"))) for size in self._sizes]
        if pairs:
            width, height = min(
                pairs, key=lambda p: max(p[0] / p[1] / wanted, wanted * p[1] / p[0])
            )
            return canvas.snapped(width, height)
        return canvas.snapped(request.width, request.height)

    async def _post(self, request: PaintRequest, fields: dict[str, object]) -> Reply:
        self._in_flight += 1
        try:
            async with reported(
                self._http,
                task_id(request),
                lambda: self._in_flight == 1,
                request.report,
                self.poll_s,
                request.preview if self._previews else None,
            ):
                return await self._http.post_json(endpoint(request), fields)
        finally:
            self._in_flight -= 1

    def _paintings(self, request: PaintRequest, reply: Reply) -> tuple[Painting, ...]:
        usd = self._prices.flat_usd(self.profile.model, endpoint(request))
        found = answers.pictures(self._http.label, reply, request.n)
        if usd is not None:  # more images than were asked for cost more
            usd = usd * max(request.n, len(found)) / request.n
        return tuple(
            Painting(
                data=each.data,
                model=each.model or self._knobs.model,
                seed=request.seed if each.seed is None else each.seed,
                request_id=task_id(request),
                cost=None if usd is None else Cost(usd),
            )
            for each in found[: request.n]
        )

    async def _without_padding(self, painting: Painting, sheet: Sheet) -> Painting:
        try:
            data = await self._pixels.run(
                canvas.kept, painting.data, (sheet.width, sheet.height), sheet.keep
            )
        except PixelsFailed as exc:
            raise BadAnswer(exc.sentence) from exc
        except Exception as exc:
            raise BadAnswer(f"{self._http.label} sent a broken image.") from exc
        return replace(painting, data=data)


def _client(provider: str, config: ProviderConfig, policy: Policy) -> HttpClient:
    key = config.api_key
    scheme = f"Basic {base64.b64encode(key.encode()).decode()}" if ":" in key else f"Bearer {key}"
    headers = {"Authorization": scheme} if key else {}
    base = config.base_url.rstrip("/").removesuffix("/sdapi/v1")
    label = f"The image server {provider}"
    return HttpClient(label, provider, config, policy, base_url=base, headers=headers)
