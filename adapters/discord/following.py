"""What follows a post and does not hold it up: a first star, the link that completes a command."""

import logging

from adapters.discord.ids import Hint, guild_of
from adapters.discord.page import Page
from adapters.discord.rest import Rest
from adapters.texts.catalogue import t
from core.domain.errors import PlatformError
from core.domain.records import Delivery, Receipt
from core.domain.updates import Accepted, IterationFinished

log = logging.getLogger(__name__)


class Following:
    """Where Discord refuses it, the post stands without it."""

    def __init__(self, rest: Rest, emoji: str) -> None:
        self._rest = rest
        self._emoji = emoji

    async def follow(self, delivery: Delivery, receipt: Receipt) -> None:
        """What a post does not need: the link that completes the command, a first star."""
        if not (receipt.channel.isdecimal() and receipt.message.isdecimal()):
            return
        channel, message = int(receipt.channel), int(receipt.message)
        if isinstance(delivery.update, Accepted) and not delivery.update.branch:
            await self._point_to(delivery, channel, message)
        if isinstance(delivery.update, IterationFinished) and delivery.update.scene is None:
            await self._seed(channel, message)

    async def _seed(self, channel: int, message: int) -> None:
        try:
            await self._rest.react(channel, message, self._emoji)
        except PlatformError as error:
            log.info("no star on %s: %s", message, error)

    async def _point_to(self, delivery: Delivery, channel: int, message: int) -> None:
        """Turns the private "thinking" of the command into a link to the post."""
        hint = Hint.read(delivery.place.hint)
        if hint is None or not hint.alive:
            return
        link = f"https://discord.com/channels/{guild_of(delivery.place)}/{channel}/{message}"
        try:
            await self._rest.edit_reply(hint, Page(t("say.posted", link=link)), (), "")
        except PlatformError as error:
            log.info("reply not completed: %s", error)
