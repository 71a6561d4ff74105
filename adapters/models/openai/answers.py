"""From an answer of the Images API to paintings: decoded, checked, with what they cost."""

from decimal import Decimal
from typing import cast

from openai.types import Image, ImagesResponse
from openai.types.images_response import Usage

from adapters.models.links import PictureLinks, decoded
from adapters.models.openai.tasks import check
from adapters.models.prices import PriceBook
from core.domain.errors import BadAnswer, BadImage, PixelsFailed, ProviderError
from core.models.painter import Cost, Painting
from core.ports.pixels import Pixels

CENT_PARTS = Decimal("0.00000001")


class ImageAnswers:
    """Reads one model's answers."""

    def __init__(
        self, label: str, model: str, prices: PriceBook, pixels: Pixels, links: PictureLinks
    ) -> None:
        self._label, self._model = label, model
        self._prices, self._pixels, self._links = prices, pixels, links

    async def paintings(
        self, response: object, n: int, flat: Decimal | None
    ) -> tuple[Painting, ...]:
        """`n` paintings; `flat` is the call's price where images have one: more images than were
        asked for cost more. Raises BadAnswer, with what was billed where the answer tells."""
        if not isinstance(response, ImagesResponse):
            raise BadAnswer(f"{self._label} sent an answer that can't be read.", usd=flat)
        if flat is not None:
            flat = flat * max(n, len(_listed(response))) / n
        cost = self._cost(response, flat)
        request_id = response._request_id or ""  # pyright: ignore[reportPrivateUsage]
        try:
            images = self._images(response, n)
            data = [await self._bytes(image) for image in images]
        except ProviderError as exc:
            raise BadAnswer(exc.sentence, request_id=request_id, usd=cost.usd) from exc
        shares = _shares(cost, n)
        return tuple(
            Painting(
                data=each,
                model=self._model,
                revised_prompt=_text(image.revised_prompt),
                request_id=request_id,
                cost=share,
            )
            for image, each, share in zip(images, data, shares, strict=True)
        )

    def _images(self, response: ImagesResponse, n: int) -> list[Image]:
        images = _listed(response)
        if not images:
            raise BadAnswer(f"{self._label} sent no picture.")
        if len(images) < n:
            raise BadAnswer(
                f"{self._label} sent {len(images)} of {n} pictures: the operator may set "
                "supports_n = false for it."
            )
        return images[:n]

    async def _bytes(self, image: Image) -> bytes:
        if isinstance(image.b64_json, str) and image.b64_json:
            data = decoded(image.b64_json, self._label)
        elif isinstance(image.url, str) and image.url:
            data = await self._links.fetch(image.url)
        else:
            raise BadAnswer(f"{self._label} sent an empty picture.")
        try:
            await self._pixels.run(check, data)
        except PixelsFailed as exc:
            raise BadAnswer(exc.sentence) from exc
        except BadImage as exc:
            raise BadAnswer(f"{self._label} sent a picture that is damaged or incomplete.") from exc
        return data

    def _cost(self, response: ImagesResponse, flat: Decimal | None) -> Cost:
        usage = response.usage
        if not isinstance(usage, Usage):
            return Cost(flat)
        tokens_in, tokens_out = _count(usage.input_tokens), _count(usage.output_tokens)
        if flat is not None:
            return Cost(flat, tokens_in, tokens_out)
        details = usage.input_tokens_details
        seen = _count(getattr(details, "image_tokens", 0))
        usd = None
        if tokens_out:  # without any, the server does not count
            # all output at the images' rate: it is the dearest, and text is next to nothing
            usd = self._prices.tokens_usd(
                self._model, text_in=tokens_in - seen, image_in=seen, image_out=tokens_out
            )
        return Cost(usd, tokens_in, tokens_out)


def _listed(response: ImagesResponse) -> list[Image]:
    found = cast(object, response.data)  # the SDK doesn't check that it is what it should be
    rows = cast(list[object], found) if isinstance(found, list) else []
    return [row for row in rows if isinstance(row, Image)]


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _shares(cost: Cost, n: int) -> list[Cost]:
    """A call's cost over its pictures; together exactly the whole."""
    if cost.usd is None or n == 1:
        return [Cost(cost.usd, cost.tokens_in // n, cost.tokens_out // n)] * n
    part = (cost.usd / n).quantize(CENT_PARTS)
    usds = [cost.usd - part * (n - 1), *[part] * (n - 1)]
    return [Cost(usd, cost.tokens_in // n, cost.tokens_out // n) for usd in usds]
