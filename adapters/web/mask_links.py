"""Links to the mask painter. One carries whom it was made for, signed: what is sent there is that
person's request, in that thread. It ends after two hours, and works once (its nonce is the request's
dedup key)."""

import base64
import hashlib
import hmac
import json
import secrets
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast, get_args
from urllib.parse import quote

from aiohttp import web

from adapters.web.config import WebConfig
from adapters.web.inbound import Fields, place_of
from core.domain.commands import Actor, Place
from core.domain.errors import BadRequest
from core.ports.api import MaskLink

Mode = Literal["mask", "marks"]
Kind = Literal["iteration", "upload"]

LASTS_S: Final = 2 * 3600
LONGEST: Final = 4_000  # characters of a signature: whatever is longer is not ours
WRONG: Final = "This link is not valid. Press Edit a part… again for a new one."
OVER: Final = "This link has expired. Press Edit a part… again for a new one."
WINDOW: Final = -15  # no header, no checksum: the signature is one
SIGNED = hashlib.sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Who may paint on what, until when (seconds since 1970). `target`: an iteration's id, or that of
    a file that was uploaded to the page."""

    target: str
    kind: Kind
    mode: Mode
    actor: Actor
    place: Place
    until: int = 0
    nonce: str = ""

    @property
    def key(self) -> str:
        """The dedup key of what comes of it."""
        return f"mask:{self.actor.platform}:{self.actor.tenant}:{self.nonce}"


class MaskLinks:
    """Makes and reads the addresses of the mask painter."""

    def __init__(self, config: WebConfig, clock: Callable[[], float] = time.time) -> None:
        self._key = SIGNED(b"darkroom masks\0" + config.secret.encode()).digest()
        self._public = config.public_url.rstrip("/")
        self._clock = clock

    def path(self, ticket: Ticket) -> str:
        """The address below the page's own."""
        until = int(self._clock()) + LASTS_S
        made = replace(ticket, until=until, nonce=secrets.token_urlsafe(9))
        payload = _encoded(made)
        return f"/mask/{quote(made.target, safe='')}?t={payload}.{self._mac(made.target, payload)}"

    def public(self, ticket: Ticket) -> str:
        """The whole address, "" where no public_url is set."""
        return self._public + self.path(ticket) if self._public else ""

    def read(self, target: str, signature: str) -> Ticket:
        """The ticket of a link. Raises HTTPForbidden where it is not ours, HTTPGone where it is over."""
        payload, _, mac = signature[:LONGEST].partition(".")
        ours = self._mac(target, payload).encode()
        if not hmac.compare_digest(ours, mac.encode("utf-8", "surrogatepass")):
            raise web.HTTPForbidden(text=WRONG)
        ticket = _decoded(target, payload)
        if ticket.until < self._clock():
            raise web.HTTPGone(text=OVER)
        return ticket

    def _mac(self, target: str, payload: str) -> str:
        text = f"{target}\0{payload}".encode("utf-8", "surrogatepass")
        return _text(hmac.new(self._key, text, SIGNED).digest()[:24])


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _encoded(ticket: Ticket) -> str:
    """As short as it can be: a button on Discord takes addresses of 512 characters."""
    actor, place = ticket.actor, ticket.place
    who = [actor.platform, actor.tenant, actor.id, actor.name, actor.locale, actor.roles]
    may = [int(each) for each in (actor.moderator, actor.admin)]
    where = [place.platform, place.tenant, place.channel, place.thread, place.upload_limit]
    how = [int(each) for each in (place.is_dm, place.can_thread, place.nsfw)]
    what = [get_args(Kind).index(ticket.kind), get_args(Mode).index(ticket.mode)]
    fields = [ticket.until, ticket.nonce, what, who, may, where, how]
    written = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return _text(zlib.compress(written.encode(), 9, WINDOW))


def _decoded(target: str, payload: str) -> Ticket:
    """Of a payload that was signed here."""
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    until, nonce, what, who, may, where, how = json.loads(zlib.decompress(raw, WINDOW))
    platform, tenant, id, name, locale, roles = who
    flags: list[Any] = [bool(each) for each in (*may, *how)]
    actor = Actor(platform, tenant, id, name, locale, tuple(roles), flags[0], flags[1])
    platform, tenant, channel, thread, limit = where
    place = Place(
        platform=platform,
        tenant=tenant,
        channel=channel,
        thread=thread,
        upload_limit=limit,
        is_dm=flags[2],
        can_thread=flags[3],
        nsfw=flags[4],
    )
    kind, mode = get_args(Kind)[what[0]], get_args(Mode)[what[1]]
    return Ticket(
        target=target, kind=kind, mode=mode, actor=actor, place=place, until=until, nonce=nonce
    )


def ticket_of(link: MaskLink) -> Ticket:
    """The ticket of an image of a tree."""
    mode: Mode = "marks" if link.marks else "mask"
    return Ticket(
        target=link.iteration, kind="iteration", mode=mode, actor=link.actor, place=link.place
    )


def wanted(data: object, actor: Actor) -> Ticket:
    """The ticket that the playground asks for, of decoded JSON: an image of a tree, or a file that
    waits. Raises BadRequest."""
    if not isinstance(data, dict):
        raise BadRequest("A link is asked for with a JSON object.")
    fields = Fields(cast("dict[str, Any]", data))
    upload = fields.text("upload")
    return Ticket(
        target=upload or fields.text("iteration", needed=True),
        kind="upload" if upload else "iteration",
        mode=fields.choice("mode", get_args(Mode), "mask"),
        actor=actor,
        place=place_of(fields.text("session")),
    )
