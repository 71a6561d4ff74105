"""What Slack sends over HTTP: bounded, signed, decoded; and what is no delivery at all, on any way in."""

import logging
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import cast

from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters import incoming
from core.domain.errors import BadRequest

log = logging.getLogger(__name__)
LARGEST = 1_000_000
OBJECTS = ("event", "view", "user", "team", "channel", "message", "container", "enterprise")
NOT_UNDERSTOOD = "This delivery is not understood."


async def signed_request(request: web.Request, secret: str) -> AsyncBoltRequest:
    """The delivery in an HTTP request. Raises web.HTTPUnauthorized where the signature over the raw
    body is not Slack's or older than five minutes, BadRequest where the body can't be read.

    https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    raw = await incoming.body(request, LARGEST)
    if not _verified(raw, request.headers, secret):
        raise web.HTTPUnauthorized(text="invalid signature")
    body = incoming.text(raw, request.charset)
    with understood(), incoming.decoding():
        delivery = AsyncBoltRequest(
            body=body, query=request.query_string, headers=dict(request.headers.items())
        )
    _check(delivery.body)
    return delivery


def _check(body: Mapping[str, object]) -> None:
    """What the SDK reads before we do: objects where it expects them, and at least one action."""
    if "type" not in body:  # a slash command: a form of texts
        return
    objects = [body[name] for name in OBJECTS if body.get(name) is not None]
    actions = body.get("actions", [body])
    if not isinstance(actions, list) or not actions:
        raise BadRequest(NOT_UNDERSTOOD)
    if not all(isinstance(each, dict) for each in [*objects, *cast("list[object]", actions)]):
        raise BadRequest(NOT_UNDERSTOOD)


def _verified(raw: bytes, headers: Mapping[str, str], secret: str) -> bool:
    stamp = headers.get("X-Slack-Request-Timestamp", "")
    signature = headers.get("X-Slack-Signature", "")
    if not secret or not stamp or not signature:
        return False
    try:
        return SignatureVerifier(secret).is_valid(raw, stamp, signature)
    except (ValueError, TypeError):
        return False


@contextmanager
def understood() -> Generator[None]:
    """A list or nothing where an object belongs, a missing id: such a delivery is a BadRequest. Where
    it was stumbled over is logged, without what was in it."""
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        log.warning("a delivery is not understood: %s in %s", type(error).__name__, last.name)
        raise BadRequest(NOT_UNDERSTOOD) from error
