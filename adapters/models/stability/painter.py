"""Stability AI's images (api.stability.ai, v2beta)."""

import base64
import binascii
from dataclasses import replace
from decimal import Decimal

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.fields import number_of
from adapters.models.fitness import avoiding, refuse_impossible, without
from adapters.models.http import HttpClient, Reply
from adapters.models.policy import PAINTING, Policy
from adapters.models.prices import CREDIT, PriceBook
from adapters.models.stability.errors import LABEL, REFUSED, translated
from adapters.models.stability.forms import (
    BASE,
    EDITS,
    MODELS,
    MOST_MARGIN,
    bounds_of,
    form_of,
    path_of,
)
from adapters.models.stability.pictures import FittedUpload, prepared
from core.domain.errors import (
    BadAnswer,
    BadImage,
    Misconfigured,
    PolicyRefusal,
    Unavailable,
    Unsupported,
)
from core.models.painter import Cost, Operation, PainterProfile, Painting, PaintRequest
from core.ports.pixels import Pixels

HOST = "https://api.stability.ai"
BALANCE = "/v1/user/balance"
POLICY = replace(PAINTING, whole_s=180.0)
WORDLESS: frozenset[Operation] = frozenset({"edit", "outpaint", "upscale"})


class StabilityPainter:
    """Implements `core.models.painter.Painter`. An edit without a prompt erases what is under the mask."""

    def __init__(
        self,
        provider: str,
        model: str,
        config: ProviderConfig,
        prices: PriceBook,
        pixels: Pixels,
        policy: Policy = POLICY,
    ) -> None:
        if model not in MODELS:
            raise Misconfigured(
                f"{provider}:{model}: {LABEL} has no such model; it has {', '.join(MODELS)}."
            )
        if not config.api_key:
            raise Misconfigured(f"providers.{provider}.api_key: {LABEL} needs a key.")
        self._key = f"providers.{provider}"
        self._negative, self._omit = config.negative, config.omit
        self._prices, self._pixels = prices, pixels
        headers = {"Authorization": f"Bearer {config.api_key}", "Accept": "application/json"}
        base = config.base_url or HOST
        self._http = HttpClient(LABEL, provider, config, policy, base_url=base, headers=headers)
        begun: frozenset[Operation] = frozenset(
            {"generate", "vary"} if MODELS[model].vary else {"generate"}
        )
        self.profile = PainterProfile(
            provider=provider,
            model=model,
            operations=begun | EDITS,
            mask=True,
            only_masked=True,
            erases=True,
            negative=MODELS[model].negative,
            image_to_image=MODELS[model].vary,
            max_sources=1,
            seed=True,
            prompt_limit=10_000,
            formats=("png", "jpeg", "webp"),
            english=True,
            timeout_s=policy.whole_s,
            note="Paints in nine shapes, from 21:9 to 9:21; edits keep the picture's own size.",
        )

    def price(self, request: PaintRequest) -> Decimal | None:
        """The endpoint's flat price in dollars."""
        return self._prices.flat_usd(self.profile.model, path_of(request, self.profile.model))

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        """Raises a ProviderError; Unsupported before anything is sent."""
        self._check(request)
        request = avoiding(request, self._negative)
        form = form_of(request, self.profile.model, await self._upload(request))
        reply = await self._http.post_form(BASE + form.path, without(form.fields, self._omit))
        if reply.status != 200:
            raise translated(reply, self._key)
        return (self._painting(request, reply),)

    async def probe(self) -> ProbeResult:
        """Asks for the credits that are left; costs nothing. Raises Unavailable if nobody answers."""
        reply = await self._http.get(BALANCE)
        if reply.status != 200:
            error = translated(reply, self._key)
            if isinstance(error, Unavailable):
                raise error
            return ProbeResult(ok=False, sentence=error.sentence)
        left = number_of(reply.fields().get("credits"))
        if left is None:
            return ProbeResult(ok=True, sentence=f"{LABEL} takes the key.")
        one = self.price(PaintRequest(prompt="x"))
        if one is not None and left * CREDIT < one:
            return ProbeResult(
                ok=False, sentence=f"{LABEL}: {left:.1f} credits are left, less than one image."
            )
        return ProbeResult(ok=True, sentence=f"{LABEL}: {left:.1f} credits are left.")

    async def close(self) -> None:
        await self._http.close()

    def _check(self, request: PaintRequest) -> None:
        refuse_impossible(self.profile, request)
        if why := _missing(request):
            raise Unsupported(f"{self.profile.name} {why}.")

    async def _upload(self, request: PaintRequest) -> FittedUpload | None:
        if request.operation == "generate":
            return None
        mask = request.mask if request.operation == "edit" else None
        try:
            return await self._pixels.run(prepared, request.sources[0], mask, bounds_of(request))
        except (BadImage, OSError, ValueError) as exc:
            raise Unsupported(f"{LABEL} can't take this picture: {exc}") from exc

    def _painting(self, request: PaintRequest, reply: Reply) -> Painting:
        fields = reply.fields()
        id = reply.headers.get("x-request-id", "")
        reason = fields.get("finish_reason")
        if reason == "CONTENT_FILTERED":
            raise PolicyRefusal(REFUSED, request_id=id)
        image = fields.get("image")
        if reason != "SUCCESS" or not isinstance(image, str) or not image:
            raise BadAnswer(f"{LABEL} sent no picture.", request_id=id)
        try:
            data = base64.b64decode(image, validate=True)
        except (binascii.Error, ValueError) as exc:
            raise BadAnswer(f"{LABEL} sent a picture that is no base64.", request_id=id) from exc
        seed = str(fields.get("seed", ""))
        usd = self.price(request)
        return Painting(
            data=data,
            model=self.profile.model,
            seed=int(seed) if seed.isdecimal() else request.seed,
            request_id=id,
            cost=None if usd is None else Cost(usd),
        )


def _missing(request: PaintRequest) -> str:
    """What else the operation needs; "" if all is there."""
    if request.operation not in WORDLESS and not request.prompt.strip():
        return "needs a prompt"
    if request.operation == "edit" and request.mask is None:
        return "edits only inside a mask"
    if request.operation == "replace" and not request.search.strip():
        return "needs to be told what to replace"
    if request.operation == "outpaint":
        m = request.margins
        sides = (m.left, m.right, m.up, m.down)
        if not any(sides) or min(sides) < 0 or max(sides) > MOST_MARGIN:
            return f"adds 1 to {MOST_MARGIN} pixels a side"
    return ""
