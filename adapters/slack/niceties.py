"""What is pleasant and never needed: a first star under a post, Slack's own line under a thread."""

import logging

from adapters.slack import blocks, texts
from adapters.slack.api import SlackApi, SlackRefusal
from adapters.slack.config import SlackConfig
from adapters.texts.sentences import said
from core.domain.errors import PlatformError, Transient
from core.domain.records import Delivery
from core.domain.updates import Progressed

log = logging.getLogger(__name__)


class Niceties:
    """Nothing here raises for what Slack says."""

    def __init__(self, api: SlackApi, config: SlackConfig) -> None:
        self._api, self._config = api, config
        self._thread_status = True

    async def seed(self, channel: str, ts: str) -> None:
        """A first star shows that a star does something; without it the buttons remain."""
        name = self._config.favourite_emoji
        try:
            await self._api.call(
                self._api.web.reactions_add, channel=channel, timestamp=ts, name=name
            )
        except PlatformError as exc:
            log.info("no seeded reaction: %s", exc)

    async def thread_status(self, delivery: Delivery, update: Progressed) -> None:
        """Slack's own line under a thread; a nicety, given up where the workspace has none."""
        edits = delivery.edits
        thread = delivery.place.thread or (edits.message if edits else "")
        if not self._thread_status or not thread:
            return
        line = "" if update.phase in blocks.OVER else texts.safe(said(update.line), 50)
        try:
            await self._api.call(
                self._api.web.assistant_threads_setStatus,
                channel_id=delivery.place.channel,
                thread_ts=thread,
                status=line,
            )
        except SlackRefusal as exc:
            self._thread_status = False
            log.info("no thread status: %s", exc)
        except Transient as exc:
            log.info("no thread status now: %s", exc)
