"""A small HTTP client for providers without an SDK: it knows whether a request had left, and reads
every answer within the policy."""

import io
import json
import math
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import cast

import aiohttp

from adapters.models.config import ProviderConfig
from adapters.models.policy import LONGEST_WAIT_S, PROBING, Policy, distrusted, trust
from core.domain.errors import AccountProblem, InDoubt, Misconfigured, ProviderError, Unavailable

CHUNK = 256 * 1024
LARGEST_MESSAGE = 16 * 1024 * 1024  # previews of a picture among them
HEARTBEAT_S = 20.0


@dataclass(frozen=True, slots=True)
class File:
    """A file of a form: encoded image bytes and their media type."""

    name: str
    data: bytes
    type: str = "image/png"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    def parsed(self) -> object:
        """The body as JSON, None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def fields(self) -> dict[str, object]:
        """The body's JSON object, empty if it is none."""
        found = self.parsed()
        return cast(dict[str, object], found) if isinstance(found, dict) else {}

    def retry_after(self, default: float) -> float:
        """Seconds to wait as told (in seconds or as a date, RFC 9110 10.2.3), within reason;
        `default` if nothing readable was said."""
        said = self.headers.get("retry-after", "")
        try:
            told = float(said)
        except ValueError:
            told = _seconds_until(said)
        return min(max(told, 0.0), LONGEST_WAIT_S) if told == told else default


def _seconds_until(date: str) -> float:
    """NaN where that is no date."""
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return math.nan
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()


class HttpClient:
    """Talks to one server. `label` is what people call it, as a sentence begins with it.

    Every call has a connection of its own: on a kept one, a POST that meets its end is
    indistinguishable from one that was taken. Redirects are not followed. Raises Misconfigured.
    """

    def __init__(
        self,
        label: str,
        provider: str,
        config: ProviderConfig,
        policy: Policy,
        *,
        base_url: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.label, self.policy = label, policy
        self._provider = provider
        self._base = base_url.rstrip("/")
        self._headers = {**(headers or {}), **config.extra_headers}
        self._trust = trust(provider, config)
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str, policy: Policy | None = None) -> Reply:
        """Raises Unavailable whatever goes wrong: reading costs nothing."""
        try:
            return await self._send("GET", path, None, policy or PROBING)
        except InDoubt as exc:
            raise Unavailable(f"{self.label} is not answering.") from exc

    async def post_json(self, path: str, payload: Mapping[str, object]) -> Reply:
        """Any status is a Reply. Raises Unavailable if the request did not leave, InDoubt if it did
        and no whole answer came back, BadAnswer if the answer is too large."""
        stream = io.BytesIO(json.dumps(payload).encode())
        body = aiohttp.BytesIOPayload(stream, content_type="application/json")
        return await self._send("POST", path, body, self.policy)

    async def post_form(self, path: str, fields: Mapping[str, str | File]) -> Reply:
        """multipart/form-data; raises like `post_json`."""
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            if isinstance(value, File):
                stream = io.BytesIO(value.data)  # read piece by piece: bytes would go in one write
                form.add_field(name, stream, filename=value.name, content_type=value.type)
            else:
                # half a character (a lone surrogate) can't be sent
                form.add_field(name, value.encode("utf-8", "replace").decode())
        return await self._send("POST", path, form, self.policy)

    @asynccontextmanager
    async def socket(self, path: str) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
        """What the server tells by itself, each message within the policy's size. Raises Unavailable
        if it has no such page, or breaks off."""
        most, url = min(self.policy.most_bytes, LARGEST_MESSAGE), self._base + path
        try:
            async with self._open().ws_connect(
                url, max_msg_size=most, heartbeat=HEARTBEAT_S
            ) as found:
                yield found
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise Unavailable(f"{self.label} tells nothing.") from exc

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _send(
        self,
        method: str,
        path: str,
        body: aiohttp.BytesIOPayload | aiohttp.FormData | None,
        policy: Policy,
    ) -> Reply:
        sent = SimpleNamespace(headers=False)
        try:
            async with self._open().request(
                method,
                self._base + path,
                data=body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=policy.whole_s, connect=policy.connect_s),
                trace_request_ctx=sent,
            ) as response:
                return await self._read(response, policy)
        except aiohttp.InvalidURL as exc:
            raise Misconfigured(f"{self.label}: base_url is no address of a server.") from exc
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise self._translated(exc, sent.headers) from exc

    def _translated(self, exc: Exception, sent: bool) -> ProviderError:
        if isinstance(exc, (aiohttp.ClientSSLError, ssl.SSLError)) and not sent:
            return AccountProblem(distrusted(self.label, self._provider))
        if not sent:
            return Unavailable(f"{self.label} is not answering.")
        if isinstance(exc, TimeoutError):
            return InDoubt(f"{self.label} took the request and gave no answer in time.")
        return InDoubt(f"{self.label} broke off before the answer was complete.")

    async def _read(self, response: aiohttp.ClientResponse, policy: Policy) -> Reply:
        headers = {name.lower(): value for name, value in response.headers.items()}
        body = bytearray()
        try:
            async for chunk in response.content.iter_chunked(CHUNK):  # decompressed
                policy.room(self.label, len(body) + len(chunk))
                body += chunk
        except (aiohttp.ClientError, OSError):
            if response.status < 400:
                raise
            body.clear()  # the status says it all
        return Reply(response.status, headers, bytes(body))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_headers_sent)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True, limit=0, ssl=self._trust),
                headers=self._headers,
                trace_configs=[trace],
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _headers_sent(
    _session: aiohttp.ClientSession,
    context: SimpleNamespace,
    _params: aiohttp.TraceRequestHeadersSentParams,
) -> None:
    if context.trace_request_ctx is not None:  # a websocket has none
        context.trace_request_ctx.headers = True
