"""What comes in over HTTP, at every door: bounded in size and time, decoded at one place.

Everything that can be wrong with bytes from outside (nested too deep, no UTF-8, a character set
nobody knows, raw bytes in a header) ends as a `BadRequest` with a sentence.
"""

import asyncio
import json
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import parse_qs

from aiohttp import web

from core.domain.errors import BadRequest

BODY_S = 10.0
NOT_UNDERSTOOD = "This could not be read: it is written in a way that is not understood here."


@contextmanager
def decoding() -> Generator[None]:
    """Whatever goes wrong while decoding in this block is a BadRequest.

    RecursionError: nested too deep; LookupError: an unknown character set; UnicodeError is a
    ValueError, as are broken numbers, addresses and JSON.
    """
    try:
        yield
    except (ValueError, LookupError, RecursionError) as error:
        raise BadRequest(NOT_UNDERSTOOD) from error


async def body(request: web.Request, most: int, within_s: float | None = None) -> bytes:
    """The whole body, at most `most` bytes, all of it within `within_s` seconds
    (BODY_S where none is said). A length that is
    declared too large is refused before anything is read."""
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0, text=_large(most))
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S if within_s is None else within_s):
            async for chunk in request.content.iter_any():
                size += len(chunk)
                if size > most:
                    raise web.HTTPRequestEntityTooLarge(most, size, text=_large(most))
                parts.append(chunk)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The request did not arrive in time.") from error
    return b"".join(parts)


def text(raw: bytes, charset: str | None) -> str:
    """Decoded as declared, or as UTF-8. Raises BadRequest."""
    with decoding():
        return raw.decode(charset or "utf-8")


def parsed(written: str) -> object:
    """The value of a JSON text. Raises BadRequest."""
    try:
        return json.loads(written)
    except (ValueError, RecursionError) as error:
        raise BadRequest("That is no JSON that is understood here.") from error


def form(written: str) -> dict[str, str]:
    """The fields of a small urlencoded form, the first value of each. Raises BadRequest."""
    with decoding():
        fields = parse_qs(written, max_num_fields=20, errors="strict")
    return {name: values[0] for name, values in fields.items()}


def _large(most: int) -> str:
    return f"The request is larger than {most:,} bytes."
