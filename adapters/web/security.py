"""Who may look at what: Host and Origin, the token off this machine, signed links that expire."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Literal

from aiohttp import web

from adapters.web.address import client_of, host_of, is_address, is_forwarded, origin_of
from adapters.web.config import WebConfig, is_loopback, token_trouble
from adapters.web.guesses import Guesses
from adapters.web.visits import COOKIE, DAY, Visit, Visits
from core.domain.errors import Misconfigured

LinkKind = Literal["i", "s", "g"]


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

    def gallery(self, platform: str, tenant: str, channel: str) -> str:
        """Of a channel: its name says which, so that nothing is looked up by guessing."""
        id = gallery_id(platform, tenant, channel)
        return f"/g/{id}?t={self.sign('g', id)}"

    def public(self, path: str) -> str:
        """The whole address of a path for posts elsewhere, "" where no public_url is set."""
        return self._public + path if self._public else ""

    def _mac(self, kind: LinkKind, id: str, last: int) -> str:
        text = f"{kind}\0{id}\0{last:x}".encode()
        digest = hmac.new(self._key, text, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode()


class Gate:
    """Checks every request of the page before its handler sees it.

    Where the page is guarded nobody is believed without the token, whatever the Host says: behind a
    proxy every request comes from this machine and may name it. Where it is not, only this machine
    can connect, and Host and Origin keep out the pages of other sites in its browsers.
    """

    def __init__(self, config: WebConfig, guesses: Guesses | None = None) -> None:
        trouble = token_trouble(config.host, config.token, playground=config.playground)
        if trouble:
            raise Misconfigured(trouble)
        self._token = config.token
        self._guarded = config.guarded
        self._public = origin_of(config.public_url)
        self._guesses = guesses or Guesses()
        self.visits = Visits(config)

    def check_host(self, request: web.Request) -> None:
        """Refuses foreign names, so that a name that is re-bound to this machine gets nothing. Where
        the token is asked for such a name gets nothing anyway, and proxies send what they like."""
        host = host_of(request.host)
        if not self._guarded and not is_loopback(host) and not is_address(host):
            raise web.HTTPForbidden(text="This address is not known here.")

    def check_origin(self, request: web.Request) -> None:
        """Refuses what another site's page asks of us. Tools without a browser send neither header."""
        origin = request.headers.get("Origin")
        if origin is not None and not self._ours(origin, request.host):
            raise web.HTTPForbidden(text="Requests from other sites are not taken.")
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise web.HTTPForbidden(text="Requests from other sites are not taken.")

    def _ours(self, origin: str, host: str) -> bool:
        found = origin_of(origin)
        if found is None:
            return False
        return found == self._public or found == origin_of(f"{found[0]}://{host}")

    def visit(self, request: web.Request) -> Visit | None:
        """Whose request this is; None if it may not use the playground."""
        if not self._guarded:
            here = is_loopback(host_of(request.host)) and not is_forwarded(request.headers)
            return Visit() if here else None
        shown = request.headers.get("Authorization", "")
        if shown.startswith("Bearer "):
            known = self.knows(request, shown.removeprefix("Bearer ").strip())
            return self.visits.tool(self._token) if known else None
        return self.visits.read(request.cookies.get(COOKIE, ""))

    def knows(self, request: web.Request, shown: str) -> bool:
        """Whether this is the token. Guesses are slowed: raises 429 while an address has to wait."""
        if not self._token:
            return False
        client = client_of(request)
        wait = self._guesses.wait(client)
        if wait:
            sentence = f"Too many wrong tokens came from there: try again in {wait} seconds."
            raise web.HTTPTooManyRequests(text=sentence, headers={"Retry-After": str(wait)})
        right = hmac.compare_digest(_digest(shown), _digest(self._token))
        if not right:
            self._guesses.wrong(client)
        return right

    @property
    def closed(self) -> bool:
        """Whether nobody can come in from elsewhere, because no token is set."""
        return not self._token


def gallery_id(platform: str, tenant: str, channel: str) -> str:
    """A channel as a part of an address."""
    text = json.dumps([platform, tenant, channel])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def gallery_of(id: str) -> tuple[str, str, str]:
    """Of an id whose signature was checked."""
    platform, tenant, channel = json.loads(base64.urlsafe_b64decode(id + "=" * (-len(id) % 4)))
    return platform, tenant, channel


def _digest(text: str) -> bytes:
    """Of equal length, so that comparing tells nothing; a header may hold raw bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
