"""The frame of a painter that is asked over HTTP: its key, clients and errors, what is refused before
anything is sent, pictures made ready. A provider fills in how its requests are worded and its answers
read."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.fitness import avoiding, refuse_impossible
from adapters.models.http import HttpClient
from adapters.models.links import PictureLinks
from adapters.models.policy import PAINTING, Policy
from adapters.models.prices import PriceBook
from adapters.models.sending import Sent, as_sent
from adapters.models.statuses import Who
from core.domain.errors import (
    BadAnswer,
    BadImage,
    Misconfigured,
    ProviderError,
    Unsupported,
)
from core.models.painter import Cost, Operation, PainterProfile, Painting, PaintRequest
from core.ports.pixels import Pixels

EDITS: frozenset[Operation] = frozenset({"edit", "vary"})
BEGINS: frozenset[Operation] = frozenset({"generate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a kind of provider is: what people call it, its address ("": the configuration has to name
    one), the domain whose https hosts are its own, and those that hold its pictures ("": the same).
    `keyless`: it may be asked without a key."""

    label: str
    host: str = ""
    domain: str = ""
    files: str = ""
    keyless: bool = False


class ServedPainter:
    """Implements `core.models.painter.Painter` for who defines `site`, `headers`, `declared`, `painted`
    and `probe`."""

    site: ClassVar[Endpoint]
    policy: ClassVar[Policy] = PAINTING
    sending_s: ClassVar[float] = math.inf  # what a request may take, where its picture comes later

    def __init__(
        self,
        provider: str,
        model: str,
        config: ProviderConfig,
        prices: PriceBook,
        pixels: Pixels,
        policy: Policy | None = None,
    ) -> None:
        """Connects to nothing. Raises Misconfigured."""
        key, label = config.api_key.strip(), self.site.label
        if not key and not self.site.keyless:
            raise Misconfigured(f"providers.{provider}.api_key: {label} needs a key.")
        self._base = (config.base_url or self.site.host).rstrip("/")
        if not self._base:
            raise Misconfigured(f"providers.{provider}.base_url: the server's address is missing.")
        self._config, self._prices, self._pixels = config, prices, pixels
        self._policy = policy or self.policy
        self._who = Who(label, f"providers.{provider}", model)
        self._headers = dict(self.headers(key)) if key else {}
        self._sending = replace(self._policy, whole_s=min(self._policy.whole_s, self.sending_s))
        self._http = self._client(self._base)
        self._links = PictureLinks(
            label, provider, config, self._base, self.site.files or self.site.domain
        )
        self.profile = PainterProfile(
            provider=provider, model=model, timeout_s=self._policy.whole_s, **self.declared()
        )

    # what a provider says of itself

    @staticmethod
    def headers(key: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {key}"}

    def declared(self) -> dict[str, Any]:
        """The profile's own fields."""
        raise NotImplementedError

    async def painted(self, request: PaintRequest, pictures: list[Sent]) -> tuple[Painting, ...]:
        """What a request that can be met brings; `pictures` are its sources. Raises a ProviderError."""
        raise NotImplementedError

    async def probe(self) -> ProbeResult:
        """Costs nothing. Raises Unavailable if nobody answers."""
        raise NotImplementedError

    async def fetched(self, link: str) -> bytes:
        """The picture behind a link or data URI of an answer. Raises BadAnswer."""
        return await self._links.fetch(link)

    # what is the same everywhere

    def price(self, request: PaintRequest) -> Decimal | None:
        """What [prices] says of the model's image; None where it says nothing."""
        one = self._prices.flat_usd(self._who.model, self._who.model)
        return None if one is None else one * request.n

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        """Raises a ProviderError; Unsupported before anything is sent."""
        refuse_impossible(self.profile, request)
        request = avoiding(request, self._config.negative)
        if not request.prompt.strip():
            raise Unsupported(f"{self.profile.name} needs a prompt.")
        return await self.painted(request, await self._pictures(request))

    async def close(self) -> None:
        await self._http.close()
        await self._links.close()

    def _client(self, base: str = "") -> HttpClient:
        provider = self._who.key.partition(".")[2]
        return HttpClient(
            self._who.label,
            provider,
            self._config,
            self._sending,
            base_url=base,
            headers=self._headers,
        )

    async def _pictures(self, request: PaintRequest) -> list[Sent]:
        sources = request.sources if request.operation != "generate" else ()
        try:
            return [await self._pixels.run(as_sent, source) for source in sources]
        except (BadImage, OSError, ValueError) as exc:
            raise Unsupported(f"{self._who.label} can't take this picture: {exc}") from exc

    async def _painting(
        self,
        link: object,
        request: PaintRequest,
        usd: Decimal | None,
        *,
        id: str = "",
        model: str = "",
        seed: object = None,
    ) -> Painting:
        """The picture behind a link or data URI of an answer. Raises BadAnswer, with what was billed."""
        try:
            if not isinstance(link, str) or not link:
                raise BadAnswer(f"{self._who.label} sent no picture.")
            data = await self.fetched(link)
        except ProviderError as exc:
            raise BadAnswer(exc.sentence, request_id=id, usd=usd) from exc
        return Painting(
            data=data,
            model=model or self._who.model,
            seed=seed if isinstance(seed, int) else request.seed,
            request_id=id,
            cost=None if usd is None else Cost(usd),
        )
