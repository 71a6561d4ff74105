"""How every call to a provider is bounded, whatever its kind: the time to connect, the time of the
whole call, the bytes of the answer as they lie in memory, and no redirects.

A server may trickle a byte a second, send a gigabyte as two megabytes of gzip, or never end: each
client reads through `Policy`, so that none of them holds a run or the memory.
"""

import functools
import ssl
from dataclasses import dataclass

import httpx2

from adapters.models.config import ProviderConfig
from core.domain.errors import BadAnswer, Misconfigured

MIB = 1024 * 1024
CONNECT_S = 10.0
WRITE_S = 60.0
LONGEST_WAIT_S = 600.0  # a provider may ask to be left alone for so long


@dataclass(frozen=True, slots=True)
class Policy:
    """`whole_s`: seconds from the first byte sent to the last one read; `most_bytes`: of an answer,
    after decompression. A redirect is never followed: it would carry keys and prompts elsewhere."""

    whole_s: float
    most_bytes: int
    connect_s: float = CONNECT_S

    def room(self, label: str, size: int) -> None:
        """Raises BadAnswer where `size` bytes are more than an answer may have."""
        if size > self.most_bytes:
            raise BadAnswer(
                f"{label} sent an answer of over {self.most_bytes // MIB or 1} MiB; it was not read."
            )


PAINTING = Policy(whole_s=300.0, most_bytes=96 * MIB)
"""A picture of 3840 x 2160 pixels in base64 has at most 33 MiB."""
ASKING = Policy(whole_s=120.0, most_bytes=4 * MIB)
PROBING = Policy(whole_s=10.0, most_bytes=8 * MIB)
FETCHING = Policy(whole_s=60.0, most_bytes=64 * MIB)
"""One try at a link to a picture."""


def distrusted(label: str, provider: str) -> str:
    """What is said of a certificate that no known authority signed."""
    return (
        f"{label} shows a certificate that can't be trusted: the operator has to name the file of "
        f"its authority in providers.{provider}.ca_file, or correct base_url."
    )


def trust(provider: str, config: ProviderConfig) -> ssl.SSLContext:
    """The certificates that are trusted: the well-known ones, and those of `ca_file`. Raises
    Misconfigured."""
    try:
        return _trust(config.ca_file)
    except (OSError, ssl.SSLError) as exc:
        raise Misconfigured(
            f"providers.{provider}.ca_file: {config.ca_file} is no file of certificates (PEM)."
        ) from exc


@functools.cache
def _trust(ca_file: str) -> ssl.SSLContext:
    """Read once: reading them takes a tenth of a second."""
    context = httpx2.create_ssl_context()
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context
