"""How intake gets a picture from Slack: by the file's id, from allowed hosts, within a cap."""

import json
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from adapters.slack.api import Json, SlackApi, SlackRefusal
from adapters.slack.config import SlackConfig
from core.domain.commands import ImageHandle
from core.domain.errors import BadImage, Transient
from core.imaging.formats import MAX_BYTES, may_be_picture, taken

MAX_REDIRECTS = 3
FETCH_TIMEOUT_S = 60.0
CHUNK = 64 * 1024
SLACK_HOST = "files.slack.com"


def file_ref(file: str, team: str = "") -> str:
    """The `ref` of an ImageHandle: ids alone, as links expire."""
    return json.dumps({"file": file, "team": team})


def file_of(ref: str) -> str:
    return str(json.loads(ref)["file"])


class SlackUploads:
    """Implements `core.ports.Uploads`."""

    def __init__(self, api: SlackApi, config: SlackConfig) -> None:
        self._api, self._token = api, config.bot_token
        self._allowed = {_origin(host) for host in config.file_hosts}
        own = {_origin(SLACK_HOST), _origin(config.api_base)}
        self._trusted = (self._allowed & own) | {_origin(SLACK_HOST)}

    async def fetch(self, handle: ImageHandle) -> bytes:
        """Raises BadImage with a sentence, Transient to retry. Slack Connect files are looked up."""
        file = await self._look_up(file_of(handle.ref))
        _check(file)
        return await self._download(str(file.get("url_private_download") or file["url_private"]))

    async def _look_up(self, file: str) -> Json:
        try:
            answer = await self._api.call(self._api.web.files_info, file=file)
        except SlackRefusal as exc:
            raise BadImage(
                "Slack does not show me that file any more: upload it again, please."
            ) from exc
        found: Json = answer.get("file") or {}
        return found

    async def _download(self, url: str) -> bytes:
        try:
            for _ in range(MAX_REDIRECTS + 1):
                data, url = await self._hop(url)
                if data is not None:
                    return data
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise Transient("Slack did not hand out the file.") from exc
        raise BadImage("Slack sent me from one address to the next; the file can't be fetched.")

    async def _hop(self, url: str) -> tuple[bytes | None, str]:
        """The bytes, or where the redirect leads. The token goes to Slack's own hosts alone."""
        origin = _origin_of(url)
        if origin not in self._allowed:
            raise BadImage("That file lies outside Slack: upload the picture itself, please.")
        headers = {"Authorization": f"Bearer {self._token}"} if origin in self._trusted else {}
        timeout = aiohttp.ClientTimeout(total=FETCH_TIMEOUT_S, connect=10.0)
        async with self._api.session.get(
            url, headers=headers, allow_redirects=False, timeout=timeout
        ) as answer:
            if answer.status in (301, 302, 303, 307, 308):
                return None, urljoin(url, answer.headers.get("Location", ""))
            if answer.status == 429 or answer.status >= 500:
                raise Transient(f"Slack answered {answer.status} to a download.")
            if answer.status != 200:
                raise BadImage("Slack does not hand out that file: upload it again, please.")
            return await _body(answer), url


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    if answer.content_type in ("text/html", "application/xhtml+xml"):
        raise _login_page()
    data = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        data += chunk
        if len(data) > MAX_BYTES:
            raise _too_large()
    if data[:64].lstrip().lower().startswith((b"<!doctype", b"<html")):
        raise _login_page()
    return bytes(data)


def _check(file: Json) -> None:
    """What can be refused before a byte is fetched."""
    if file.get("mode") in ("tombstone", "hidden_by_limit"):
        raise BadImage("That file was removed from Slack: upload it again, please.")
    if file.get("is_external"):
        raise BadImage("That file lies outside Slack: upload the picture itself, please.")
    kind = str(file.get("mimetype") or "")
    if kind and not may_be_picture(kind, str(file.get("name") or "")):
        raise BadImage(f"That file is no picture ({kind[:60]}): send a {taken()} file.")
    size: Any = file.get("size")
    if isinstance(size, int) and size > MAX_BYTES:
        raise _too_large()
    if not (file.get("url_private_download") or file.get("url_private")):
        raise BadImage("Slack does not hand out that file: upload it again, please.")


def _too_large() -> BadImage:
    return BadImage(f"That file is larger than {MAX_BYTES // 1024 // 1024} MB.")


def _login_page() -> BadImage:
    return BadImage(
        "Slack sent its login page instead of the file, so I may not read it: "
        "share the picture in a channel I am in, or upload it in the dialog."
    )


def _origin(host: str) -> tuple[str, str, int]:
    return _origin_of(host if "//" in host else f"https://{host}")


def _origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host, port; of an address that makes no sense one that is never allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return "", "", 0
    return parts.scheme, (parts.hostname or "").lower(), port
