"""What the mask painter sends, read: bounded, and a sentence for whatever is wrong with it."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final, cast

from aiohttp import web

from adapters import incoming
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest

SENT_BYTES: Final = 12_000_000
SENT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class SentMask:
    """A request's body, read: one of `mask` and `marks` is there."""

    instruction: str
    mask: bytes
    marks: bytes


async def sent_by(request: web.Request) -> SentMask:
    """Raises BadRequest with a sentence."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="What is painted is sent as application/json.")
    raw = await incoming.body(request, SENT_BYTES, SENT_S)
    data = incoming.parsed(incoming.text(raw, request.charset))
    if not isinstance(data, dict):
        raise BadRequest("What is painted is sent as a JSON object.")
    fields = cast("dict[str, Any]", data)
    words = fields.get("instruction", "")
    if not isinstance(words, str) or not words.strip() or len(words) > MAX_GOAL:
        raise BadRequest(f"Say in 1 to {MAX_GOAL} characters what shall change.")
    sent = SentMask(words.strip(), _bytes(fields.get("mask")), _bytes(fields.get("marks")))
    if bool(sent.mask) == bool(sent.marks):
        raise BadRequest("Send either a mask or marks.")
    return sent


def _bytes(value: object) -> bytes:
    if value is None:
        return b""
    try:
        return base64.b64decode(cast("str", value), validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise BadRequest("A mask is a PNG file, in base64.") from error
