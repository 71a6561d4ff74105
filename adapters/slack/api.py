"""Slack's Web API as the adapter uses it: no blind repeats, and errors translated by one table."""

import asyncio
import io
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.config import SlackConfig
from adapters.slack.sdk_log import sdk_log
from core.domain.errors import PlatformError, Transient, Uncertain, Undeliverable

log = logging.getLogger(__name__)
Json = dict[str, Any]

CALL_TIMEOUT_S = 20.0
UPLOAD_TIMEOUT_S = 60.0
READY_TIMEOUT_S = 20.0
READY_PAUSE_S = 0.1
REVOKED_WAIT_S = 300.0

TOKEN_ERRORS = frozenset(
    {
        "invalid_auth",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "not_authed",
        "no_permission",
        "org_login_required",
        "team_access_not_granted",
        "app_uninstalled",
    }
)
IN_DOUBT = frozenset({"internal_error", "fatal_error", "request_timeout"})
LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "message_limit_exceeded"})
NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})
NOT_READY = frozenset({"invalid_blocks"})


def part(body: Json, key: str) -> Json:
    """An object inside a payload; an absent one (null, or not there) is empty."""
    found = body.get(key)
    return cast(Json, found) if isinstance(found, dict) else {}


class SlackRefusal(Undeliverable):
    """Slack answered no; `code` is its error word."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


class LacksScope(Transient):
    """The installed app may not make this call; it can once it is installed again."""


class SlackApi:
    """One client and one connection pool. `refused` is the word with which Slack refused the token,
    `lacking` the scopes that some call was refused for, `workspace` its address once connected."""

    def __init__(self, config: SlackConfig) -> None:
        self.sdk = AsyncWebClient(
            token=config.bot_token,
            base_url=config.base_url,
            timeout=int(CALL_TIMEOUT_S),
            retry_handlers=[],
            logger=sdk_log,
        )
        self.web: Any = self.sdk  # the SDK's signatures are only partly typed
        self.refused = ""
        self.workspace = ""
        self.lacking: set[str] = set()
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """Made on first use, inside the running loop."""
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_S, connect=10.0)
            self._session = aiohttp.ClientSession(timeout=timeout)
            self.sdk.session = self._session
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def permalink(self, channel: str, message: str) -> str:
        """A message's address, "" where it can't be told."""
        if not (self.workspace and channel and message):
            return ""
        return f"{self.workspace}archives/{channel}/p{message.replace('.', '')}"

    async def call(self, method: Callable[..., Awaitable[Any]], **args: Any) -> Json:
        """A call that may safely be made twice. Raises Transient or SlackRefusal."""
        return await self._call(method, args, posting=False)

    async def post(self, method: Callable[..., Awaitable[Any]], **args: Any) -> Json:
        """A call that must not be made twice. Raises Transient, Uncertain or SlackRefusal."""
        return await self._call(method, args, posting=True)

    async def say(self, channel: str, thread: str, text: str, blocks: Sequence[Json]) -> Json:
        """A post that mentions nobody and unfolds no links. Raises as `post` does."""
        return await self.post(
            self.web.chat_postMessage,
            channel=channel,
            thread_ts=thread or None,
            text=text,
            blocks=blocks,
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
        )

    async def _call(
        self, method: Callable[..., Awaitable[Any]], args: Mapping[str, Any], *, posting: bool
    ) -> Json:
        _ = self.session
        try:
            answer = await method(**args)
        except (SlackApiError, SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise self._translated(exc, posting) from exc
        if posting:
            self.refused = ""  # the token works (again)
        return cast(Json, answer.data if isinstance(answer.data, dict) else {})

    def _translated(self, exc: Exception, posting: bool) -> PlatformError:
        doubt = Uncertain if posting else Transient
        if isinstance(exc, aiohttp.ClientConnectorError):
            return Transient("Slack can't be reached.", retry_after=5.0)
        if not isinstance(exc, SlackApiError):
            return doubt("Slack did not answer.")
        code, status, headers = _facts(exc)
        if status == 429 or code in LATER:
            return Transient("Slack asks to wait.", retry_after=_retry_after(headers))
        if code == "missing_scope":
            return self._lacks(exc)
        if code in TOKEN_ERRORS:
            self.refused = code
            log.error(
                "Slack refuses the bot token (%s): nothing is posted until it is mended", code
            )
            return Transient(f"Slack refuses the bot token ({code}).", retry_after=REVOKED_WAIT_S)
        if status >= 500 or code in IN_DOUBT or not code:
            return doubt(f"Slack answered {status} {code}".strip() + ".")
        return SlackRefusal(f"Slack refused: {code}.", code)

    def _lacks(self, exc: SlackApiError) -> PlatformError:
        """One method is closed, the others work: what waits for it goes on once the scope is there."""
        needed = str(_body(exc).get("needed") or "")
        if needed not in self.lacking:
            self.lacking.add(needed)
            log.error("the installed Slack app lacks a scope (%s): install it again", needed or "?")
        return LacksScope(f"The Slack app lacks a scope ({needed}).", retry_after=REVOKED_WAIT_S)

    async def upload(self, data: bytes, name: str, title: str = "", channel: str = "") -> str:
        """Uploads without a channel and waits until Slack knows the file's type; returns its id. With
        `channel`, somebody's direct messages, it is posted there.

        Repeating an upload is safe: a file nobody shared is seen by nobody.
        https://docs.slack.dev/messaging/working-with-files
        """
        ticket = await self.call(
            self.web.files_getUploadURLExternal, filename=name, length=len(data)
        )
        await self._push(str(ticket["upload_url"]), data)
        file = str(ticket["file_id"])
        await self.call(
            self.web.files_completeUploadExternal,
            files=[{"id": file, "title": title or name}],
            channel_id=channel or None,
        )
        await self._ready(file)
        return file

    async def _push(self, url: str, data: bytes) -> None:
        timeout = aiohttp.ClientTimeout(total=UPLOAD_TIMEOUT_S, connect=10.0)
        headers = {"Content-Type": "application/octet-stream"}
        try:
            async with self.session.post(
                url, data=io.BytesIO(data), headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                if answer.status == 429:
                    raise Transient("Slack asks to wait.", retry_after=_retry_after(answer.headers))
                if answer.status != 200:
                    raise Transient(f"Slack answered {answer.status} to an upload.")
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise Transient("Slack did not take an upload.") from exc

    async def _ready(self, file: str) -> None:
        """A file used before Slack knows its type makes the whole post invalid."""
        pause, waited = READY_PAUSE_S, 0.0
        while waited < READY_TIMEOUT_S:
            answer = await self.call(self.web.files_info, file=file)
            if answer.get("file", {}).get("mimetype"):
                return
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(pause * 2, 2.0)
        raise Transient("Slack is still busy with an upload.", retry_after=5.0)


def _facts(exc: SlackApiError) -> tuple[str, int, Mapping[str, str]]:
    """Error word, HTTP status and headers, whatever kind of response the SDK attached."""
    response: Any = exc.response
    headers = cast(Mapping[str, str], getattr(response, "headers", None) or {})
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    return str(_body(exc).get("error") or ""), status, headers


def _body(exc: SlackApiError) -> Json:
    response: Any = exc.response
    data: Any = getattr(response, "data", response)
    return cast(Json, data) if isinstance(data, dict) else {}


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return max(1.0, float(headers.get("Retry-After", "30")))
    except ValueError:
        return 30.0
