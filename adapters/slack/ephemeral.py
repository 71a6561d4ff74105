"""Words for one person's eyes: by the reply address while it lasts, else ephemeral, else directly."""

import json
import logging
from contextlib import AbstractAsyncContextManager, nullcontext
from urllib.parse import urlsplit

import aiohttp

from adapters.slack.api import SlackApi, SlackRefusal
from adapters.slack.config import SlackConfig
from adapters.slack.kit import Message
from adapters.slack.pace import PostPace
from core.domain.commands import Place
from core.domain.errors import Uncertain
from core.domain.records import Receipt

log = logging.getLogger(__name__)
HOOKS = "hooks.slack.com"
PERSON = "user:"


class Ephemeral:
    """`pace` is the one of all posts: a channel gets about one a second, whoever posts."""

    def __init__(self, api: SlackApi, config: SlackConfig, pace: PostPace) -> None:
        self._api, self._config, self._pace = api, config, pace

    def turn(self, place: Place, user: str) -> AbstractAsyncContextManager[None]:
        """Waits for the turn of the direct messages that `to` begins with, if it does."""
        if place.hint or not _directly(place):
            return nullcontext()
        return self._pace.turn(address(place.channel) or user)

    async def to(self, place: Place, user: str, message: Message) -> Receipt:
        """Within the `turn`. Raises Transient, Uncertain or SlackRefusal. `place.hint` may be a
        reply address."""
        if place.hint and await self._reply(place.hint, message):
            return Receipt(message="reply", channel=place.channel)
        if _directly(place):
            say = self.tell if place.hint else self._say
            return await say(address(place.channel) or user, message, place.thread)
        try:
            return await self._ephemeral(place, user, message)
        except SlackRefusal as exc:
            log.info("no ephemeral sentence (%s): it goes by direct message", exc.code)
        return await self.tell(user, message)

    async def _ephemeral(self, place: Place, user: str, message: Message) -> Receipt:
        answer = await self._api.post(
            self._api.web.chat_postEphemeral,
            channel=place.channel,
            user=user,
            thread_ts=place.thread or None,
            text=message.text,
            blocks=message.blocks,
            link_names=False,
        )
        return Receipt(message=f"ephemeral:{answer.get('message_ts', '')}", channel=place.channel)

    async def tell(self, channel: str, message: Message, thread: str = "") -> Receipt:
        """A post outside the outbox's order; a user's id opens the direct messages with them."""
        async with self._pace.turn(channel):
            return await self._say(channel, message, thread)

    async def _say(self, channel: str, message: Message, thread: str = "") -> Receipt:
        answer = await self._api.say(channel, thread, message.text, message.blocks)
        ts = str(answer["ts"])
        return Receipt(message=ts, channel=str(answer.get("channel") or channel), thread=thread)

    async def _reply(self, url: str, message: Message) -> bool:
        """False where the address has expired or can't be reached: then nobody has read it."""
        if not self._is_slack(url):
            return False
        body = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": message.text,
            "blocks": message.blocks,
        }
        headers = {"Content-Type": "application/json"}
        try:
            async with self._api.session.post(
                url, data=json.dumps(body), headers=headers, allow_redirects=False
            ) as answer:
                return answer.status == 200
        except aiohttp.ClientConnectorError as exc:
            log.info("no reply through the reply address: %s", type(exc).__name__)
            return False
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise Uncertain("Slack did not say whether it took the answer.") from exc

    def _is_slack(self, url: str) -> bool:
        parts, own = urlsplit(url), urlsplit(self._config.api_base)
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
            return True
        return parts.scheme == "https" and parts.netloc == HOOKS


def _directly(place: Place) -> bool:
    return place.is_dm or not place.channel


def address(channel: str) -> str:
    """A place "user:ID" is the direct messages with that person: Slack takes the id for them."""
    return channel.removeprefix(PERSON)
