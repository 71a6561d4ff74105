"""Results that come as a link: fetched at once, from the server itself or an allowed host only."""

import asyncio
import base64
import binascii
import time
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from adapters.models.config import ProviderConfig
from adapters.models.http import HttpClient, Reply
from adapters.models.policy import FETCHING
from core.domain.errors import BadAnswer, Unavailable

LASTING_S = 300.0  # what was painted is paid for: its link, good for an hour, is asked so long
PAUSE_S, LONGEST_PAUSE_S = 0.2, 20.0
AGAIN = frozenset({408, 425, 429, *range(500, 600)})
HTTPS = ("https", 443)
INLINE = "data:"


class PictureLinks:
    """Where a server's links may lead: its own origin, the origins in `image_hosts` (a bare host
    means https on the default port), and by https the hosts of the provider's own `domain`."""

    def __init__(
        self, label: str, provider: str, config: ProviderConfig, base_url: str, domain: str = ""
    ) -> None:
        self._label, self._base, self._domain = label, base_url, domain
        hosts = config.image_hosts
        self._origins = {_origin(base_url), *(_origin(_with_scheme(host)) for host in hosts)}
        bare = replace(config, extra_headers={})  # they may be secrets: links lead elsewhere
        self._http = HttpClient(label, provider, bare, FETCHING)

    async def fetch(self, link: str) -> bytes:
        """The bytes behind a link of an answer. Raises BadAnswer: the picture was made and is lost."""
        if link.startswith(INLINE):
            return decoded(link, self._label)
        url = urljoin(self._base + "/", link)
        if _origin(url) not in self._origins and not self._theirs(url):
            raise BadAnswer(
                f"{self._label} sent its picture as a link to {urlsplit(url).hostname}, which is "
                "not allowed: the operator may name that host in image_hosts."
            )
        reply = await self._patiently(url)
        if reply is None or reply.status in AGAIN:
            raise BadAnswer(f"{self._label} sent a link to its picture that does not work.")
        if reply.status != 200:
            raise BadAnswer(
                f"{self._label} sent a link to its picture that answers {reply.status}."
            )
        return reply.body

    def _theirs(self, url: str) -> bool:
        scheme, host, port = _origin(url)
        own = host == self._domain or host.endswith(f".{self._domain}")
        return bool(self._domain) and own and (scheme, port) == HTTPS

    async def _patiently(self, url: str) -> Reply | None:
        """The answer; asked again with growing pauses while its server stumbles. None if nobody
        answered."""
        reply, pause, began = None, PAUSE_S, time.monotonic()
        while True:
            try:
                reply = await self._http.get(url, FETCHING)
                if reply.status not in AGAIN:
                    return reply
            except Unavailable:
                reply = None
            if time.monotonic() - began + pause > LASTING_S:
                return reply
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_S, 2 * pause)

    async def close(self) -> None:
        await self._http.close()


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
