"""OpenAI's Images API, and every server that speaks its dialect, as a painter."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from openai import AsyncStream
from openai.types import ImagesResponse

from adapters.models.config import ProbeResult, ProviderConfig
from adapters.models.fitness import refuse_impossible
from adapters.models.links import PictureLinks
from adapters.models.openai import streaming, tasks
from adapters.models.openai.answers import ImageAnswers
from adapters.models.openai.client import open_client
from adapters.models.openai.dialect import GPT_IMAGE_DIALECT, Fields, dialect_of, profile_of
from adapters.models.openai.errors import CALL_FAILED, translate
from adapters.models.openai.probing import standing
from adapters.models.openai.servers import base_url, is_official, label_of
from adapters.models.openai.streaming import PARTIAL_TOKENS, PARTIALS
from adapters.models.policy import PAINTING, Policy
from adapters.models.prices import PriceBook, image_tokens
from core.domain.errors import (
    AccountProblem,
    BadAnswer,
    InDoubt,
    PolicyRefusal,
    ProviderError,
    Unsupported,
)
from core.models.painter import Cost, PainterProfile, Painting, PaintRequest
from core.ports.pixels import Pixels

log = logging.getLogger(__name__)
PROMPT_TOKENS = 1500  # what a prompt that is not written yet is taken to have at most


@dataclass(frozen=True, slots=True)
class EditFiles:
    """The files of an edit, ready to be sent."""

    images: tuple[tasks.Upload, ...] = ()
    mask: bytes | None = None
    markup: bytes | None = None


def bearing(painting: Painting, billed: Sequence[ProviderError]) -> Painting:
    """The same, its cost with that of calls that failed; unknown where one of theirs is."""
    if not billed:
        return painting
    cost, theirs = painting.cost or Cost(None), billed_in_all(billed)
    usd = None if cost.usd is None or theirs is None else cost.usd + theirs
    return replace(painting, cost=replace(cost, usd=usd))


def billed_in_all(faults: Sequence[ProviderError]) -> Decimal | None:
    """None where one of them does not tell."""
    known = [fault.usd for fault in faults if fault.usd is not None]
    return sum(known, Decimal(0)) if len(known) == len(faults) else None


class OpenAIPainter:
    """Implements `core.models.painter.Painter`. Calls are made once: a repeat could be billed twice."""

    def __init__(
        self,
        provider: str,
        model: str,
        config: ProviderConfig,
        prices: PriceBook,
        pixels: Pixels,
        policy: Policy = PAINTING,
    ) -> None:
        self._provider, self._model, self._config = provider, model, config
        self._label = label_of(provider)
        self._dialect = dialect_of(model, config)
        self._profile = profile_of(provider, self._dialect, policy.whole_s)
        self._prices, self._pixels = prices, pixels
        self._client = open_client(provider, config, policy)
        self._links = PictureLinks(self._label, provider, config, base_url(config))
        self._answers = ImageAnswers(self._label, model, prices, pixels, self._links)

    @property
    def profile(self) -> PainterProfile:
        return self._profile

    def price(self, request: PaintRequest) -> Decimal | None:
        """The most this call can cost in dollars, None if unknown. No I/O."""
        width, height = self._dialect.size(request)
        prompt = len(self._dialect.prompt(request).encode())  # a token has a byte at least
        return self._prices.image_usd(
            self._model,
            quality=self._dialect.quality(request),
            width=width,
            height=height,
            n=request.n,
            image_in=self._read(request, width, height) * request.n,
            image_out=PARTIAL_TOKENS * self._partials(request.n),
            text_in=(prompt or PROMPT_TOKENS) * request.n,
        )

    async def paint(self, request: PaintRequest) -> tuple[Painting, ...]:
        """Raises Unsupported before anything is sent."""
        self._check(request)
        inputs = await self._inputs(request)
        most = self._dialect.per_call
        counts = [min(most, request.n - start) for start in range(0, request.n, most)]
        if len(counts) == 1:
            return await self._call(request, request.n, inputs)
        return await self._at_once(request, counts, inputs)

    async def probe(self) -> ProbeResult:
        """The model's standing by GET /v1/models. Raises Unavailable if the server isn't there."""
        official = is_official(self._config)
        return await standing(self._client, self._provider, self._model, official=official)

    async def close(self) -> None:
        await self._client.close()
        await self._links.close()

    def _check(self, request: PaintRequest) -> None:
        prompt = self._dialect.prompt(request)
        refuse_impossible(self._profile, replace(request, prompt=prompt))

    def _read(self, request: PaintRequest, width: int, height: int) -> int:
        """Input tokens of the request's pictures, none counted below the result's size."""
        least = max(image_tokens(width, height), image_tokens(1024, 1024))
        layers = () if request.markup is None else (request.markup,)
        sizes = [tasks.dimensions(data) for data in (*request.sources, *layers)]
        if request.operation == "outpaint" and sizes:
            margins, (w, h) = request.margins, sizes[0]
            sizes[0] = w + margins.left + margins.right, h + margins.up + margins.down
        return sum(max(least, image_tokens(*size)) for size in sizes)

    async def _inputs(self, request: PaintRequest) -> EditFiles:
        """The request's pictures as they are sent. Raises Unsupported."""
        if request.operation == "generate":
            return EditFiles()
        first, mask = request.sources[0], request.mask
        if request.operation == "outpaint":
            first, mask = await self._pixels.run(tasks.padded, first, request.margins)
        images = [
            await self._pixels.run(tasks.upload, data) for data in (first, *request.sources[1:])
        ]
        size = (images[0].width, images[0].height)
        if request.markup is not None:
            layer = await self._pixels.run(tasks.markup_for, request.markup, *size)
            return EditFiles(tuple(images), markup=layer)
        if mask is None:
            return EditFiles(tuple(images))
        polarity = self._config.mask_polarity
        return EditFiles(
            tuple(images), await self._pixels.run(tasks.mask_for, mask, *size, polarity)
        )

    async def _at_once(
        self, request: PaintRequest, counts: list[int], inputs: EditFiles
    ) -> tuple[Painting, ...]:
        """As many calls as it takes. What was delivered is kept, and bears what the others cost."""

        async def attempt(n: int) -> tuple[Painting, ...] | ProviderError:
            try:
                return await self._call(request, n, inputs)
            except ProviderError as exc:
                return exc

        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(attempt(n), name=f"paint {request.key}/{i}")
                for i, n in enumerate(counts)
            ]
        results = [task.result() for task in tasks]
        painted = [p for each in results if not isinstance(each, ProviderError) for p in each]
        faults = [each for each in results if isinstance(each, ProviderError)]
        if not faults:
            return tuple(painted)
        log.warning("%s painted %d of %d pictures", self._label, len(painted), request.n)
        billed = [fault for fault in faults if isinstance(fault, (InDoubt, BadAnswer)) or fault.usd]
        if painted:
            return (bearing(painted[0], billed), *painted[1:])
        if billed:
            fault = next((each for each in billed if isinstance(each, InDoubt)), billed[0])
            fault.usd = billed_in_all(billed)
            raise fault
        raise next((fault for fault in faults if isinstance(fault, PolicyRefusal)), faults[0])

    async def _call(self, request: PaintRequest, n: int, inputs: EditFiles) -> tuple[Painting, ...]:
        fields = self._dialect.fields(request, n)
        partials = self._partials(n) if request.preview is not None else 0
        try:
            if request.preview is not None and partials:
                response = await self._streamed(fields, inputs, partials, request.preview)
            else:
                response = await self._send(fields, inputs)
        except CALL_FAILED as exc:
            raise self._translated(exc) from exc
        return await self._answers.paintings(response, n, self._whole(request, n))

    def _translated(self, exc: Exception) -> ProviderError:
        fault = translate(exc, self._label, self._model, self._provider)
        if self._dialect.gpt or not isinstance(fault, Unsupported):
            return fault
        if "response_format" not in fault.sentence:
            return fault
        return AccountProblem(  # GPT image models alone don't know it
            f"{self._label} paints {self._model} with a GPT image model: the operator has to set "
            f'providers.{self._provider}.dialect = "{GPT_IMAGE_DIALECT}".'
        )

    def _whole(self, request: PaintRequest, n: int) -> Decimal | None:
        """What a call costs where every image has one price; None where usage must tell."""
        rates = self._prices.rates(self._model)
        flat = rates is not None and rates.image is not None
        return self.price(replace(request, n=n)) if flat else None

    def _partials(self, n: int) -> int:
        """How many partial images a call for `n` pictures shows: of several none is told apart."""
        able = self._dialect.gpt and self._config.mask_field == "mask" and n == 1
        return PARTIALS if able and self._config.previews == "all" else 0

    async def _streamed(
        self, fields: Fields, inputs: EditFiles, partials: int, preview: Callable[[bytes], None]
    ) -> object:
        """One POST whose answer is read as it comes. Raises TimeoutError where that takes too long."""
        asked: Fields = {**fields, "stream": True, "partial_images": partials}
        asked["extra_headers"] = {"Accept-Encoding": "identity"}
        async with asyncio.timeout(self._profile.timeout_s):
            stream = cast("AsyncStream[Any]", await self._send(asked, inputs))
            async with stream:
                return await streaming.whole(stream, preview, self._label)

    async def _send(self, fields: Fields, inputs: EditFiles) -> object:
        """One POST. The answer is whatever came: it is validated by its reader."""
        if not inputs.images:
            return cast(object, await self._client.images.generate(**fields))
        files = [image.file for image in inputs.images]
        image = files[0] if len(files) == 1 else files
        mask = None if inputs.mask is None else ("mask.png", inputs.mask, "image/png")
        if inputs.markup is not None:
            layer = ("markup.png", inputs.markup, "image/png")
            return cast(object, await self._client.images.edit(image=image, markup=layer, **fields))
        if mask is None:
            return cast(object, await self._client.images.edit(image=image, **fields))
        if self._config.mask_field == "mask":
            return cast(object, await self._client.images.edit(image=image, mask=mask, **fields))
        name = "image" if len(files) == 1 else "image[]"
        return await self._client.post(
            "/images/edits",
            cast_to=ImagesResponse,
            body=fields,
            files=[*((name, file) for file in files), (self._config.mask_field, mask)],
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )
