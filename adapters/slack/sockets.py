"""Socket Mode: several sockets, and a watchdog that replaces one that has gone deaf."""

import asyncio
import contextlib
import logging
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp

from adapters.slack.api import SlackApi
from adapters.slack.config import SlackConfig
from adapters.slack.sdk_log import sdk_log

log = logging.getLogger(__name__)
CONNECT_TIMEOUT_S = 60.0


class Sockets:
    """Owns the sockets and the watchdog's task. Slack hands each delivery to one of the sockets."""

    def __init__(self, app: AsyncApp, api: SlackApi, config: SlackConfig) -> None:
        self._app, self._api, self._config = app, api, config
        self._open: list[AsyncSocketModeHandler] = []
        self._deaf: dict[int, int] = {}
        self._watchdog: asyncio.Task[None] | None = None
        self.replaced = 0

    @property
    def connected(self) -> bool:
        return any(
            handler.client.current_session is not None
            and not handler.client.current_session.closed
            and not handler.client.closed
            for handler in self._open
        )

    async def open(self, first_url: str) -> None:
        """Connects; `first_url` is the address that proved the app token good."""
        for n in range(max(1, self._config.sockets)):
            self._open.append(await self._connect(first_url if n == 0 else None))
        self._watchdog = asyncio.create_task(self._watch(), name="slack watchdog")

    async def ended(self) -> None:
        """Waits for the watchdog, which ends only by an error; raises that."""
        if self._watchdog is not None:
            await asyncio.wait([self._watchdog])
            self._watchdog.result()

    async def close(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watchdog
        for handler in self._open:
            await _closed(handler)
        self._open.clear()

    async def _connect(self, url: str | None) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(
            self._app,
            self._config.app_token,
            logger=sdk_log,
            web_client=self._api.sdk,
            ping_interval=self._config.ping_interval_s,
        )
        handler.client.wss_uri = url
        try:
            await asyncio.wait_for(handler.connect_async(), CONNECT_TIMEOUT_S)
        except BaseException:
            await _closed(handler)
            raise
        return handler

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._config.ping_interval_s)
            for n in range(len(self._open)):
                try:
                    await self._look_at(n)
                except Exception as exc:
                    log.warning("socket %d could not be replaced: %s", n, type(exc).__name__)

    async def _look_at(self, n: int) -> None:
        """Deaf at two looks in a row: the SDK had its chance to reconnect, a new one takes over."""
        if not await _deaf(self._open[n]):
            self._deaf[n] = 0
            return
        self._deaf[n] = self._deaf.get(n, 0) + 1
        if self._deaf[n] < 2:
            return
        log.warning("socket %d hears nothing: it is replaced", n)
        fresh = await self._connect(None)
        old, self._open[n], self._deaf[n] = self._open[n], fresh, 0
        self.replaced += 1
        await _closed(old)


async def _deaf(handler: AsyncSocketModeHandler) -> bool:
    client: Any = handler.client
    listening = client.message_receiver is not None and not client.message_receiver.done()
    return not (listening and not client.message_processor.done() and await client.is_connected())


async def _closed(handler: AsyncSocketModeHandler) -> None:
    client: Any = handler.client
    owned = (client.message_processor, client.current_session_monitor, client.message_receiver)
    await handler.close_async()
    for task in owned:
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
