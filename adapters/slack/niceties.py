"""What is pleasant and never needed: a first star under a post, Slack's own line under a thread, what
to say first in direct messages."""

import logging

from adapters.slack import blocks, texts
from adapters.slack.api import SlackApi, SlackRefusal
from adapters.slack.config import SlackConfig
from adapters.texts.catalogue import t
from adapters.texts.sentences import said
from core.domain.errors import PlatformError, Transient
from core.domain.records import Delivery
from core.domain.updates import Progressed

log = logging.getLogger(__name__)
FIRST_WORDS = ("paint", "help", "sessions", "quota")


def first_words() -> list[dict[str, str]]:
    """What somebody may say first, in the language spoken: four, as many as Slack shows."""
    return [
        {"title": t(f"agent.{each}.title"), "message": t(f"agent.{each}")} for each in FIRST_WORDS
    ]


class Niceties:
    """Nothing here raises for what Slack says."""

    def __init__(self, api: SlackApi, config: SlackConfig) -> None:
        self._api, self._config = api, config
        self._thread_status = True
        self._suggesting = True

    def granted(self, scopes: str) -> None:
        """What this installation may do, as Slack lists it."""
        self._suggesting = "assistant:write" in scopes

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

    async def suggest(self, channel: str) -> None:
        """What to say first, shown in somebody's direct messages with the app: Slack's agent view,
        which an app that was made from an older manifest has not."""
        if not self._suggesting:
            return
        try:
            await self._api.call(
                self._api.web.assistant_threads_setSuggestedPrompts,
                channel_id=channel,
                prompts=first_words(),
            )
        except SlackRefusal as exc:
            self._suggesting = False
            log.info("no suggested prompts: %s", exc)
        except PlatformError as exc:
            log.info("no suggested prompts now: %s", exc)
