"""The Slack adapter's face: connect, receive, send. One app object over Socket Mode or HTTP."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import scopes
from adapters.slack.api import Json, SlackApi
from adapters.slack.config import SlackConfig
from adapters.slack.deliveries import signed_request, understood
from adapters.slack.downtime import DownTime
from adapters.slack.inbound import Inbound
from adapters.slack.moderators import Moderators
from adapters.slack.outbound import SlackSender
from adapters.slack.people import SlackPeople, user_of
from adapters.slack.responder import Responder
from adapters.slack.sdk_log import sdk_log
from adapters.slack.settings import WorkspaceSettings
from adapters.slack.sockets import Sockets
from adapters.slack.uploads import SlackUploads
from core.domain.errors import BadRequest, PlatformError, StoreUnavailable, Transient, Uncertain
from core.ports.api import CoreApi
from core.runtime.patience import patiently

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
DRAIN_S = 10.0


class SlackAdapter:
    """Made without touching the network; `start` connects, `close` lets go."""

    def __init__(self, core: CoreApi, config: SlackConfig) -> None:
        self._core, self._config = core, config
        self._api = SlackApi(config)
        self.sender = SlackSender(self._api, core, config)
        self.uploads = SlackUploads(self._api, config)
        self._moderators = Moderators(self._api, core)
        self.inbound = self._make_inbound()
        self.inbound.on_goodbye = self._goodbye
        self._downtime = DownTime(self._api, core, self.inbound, config)
        self.missing_scopes: tuple[str, ...] = ()
        self._sockets: Sockets | None = None
        self._started = False
        self._work: set[asyncio.Task[Any]] = set()
        self._deliveries: set[asyncio.Task[Any]] = set()
        self.app = self._make_app()

    def _make_inbound(self) -> Inbound:
        api, core, sender = self._api, self._core, self.sender
        people = SlackPeople()
        responder = Responder(api, core, sender.pictures, sender.ephemeral, self._moderators)
        rules = WorkspaceSettings(api, core, people, responder)
        return Inbound(core, responder, sender, people, rules, self._config.favourite_emoji)

    def _make_app(self) -> AsyncApp:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            """One workspace per installation: its token. Several would look theirs up here."""
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=team_id or self.inbound.own_team,
                bot_user_id=self.inbound.bot_user,
                bot_token=self._config.bot_token,
            )

        app = AsyncApp(
            name="darkroom",
            client=AsyncWebClient(
                base_url=self._config.base_url, retry_handlers=[], logger=sdk_log
            ),
            authorize=authorize,
            logger=sdk_log,
            signing_secret=self._config.signing_secret or "unused",
            request_verification_enabled=False,  # `signed_request` verifies before anything is parsed
        )
        cast(Any, app).use(self._take)
        return app

    @property
    def connected(self) -> bool:
        if not self._started or self._api.refused:
            return False
        return self._sockets.connected if self._sockets else True

    @property
    def http_handler(self) -> Handler | None:
        """For `POST /slack/events`; None in Socket Mode."""
        return self._http if self._config.mode == "http" else None

    async def start(self) -> None:
        """Raises PlatformError with a sentence when Slack refuses a token, Transient when it can't be
        reached."""
        try:
            await self._introduce()
            if self._config.mode == "socket":
                self._sockets = Sockets(self.app, self._api, self._config)
                await self._sockets.open(await self._first_socket())
        except (OSError, aiohttp.ClientError, SlackClientError) as exc:
            await self.close()
            raise Transient("Slack's socket can't be opened now.", retry_after=10.0) from exc
        except BaseException:
            await self.close()
            raise
        self._started = True
        self._soon(lambda: patiently("what was missed", self._downtime.catch_up))

    async def ended(self) -> None:
        """Waits until the connection has ended for good, which sockets with a watchdog never do by
        themselves; raises what ended it."""
        if self._sockets is not None:
            await self._sockets.ended()
        else:
            await asyncio.Event().wait()

    async def close(self) -> None:
        """Lets acknowledgements and answers that are under way finish, closes the connections."""
        self._started = False
        if self._sockets is not None:
            await _drained(self._deliveries)
            await self._sockets.close()
        await _drained(self._work)
        await self._moderators.close()
        await self._api.close()

    async def _introduce(self) -> None:
        """Who am I: proves the bot token and tells which scopes the installation lacks."""
        _ = self._api.session
        try:
            me = await self._api.call(self._auth_test)
        except PlatformError as exc:
            if self._api.refused:
                raise PlatformError(
                    f"Slack refused slack.bot_token ({self._api.refused}): "
                    "install the app again and copy the Bot User OAuth Token."
                ) from exc
            raise _not_now(exc) from exc
        self.inbound.bot_user = str(me.get("user_id") or "")
        self.sender.languages.bot_user = self.inbound.bot_user
        self.inbound.own_team = str(me.get("team_id") or "")
        self._api.workspace = str(me.get("url") or "")
        self.sender.called(str(me.get("user") or "darkroom"))
        if self.missing_scopes:
            log.error("the installed Slack app lacks: %s", ", ".join(self.missing_scopes))

    async def _auth_test(self) -> Any:
        answer = await self._api.web.auth_test()
        granted = str(answer.headers.get("x-oauth-scopes") or "")
        if granted:
            self.missing_scopes = scopes.missing(granted)
            self.sender.niceties.granted(granted)
        return answer

    async def _first_socket(self) -> str:
        try:
            answer = await self._api.call(
                self._api.web.apps_connections_open, app_token=self._config.app_token
            )
        except PlatformError as exc:
            if isinstance(exc, Transient | Uncertain) and not self._api.refused:
                raise _not_now(exc) from exc
            word = self._api.refused or exc.sentence
            raise PlatformError(
                f"Slack refused slack.app_token ({word}): it must be an app-level token "
                "(xapp-…) with connections:write, and Socket Mode must be on."
            ) from exc
        return str(answer["url"])

    async def _take(self, body: Json, next: Callable[[], Awaitable[None]]) -> BoltResponse:
        """Global middleware: written down first; if that fails Slack hears 500 and comes again."""
        self._note_delivery()
        user = user_of(body)
        self.sender.languages.speak_as_known(user)
        try:
            with understood():
                outcome = await self.inbound.outcome(body)
            for command in outcome.commands:
                if not await self._core.receive(await self._moderators.on(command)):
                    log.info("received before: %s", command.dedup_key)
        except BadRequest as refusal:
            return BoltResponse(status=400, body=refusal.sentence)
        except StoreUnavailable as trouble:
            log.warning("a delivery was not written down: %s", trouble.sentence)
            if "command" in body:  # shown to whoever typed it
                return BoltResponse(status=200, body=trouble.sentence)
            return BoltResponse(status=503, body=trouble.sentence)
        if outcome.after is not None:
            self._soon(self._in_language(user, outcome.after))
        if outcome.reply:
            return BoltResponse(status=200, body=outcome.reply)
        return BoltResponse(status=200, body="")

    def _in_language(
        self, user: str, after: Callable[[], Awaitable[None]]
    ) -> Callable[[], Awaitable[None]]:
        async def spoken() -> None:
            await self.sender.languages.speak_to(user)
            await after()

        return spoken

    def _note_delivery(self) -> None:
        """On a socket each delivery is a task of its own; over HTTP the server drains its own."""
        task = asyncio.current_task()
        if self._sockets is not None and task is not None:
            self._deliveries.add(task)
            task.add_done_callback(self._deliveries.discard)

    def _soon(self, after: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.create_task(_answered(after), name="slack answer")
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def settle(self) -> None:
        """Waits for the answers that are under way."""
        while self._work:
            await asyncio.gather(*self._work)

    def _goodbye(self, word: str) -> None:
        self._api.refused = word
        log.error("Slack: %s; nothing can be posted until the app is installed again", word)

    async def _http(self, request: web.Request) -> web.StreamResponse:
        try:
            delivery = await signed_request(request, self._config.signing_secret)
            return await to_aiohttp_response(await self.app.async_dispatch(delivery))
        except BadRequest as refusal:
            return web.Response(status=400, text=refusal.sentence)


def _not_now(exc: PlatformError) -> PlatformError:
    """What may heal by itself is Transient: the platform is tried again."""
    sentence = f"Slack can't be used now: {exc.sentence}"
    return (
        Transient(sentence) if isinstance(exc, Transient | Uncertain) else PlatformError(sentence)
    )


async def _drained(tasks: set[asyncio.Task[Any]]) -> None:
    """Waits for them, but not for ever."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=DRAIN_S)
    for task in late:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _answered(after: Callable[[], Awaitable[None]]) -> None:
    try:
        await after()
    except PlatformError as exc:
        log.warning("an answer did not reach Slack: %s", exc)
    except Exception:
        log.exception("an answer broke")
