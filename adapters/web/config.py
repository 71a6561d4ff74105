"""What the playground is told at start."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.imaging.formats import MAX_BYTES

SHORTEST_TOKEN = 16
CLOSED = "web.public_url is set and web.token is not: the playground stays closed; links and pictures work."


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """The [web] section, and the secret that signs links (32 random bytes or more, kept by the bot).

    `token` is what people show where the page is reachable from elsewhere than this machine.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    playground: bool = True
    token: str = ""
    secret: str

    @property
    def guarded(self) -> bool:
        """Whether the playground asks for the token. What is configured decides, never a request:
        with a public_url a proxy stands before the page, and what comes through it looks local."""
        return bool(self.token or self.public_url) or not is_loopback(self.host)

    @property
    def closed(self) -> bool:
        """Whether nobody can come in from elsewhere, because no token is set."""
        return self.guarded and not self.token

    @property
    def prefix(self) -> str:
        """The path of public_url: "" or such as "/darkroom"."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether people reach the page by https."""
        return urlsplit(self.public_url).scheme == "https"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLimits:
    """What the page must know of what it may send."""

    max_upload_mb: int = MAX_BYTES // 1_000_000


def is_loopback(host: str) -> bool:
    """Whether a host name or address (without a port) means this machine alone."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def token_trouble(host: str, token: str, *, playground: bool) -> str:
    """Why a page at this host can't be served with this token, naming the key; "" where it can.

    With a public_url and no token it can: the playground stays closed, links and pictures work.
    """
    if token and len(token) < SHORTEST_TOKEN:
        return (
            f"web.token: it is too short, {SHORTEST_TOKEN} characters are the least; "
            'python3 -c "import secrets; print(secrets.token_urlsafe(24))" makes one.'
        )
    if playground and not token and not is_loopback(host):
        return f"web.token: {host} can be reached from elsewhere, so a token is needed."
    return ""
