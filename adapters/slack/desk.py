"""What the adapter answers by itself: dialogs, quota, help, the Home tab, an image by message."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from adapters.slack import home, modals, texts
from adapters.slack.api import Json, SlackApi, SlackRefusal, part
from adapters.slack.config import SlackConfig
from adapters.slack.kit import Message, context, picture, section
from adapters.slack.outbound import SlackSender
from core.commands import Actor
from core.door import Door
from core.session import Iteration

log = logging.getLogger(__name__)
HOOKS = "hooks.slack.com"
LATE = frozenset({"expired_trigger_id", "trigger_expired", "trigger_exchanged"})


class Desk:
    """Answers that need no command of core."""

    def __init__(self, api: SlackApi, door: Door, sender: SlackSender, config: SlackConfig) -> None:
        self._api, self._door, self._sender, self._config = api, door, sender, config
        self._web: Any = api.web

    async def open(self, body: Json, view: Json) -> None:
        """Opens a dialog. A trigger lives three seconds: too late is told, not hidden."""
        try:
            await self._api.call(self._web.views_open, trigger_id=body["trigger_id"], view=view)
        except SlackRefusal as exc:
            if exc.code not in LATE:
                raise
            await self.whisper(body, texts.TOO_LATE)

    async def whisper(self, body: Json, text: str) -> None:
        """A sentence for the person's eyes: by the reply address while it lasts, else ephemeral."""
        url = str(body.get("response_url") or "")
        if url and self._is_slack(url) and await self._reply(url, text):
            return
        user = str(body.get("user_id") or part(body, "user").get("id") or "")
        await self.whisper_in(_channel_of(body), user, text)

    async def whisper_in(self, channel: str, user: str, text: str, thread: str = "") -> None:
        try:
            if not channel or channel.startswith("D"):
                await self._sender.tell(channel or user, Message(text, [section(text)]), thread)
                return
            await self._api.post(
                self._web.chat_postEphemeral,
                channel=channel,
                user=user,
                thread_ts=thread or None,
                text=text,
            )
        except SlackRefusal:
            await self._sender.tell(user, Message(text, [section(text)]))

    async def _reply(self, url: str, text: str) -> bool:
        body = json.dumps({"response_type": "ephemeral", "replace_original": False, "text": text})
        headers = {"Content-Type": "application/json"}
        try:
            async with self._api.session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            log.info("no reply through the reply address: %s", exc)
            return False

    def _is_slack(self, url: str) -> bool:
        parts, own = urlsplit(url), urlsplit(self._config.api_base)
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
            return True
        return parts.scheme == "https" and parts.netloc == HOOKS

    async def quota(self, body: Json, actor: Actor) -> None:
        await self.whisper(body, home.quota_text(await self._door.quota(actor)))

    async def sessions(self, body: Json, actor: Actor) -> None:
        found = await self._door.sessions(actor, 10)
        lines = [home.session_line(each) for each in found]
        await self.whisper(body, "\n".join(lines) if lines else texts.NO_SESSIONS)

    async def help(self, body: Json) -> None:
        await self.whisper(body, self.help_text())

    def help_text(self) -> str:
        embedded = f"\n_{texts.EMBEDDED}_" if self._door.models.embedded else ""
        return texts.HELP.format(star=self._config.favourite_emoji) + embedded

    async def home(self, actor: Actor) -> None:
        """The Home tab: the quota bar and the person's sessions with thumbnails."""
        quota = await self._door.quota(actor)
        sessions = await self._door.sessions(actor, home.SESSIONS)
        thumbs: dict[str, str] = {}
        for each in sessions:
            if each.best is not None:
                thumbs[each.best.image] = await self._sender.pictures.thumbnail(each.best.image)
        view = home.view(quota, sessions, thumbs, self._door.models)
        await self._api.call(self._web.views_publish, user_id=actor.id, view=view)

    async def details(self, body: Json, node: Iteration) -> None:
        await self.open(body, modals.details(node))

    async def send_full(self, user: str, node: Iteration) -> None:
        """✉️: the image in full size and its prompt, by direct message."""
        try:
            data, kind = await self._sender.pictures.full(node.image)
            file = await self._api.upload(data, f"{node.image[:12]}-full.{kind}")
        except KeyError:
            await self._sender.tell(user, Message(texts.GONE, [section(texts.GONE)]))
            return
        said = texts.DIRECT_MESSAGE.format(round=node.round)
        alt = node.alt or f"Round {node.round}"
        blocks = [section(said), picture(file, alt), section(texts.safe(node.words or node.prompt))]
        if self._door.models.embedded:
            blocks.append(context(texts.EMBEDDED))
        await self._sender.tell(user, Message(said, blocks))


def _channel_of(body: Json) -> str:
    channel: Json = body.get("channel") or {}
    return str(body.get("channel_id") or channel.get("id") or "")
