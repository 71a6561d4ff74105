"""How calls to OpenAI and its kind are made: one try each, explicit time-outs, no kept connections."""

import functools
import ssl

import httpx2
from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from adapters.models.config import ProviderConfig
from adapters.models.openai.servers import base_url
from core.errors import Misconfigured

CONNECT_S = 10.0
WRITE_S = 60.0
NO_KEY = "none"  # the SDK wants one; servers without keys ignore it


def open_client(provider: str, config: ProviderConfig, timeout_s: float) -> AsyncOpenAI:
    """A client that never repeats a call by itself. Connects to nothing yet.

    A connection is not kept after its call: on a kept one, a POST that meets its end can't be told
    from one that was taken, and would count as spent. Redirects are not followed: they would carry
    prompts elsewhere. Raises Misconfigured.
    """
    key = config.api_key.strip()
    if not key.isascii() or not key.isprintable():
        raise Misconfigured(f"providers.{provider}.api_key has characters that no key has.")
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    timeout = httpx2.Timeout(timeout_s, connect=CONNECT_S, write=WRITE_S, pool=CONNECT_S)
    return AsyncOpenAI(
        api_key=key or NO_KEY,
        base_url=base_url(config),
        max_retries=0,
        timeout=timeout,
        http_client=DefaultAsyncHttpxClient(
            limits=limits, timeout=timeout, follow_redirects=False, verify=_trust()
        ),
    )


@functools.cache
def _trust() -> ssl.SSLContext:
    """The certificates that are trusted, read once: reading them takes a tenth of a second."""
    return httpx2.create_ssl_context()
