"""A picture as it comes: the Images API's stream of partial images, and the whole one at its end."""

import base64
import binascii
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import httpx2
from openai import AsyncStream
from openai.types import ImagesResponse

from adapters.models.policy import Policy
from core.domain.errors import BadAnswer

PARTIAL_TOKENS = 100  # of output, for each partial image (guides/image-generation)
PARTIALS = 2
STREAM = "text/event-stream"


class Bounded(httpx2.AsyncByteStream):
    """An answer that is read as it comes, within the policy's size."""

    def __init__(self, stream: httpx2.AsyncByteStream, label: str, policy: Policy) -> None:
        self._stream, self._label, self._policy = stream, label, policy

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for piece in self._stream:
            read += len(piece)
            self._policy.room(self._label, read)
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def whole(
    stream: AsyncStream[Any], preview: Callable[[bytes], None], label: str
) -> ImagesResponse:
    """The answer at a stream's end, in the form it has without one; `preview` gets what comes before.
    A server that knows no streams answers at once. Raises BadAnswer where no picture came."""
    response = stream.response
    if not response.headers.get("content-type", "").startswith(STREAM):
        found = ImagesResponse.model_validate_json(await response.aread())
    else:
        found = await _last(stream, preview)
    if found is None:
        raise BadAnswer(f"{label} ended its answer before the picture was done.")
    found._request_id = response.headers.get("x-request-id")  # pyright: ignore[reportPrivateUsage]
    return found


async def _last(
    stream: AsyncStream[Any], preview: Callable[[bytes], None]
) -> ImagesResponse | None:
    found: ImagesResponse | None = None
    async for event in stream:
        data = cast("dict[str, Any]", event.to_dict())
        kind = str(data.get("type", ""))
        if kind.endswith(".partial_image"):
            _show(data.get("b64_json"), preview)
        elif kind.endswith(".completed"):
            picture = {"b64_json": data.get("b64_json")}
            created = data.get("created_at", 0)
            found = ImagesResponse.model_validate(
                {"created": created, "data": [picture], "usage": data.get("usage")}
            )
    return found


def _show(encoded: object, preview: Callable[[bytes], None]) -> None:
    """What can't be read is not shown: the picture itself is still to come."""
    if isinstance(encoded, str):
        try:
            preview(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            return
