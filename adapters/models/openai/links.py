"""Results that come as a link: fetched at once, from the server itself or an allowed host only."""

import asyncio
import base64
import binascii
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

import aiohttp

from core.errors import BadAnswer

MAX_BYTES = 64 * 1024 * 1024
TIMEOUT_S = 60.0
TRIES = 3
PAUSE_S = 0.2
CHUNK = 256 * 1024
INLINE = "data:"


class Links:
    """Where a server's links may lead: its own origin, and the origins in `hosts` (a bare host
    means https on the default port)."""

    def __init__(
        self, label: str, base_url: str, hosts: Sequence[str] = (), most: int = MAX_BYTES
    ) -> None:
        self._label, self._base, self._most = label, base_url, most
        self._origins = {_origin(base_url), *(_origin(_with_scheme(host)) for host in hosts)}

    async def fetch(self, link: str) -> bytes:
        """The bytes behind a link of an answer. Raises BadAnswer: the picture was made and is lost."""
        if link.startswith(INLINE):
            return decoded(link, self._label)
        url = urljoin(self._base + "/", link)
        if _origin(url) not in self._origins:
            raise BadAnswer(
                f"{self._label} sent its picture as a link to {urlsplit(url).hostname}, which is "
                "not allowed: the operator may name that host in image_hosts."
            )
        lost: Exception | None = None
        for tried in range(TRIES):
            if tried:
                await asyncio.sleep(PAUSE_S * tried)
            try:
                return await self._read(url)
            except (aiohttp.ClientError, TimeoutError, OSError) as exc:
                lost = exc
        raise BadAnswer(f"{self._label} sent a link to its picture that does not work.") from lost

    async def _read(self, url: str) -> bytes:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with (
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status >= 500:
                answer.raise_for_status()
            if answer.status != 200:
                raise BadAnswer(
                    f"{self._label} sent a link to its picture that answers {answer.status}."
                )
            data = bytearray()
            async for chunk in answer.content.iter_chunked(CHUNK):
                data += chunk
                if len(data) > self._most:
                    raise BadAnswer(f"{self._label} sent a picture of over {self._most} bytes.")
            return bytes(data)


def decoded(text: str, label: str) -> bytes:
    """Base64, as it is or in a data URI, to bytes. Raises BadAnswer."""
    if text.startswith(INLINE):
        text = text.partition(",")[2]
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise BadAnswer(f"{label} sent a picture that can't be read.") from exc


def _with_scheme(host: str) -> str:
    return host if "://" in host else f"https://{host}"


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port if port is not None else default
