"""What the playground is told at start."""

import ipaddress
from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers behind the options, from [loop]."""

    iterations: int = 4
    max_refine: int = 10
    max_evolve: int = 20
    continue_iterations: int = 3
    max_candidates: int = 4
    max_upload_mb: int = 20


def is_loopback(host: str) -> bool:
    """Whether a host name or address (without a port) means this machine alone."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
