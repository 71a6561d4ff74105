"""Black Forest Labs' FLUX (api.bfl.ai): a job is sent, its address stored, its result waited for. A
program that was killed meanwhile finds the picture instead of paying again."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import cast
from urllib.parse import urlsplit

from adapters.models.bfl.errors import LABEL, ended, not_taken
from adapters.models.bfl.requests import MAX_SOURCES, in_base64, payload, takes_pictures
from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.fitness import refuse_impossible, without
from adapters.models.http import HttpClient, Reply
from adapters.models.links import PictureLinks
from adapters.models.policy import PAINTING, Policy
from adapters.models.polling import finished
from adapters.models.prices import CREDIT, PriceBook
from core.domain.errors import BadAnswer, Misconfigured, PolicyRefusal, Unavailable, Unsupported
from core.models.painter import Cost, Operation, PainterProfile, Painting, PaintRequest
from core.ports.pixels import Pixels

HOST, DOMAIN = "https://api.bfl.ai", "bfl.ai"
CREDITS = "/v1/credits"
COST = re.compile(r"\d+(\.\d+)?")
SENDING_S = 60.0  # a job is taken at once; the wait for its picture comes after
EDITS: frozenset[Operation] = frozenset({"edit", "vary"})
Result = dict[str, object]


class FluxPainter:
    """Implements `core.models.painter.Painter`. Its models take words, and pictures without masks."""

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
            raise Misconfigured(f"providers.{provider}.api_key: {LABEL} need a key.")
        self._key, self._omit, self._policy = f"providers.{provider}", config.omit, policy
        self._prices, self._pixels = prices, pixels
        base, headers = config.base_url or HOST, {"x-key": config.api_key.strip()}
        sending = replace(policy, whole_s=min(policy.whole_s, SENDING_S))
        self._base, self._origin = base.rstrip("/"), urlsplit(base)
        self._http = HttpClient(LABEL, provider, config, sending, base_url=base, headers=headers)
        self._polls = HttpClient(LABEL, provider, config, sending, headers=headers)
        self._links = PictureLinks(LABEL, provider, config, base, DOMAIN)
        edits = config.supports_edits and takes_pictures(model)
        begun: frozenset[Operation] = frozenset({"generate"})
        self.profile = PainterProfile(
            provider=provider,
            model=model,
            operations=begun | EDITS if edits else begun,
            image_to_image=edits,
            max_sources=MAX_SOURCES if edits else 0,
            seed=True,
            prompt_limit=8_000,
            timeout_s=policy.whole_s,
            note="Works on jobs: one that was begun is found again after a restart.",
        )

    def price(self, request: PaintRequest) -> Decimal | None:
        """What [prices] says of the model's image; None where it says nothing."""
        return self._prices.flat_usd(self.profile.model, self.profile.model)

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        """Raises a ProviderError; Unsupported before anything is sent. With `request.job` nothing is
        sent: that one is waited for."""
        job = request.job or await self._sent(request)
        if request.begun is not None and not request.job:
            await request.begun(job)
        result = await finished(
            self._polls, job, lambda reply: self._result(reply, job), self._policy.whole_s, job
        )
        return (await self._painting(request, result, job, self._billed(request, job)),)

    async def probe(self) -> ProbeResult:
        """Asks for the credits that are left; costs nothing. Raises Unavailable if nobody answers."""
        reply = await self._http.get(CREDITS)
        if reply.status != 200:
            error = not_taken(reply, self._key, self.profile.model)
            if isinstance(error, Unavailable):
                raise error
            if reply.status == 404:
                return ProbeResult(ok=True, sentence=f"{LABEL} do not say what is left.")
            return ProbeResult(ok=False, sentence=error.sentence)
        left = _decimal(reply.fields().get("credits"))
        if left is None:
            return ProbeResult(ok=True, sentence=f"{LABEL} take the key.")
        said = f"{LABEL}: {left:.1f} credits are left."
        return ProbeResult(ok=left > 0, sentence=said)

    async def close(self) -> None:
        for client in (self._http, self._polls, self._links):
            await client.close()

    async def _sent(self, request: PaintRequest) -> str:
        """The address of the job that was begun; what it costs in credits, told once, is kept as its
        fragment, which is sent to nobody."""
        refuse_impossible(self.profile, request)
        if not request.prompt.strip():
            raise Unsupported(f"{self.profile.name} needs a prompt.")
        sources = request.sources if request.operation != "generate" else ()
        pictures = [await self._pixels.run(in_base64, source) for source in sources]
        fields = without(payload(request, self.profile.model, pictures), self._omit)
        reply = await self._http.post_json(f"/v1/{self.profile.model}", fields)
        if reply.status != 200:
            raise not_taken(reply, self._key, self.profile.model)
        said = reply.fields()
        cost = _decimal(said.get("cost"))
        return self._address(said) + (f"#{cost}" if cost is not None else "")

    def _billed(self, request: PaintRequest, job: str) -> Decimal | None:
        told = urlsplit(job).fragment
        return Decimal(told) * CREDIT if COST.fullmatch(told) else self.price(request)

    def _address(self, said: Result) -> str:
        """Where the job is asked for: as told, if that is theirs; the key goes along. Raises
        BadAnswer."""
        told, id = str(said.get("polling_url") or ""), str(said.get("id") or "")
        parts = urlsplit(told)
        host = parts.hostname or ""
        theirs = parts.scheme == "https" and (host == DOMAIN or host.endswith(f".{DOMAIN}"))
        if theirs or (parts.scheme, parts.netloc) == (self._origin.scheme, self._origin.netloc):
            return told.partition("#")[0]
        if not id:
            raise BadAnswer(f"{LABEL} took a job and did not say which.")
        return f"{self._base}/v1/get_result?id={id}"

    def _result(self, reply: Reply, job: str) -> Result | None:
        fields = reply.fields()
        status = str(fields.get("status") or "")
        if status == "Ready":
            result: object = fields.get("result")
            return cast(Result, result) if isinstance(result, dict) else {}
        if error := ended(status, job):
            error.usd = Decimal(0) if isinstance(error, PolicyRefusal) else None
            raise error
        return None

    async def _painting(
        self, request: PaintRequest, result: Result, job: str, usd: Decimal | None
    ) -> Painting:
        link = result.get("sample")
        if not isinstance(link, str) or not link:
            raise BadAnswer(f"{LABEL} sent no picture.", request_id=job, usd=usd)
        try:
            data = await self._links.fetch(link)
        except BadAnswer as exc:
            raise BadAnswer(exc.sentence, request_id=job, usd=usd) from exc
        seed = result.get("seed")
        return Painting(
            data=data,
            model=self.profile.model,
            seed=seed if isinstance(seed, int) else request.seed,
            request_id=job,
            cost=None if usd is None else Cost(usd),
        )


def _decimal(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, (int, float)) else None
