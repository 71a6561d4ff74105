"""Where a request comes from, and which pages' requests are believed."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from aiohttp import web

PORTS = {"http": 80, "https": 443}
FORWARDED = (
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "Via",
)
Origin = tuple[str, str, int]


def host_of(header: str) -> str:
    """The name in a Host header, lower case, without its port; "" where there is none."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    """Whether it is a number, not a name that may be re-bound."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def origin_of(address: str) -> Origin | None:
    """(scheme, host, port) of an address, the default port filled in; None if it has none."""
    try:
        parts: SplitResult = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def is_forwarded(headers: Mapping[str, str]) -> bool:
    """Whether a proxy said that it stands in between."""
    return any(name in headers for name in FORWARDED)


def client_of(request: web.Request) -> str:
    """Whom limits by address count: the peer and, where a proxy names one, whom it spoke for. Only
    the last entry is the nearest proxy's own. It grants nothing, so a made-up one wins nothing but
    another count; what counts everybody together bounds that."""
    peer = request.remote or ""
    spoken_for = request.headers.get("X-Forwarded-For", "")[-200:].rpartition(",")[2].strip()
    return f"{peer} {spoken_for}".strip()[:120]
