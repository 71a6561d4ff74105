"""Who may look at what: Host and Origin, the token off this machine, signed links that expire."""

import base64
import hashlib
import hmac
import ipaddress
import time
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from aiohttp import web

from adapters.web.config import WebConfig, is_loopback
from core.errors import Misconfigured

LinkKind = Literal["i", "s"]
COOKIE = "darkroom_token"
DAY = 86_400


class Links:
    """Signed links. A signature names its last day, so a picture's address stays the same for a
    day (browsers may cache it) and ends after `days` to `days + 1` days."""

    def __init__(
        self, config: WebConfig, *, days: int = 14, clock: Callable[[], float] = time.time
    ) -> None:
        if len(config.secret) < 16:
            raise Misconfigured("The secret that signs links needs 16 characters or more.")
        self._key = hashlib.sha256(b"darkroom links\0" + config.secret.encode()).digest()
        self._public = config.public_url.rstrip("/")
        self._days = days
        self._clock = clock

    def sign(self, kind: LinkKind, id: str) -> str:
        """The `t` of a link to an image ("i", its hash) or a session page ("s", its id)."""
        last = int(self._clock() // DAY) + self._days
        return f"{last:x}-{self._mac(kind, id, last)}"

    def valid(self, kind: LinkKind, id: str, signature: str) -> bool:
        """Whether this signature is ours, for exactly this, and not over yet. Constant time."""
        day, _, mac = signature.partition("-")
        try:
            last = int(day, 16)
        except ValueError:
            return False
        if last < 0 or len(day) > 8:
            return False
        ours = hmac.compare_digest(self._mac(kind, id, last).encode(), mac.encode())
        return ours and self._clock() // DAY <= last

    def image(self, hash: str) -> str:
        return f"/i/{hash}?t={self.sign('i', hash)}"

    def session(self, id: str) -> str:
        return f"/s/{id}?t={self.sign('s', id)}"

    def public(self, path: str) -> str:
        """The whole address of a path for posts elsewhere, "" where no public_url is set."""
        return self._public + path if self._public else ""

    def _mac(self, kind: LinkKind, id: str, last: int) -> str:
        text = f"{kind}\0{id}\0{last:x}".encode()
        digest = hmac.new(self._key, text, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode()


class Gate:
    """Checks every request of the page before its handler sees it."""

    def __init__(self, config: WebConfig) -> None:
        if not is_loopback(config.host) and config.playground and not config.token:
            raise Misconfigured("web.token is needed where web.host is not this machine alone.")
        self._token = config.token
        self._names = _names(config)

    def check_host(self, request: web.Request) -> None:
        """Refuses foreign names, so that a name that is re-bound to this machine gets nothing."""
        host = _host_of(request.host)
        if host.casefold() not in self._names and not _is_address(host):
            raise web.HTTPForbidden(text="This address is not known here.")

    def check_origin(self, request: web.Request) -> None:
        """Refuses what another site's page asks of us. Tools without a browser send neither header."""
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="Requests from other sites are not taken.")
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise web.HTTPForbidden(text="Requests from other sites are not taken.")

    def trusts(self, request: web.Request) -> bool:
        """Whether this request may use the playground."""
        if not self._token:
            return is_loopback(_host_of(request.host))
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.is_token(shown) or self.is_token(request.cookies.get(COOKIE, ""))

    def is_token(self, shown: str) -> bool:
        return bool(self._token) and hmac.compare_digest(shown.encode(), self._token.encode())


def _names(config: WebConfig) -> frozenset[str]:
    known = {"localhost", config.host.casefold()}
    public = urlsplit(config.public_url).hostname
    return frozenset(known | ({public.casefold()} if public else set()))


def _host_of(header: str) -> str:
    return urlsplit(f"//{header}").hostname or ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
