"""How calls to OpenAI and its kind are made: one try each, within the policy, no kept connections."""

import asyncio
from typing import Any, cast

import httpx2
from openai import AsyncAzureOpenAI, AsyncOpenAI, DefaultAsyncHttpxClient

from adapters.models.config import ProviderConfig
from adapters.models.openai.servers import base_url, label_of
from adapters.models.openai.streaming import Bounded
from adapters.models.policy import WRITE_S, Policy, trust
from core.domain.errors import Misconfigured

NO_KEY = "none"  # the SDK wants one; servers without keys ignore it
UNDONE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class BoundedClient(DefaultAsyncHttpxClient):
    """Reads every answer to its end within the policy's time and size, or not at all."""

    def __init__(self, label: str, policy: Policy, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._label, self._policy = label, policy

    async def send(self, request: httpx2.Request, **kwargs: Any) -> httpx2.Response:
        """Raises BadAnswer where the answer is too large, TimeoutError where it is too slow. A stream
        is handed on as it comes, within the size; whoever reads it minds the time."""
        flows = bool(kwargs.get("stream"))
        kwargs["stream"] = True
        async with asyncio.timeout(self._policy.whole_s):
            response = await super().send(request, **kwargs)
            if flows and response.status_code < 400 and "content-encoding" not in response.headers:
                stream = cast("httpx2.AsyncByteStream", response.stream)
                response.stream = Bounded(stream, self._label, self._policy)
                return response
            try:
                return await self._whole(request, response)
            finally:
                await response.aclose()

    async def _whole(self, request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        body = bytearray()
        try:
            async for piece in response.aiter_bytes():  # decompressed, a MiB at most
                self._policy.room(self._label, len(body) + len(piece))
                body += piece
        except httpx2.HTTPError:
            if response.status_code < 400:
                raise
            body.clear()  # the status says it all
        headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in UNDONE]
        return httpx2.Response(
            response.status_code,
            headers=headers,
            content=bytes(body),
            request=request,
            extensions=response.extensions,
        )


def open_client(provider: str, config: ProviderConfig, policy: Policy) -> AsyncOpenAI:
    """A client that never repeats a call by itself. Connects to nothing yet.

    A connection is not kept after its call: on a kept one, a POST that meets its end can't be told
    from one that was taken, and would count as spent. Raises Misconfigured.
    """
    key = config.api_key.strip()
    if not key.isascii() or not key.isprintable():
        raise Misconfigured(f"providers.{provider}.api_key has characters that no key has.")
    connect = policy.connect_s
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    timeout = httpx2.Timeout(policy.whole_s, connect=connect, write=WRITE_S, pool=connect)
    http = BoundedClient(
        label_of(provider),
        policy,
        limits=limits,
        timeout=timeout,
        follow_redirects=False,
        verify=trust(provider, config),
    )
    return _client(config, key or NO_KEY, http, timeout)


def _client(
    config: ProviderConfig, key: str, http: BoundedClient, timeout: httpx2.Timeout
) -> AsyncOpenAI:
    """OpenAI's, or with an `api_version` Azure's: it names deployments in its addresses, unless the
    base_url leads to its newer API, which is OpenAI's own with a version beside it."""
    base, version, headers = base_url(config), config.api_version, config.extra_headers
    if version and not base.endswith("/v1"):
        return AsyncAzureOpenAI(
            api_key=key,
            api_version=version,
            base_url=base if base.endswith("/openai") else f"{base}/openai",
            max_retries=0,
            timeout=timeout,
            default_headers=headers,
            http_client=http,
        )
    return AsyncOpenAI(
        api_key=key,
        base_url=base,
        max_retries=0,
        timeout=timeout,
        default_headers=headers,
        default_query={"api-version": version} if version else None,
        http_client=http,
    )
