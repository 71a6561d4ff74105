"""Fetches uploads: from Discord's own hosts only, under a cap, by ids where they can be looked up."""

import asyncio
from urllib.parse import urljoin, urlsplit

import aiohttp
import discord

from adapters.discord.faults import CALL_FAILED, translate
from adapters.discord.ids import Source
from adapters.discord.inbound import linked
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage, Transient
from core.imaging.formats import MAX_BYTES

TIMEOUT_S = 30.0
REDIRECTS = 3
_REDIRECT = frozenset({301, 302, 303, 307, 308})
GONE = "The picture is not there any more; please send it again."


class DiscordUploads:
    """`core.ports.Uploads` for Discord. Owns one HTTP session without any token."""

    def __init__(self, client: discord.Client, hosts: tuple[str, ...]) -> None:
        self._client = client
        self._origins = frozenset(_origin(host) for host in hosts)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, handle: ImageHandle) -> bytes:
        """The bytes; a link that does not answer any more is looked up anew by the message's ids."""
        source = Source.of(handle)
        if source.url:
            data = await self._download(source.url)
            if data is not None:
                return data
        if source.message:
            data = await self._download(await self._look_up(source))
            if data is not None:
                return data
        raise BadImage(GONE)

    async def _look_up(self, source: Source) -> str:
        place = self._client.get_partial_messageable(int(source.channel))
        try:
            async with asyncio.timeout(TIMEOUT_S):
                message = await place.fetch_message(int(source.message))
        except CALL_FAILED as error:
            translated = translate(error)
            if isinstance(translated, Transient):
                raise translated from error
            raise BadImage(GONE) from error
        files = [*message.attachments]
        for snapshot in message.message_snapshots:
            files.extend(snapshot.attachments)
        urls = {str(file.id): file.url for file in files} | dict(linked(message))
        if source.attachment not in urls:
            raise BadImage(GONE)
        return urls[source.attachment]

    async def _download(self, url: str) -> bytes | None:
        """None if the link has expired. Redirects are followed by hand, each to an allowed host."""
        try:
            for _ in range(REDIRECTS + 1):
                self._check(url)
                async with self._http().get(url, allow_redirects=False) as answer:
                    if answer.status not in _REDIRECT:
                        return await _read(answer)
                    url = urljoin(url, answer.headers.get("Location", ""))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Transient("Discord's file server is not answering.") from error
        raise BadImage("The picture's link leads nowhere.")

    def _check(self, url: str) -> None:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" not in self._origins:
            raise BadImage("Pictures are taken from Discord itself only; please upload it here.")

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
            self._session = aiohttp.ClientSession(timeout=timeout)
        return self._session


async def _read(answer: aiohttp.ClientResponse) -> bytes | None:
    if answer.status in (401, 403, 404, 410):
        return None
    if answer.status >= 400:
        raise Transient("Discord's file server is not answering.")
    if answer.content_type.startswith("text/"):
        raise BadImage("That is a page, not a picture.")
    data = bytearray()
    async for chunk in answer.content.iter_chunked(1 << 16):
        data += chunk
        if len(data) > MAX_BYTES:
            raise BadImage(f"The picture is larger than {MAX_BYTES >> 20} MB.")
    return bytes(data)


def _origin(host: str) -> str:
    return host.rstrip("/") if "://" in host else f"https://{host}"
