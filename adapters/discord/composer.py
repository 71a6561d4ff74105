"""The page of a delivery with its pictures: what it says, behind a spoiler where the rules want it."""

import logging
from dataclasses import replace

from adapters.discord.commands.saving import save_button
from adapters.discord.history import History
from adapters.discord.ids import PLATFORM, Hint, guild_of
from adapters.discord.messages import page_of, with_engine
from adapters.discord.page import Page, quoted
from adapters.discord.pictures import Attached, Ready, ready
from adapters.texts.catalogue import t
from core.domain.commands import Place
from core.domain.errors import Undeliverable
from core.domain.records import Delivery
from core.domain.updates import Asked
from core.ports.api import CoreApi

log = logging.getLogger(__name__)


class Composer:
    """Reads through the door what a page needs, and the pictures from the store."""

    def __init__(self, core: CoreApi, history: History) -> None:
        self._core = core
        self._history = history

    async def page(self, delivery: Delivery) -> Page:
        if isinstance(delivery.update, Asked):
            return await self._mail(delivery.update)
        hint = Hint.read(delivery.place.hint)
        past = await self._history.past_of(delivery.update)
        alone = hint is not None and hint.only  # there is no thread for an edit to come to
        page = page_of(delivery.update, replace(past, masks=self._core.masks and not alone))
        return await self._covered(page, delivery.place)

    async def _covered(self, page: Page, place: Place) -> Page:
        """The page, its pictures behind a spoiler where the server's rule says so."""
        if not place.nsfw or not page.pictures:
            return page
        settings = await self._core.settings(PLATFORM, place.tenant)
        return replace(page, spoiler=settings.relaxed(place))

    async def _mail(self, asked: Asked) -> Page:
        """An image at full size, with its prompt, for a person's direct messages (✉️)."""
        node = await self._core.iteration(asked.about, asked.actor)
        tree = await self._core.tree(node.session, asked.actor) if node is not None else None
        if node is None or tree is None or node.discarded:
            raise Undeliverable("The image is not there any more.")
        home = tree.session.place
        where = tree.session.thread or home.channel
        link = f"https://discord.com/channels/{guild_of(home)}/{where}"
        text = f"{t('say.full_size', link=link)}\n{quoted(node.words or node.prompt, 3000)}"
        picture = Attached(node.image, f"round-{node.round}", node.alt)
        page = Page(text, (picture,), buttons=(save_button(node.id),))
        accepted = await self._history.accepted(node.session, node.run)
        if self._core.models.embedded or (accepted and accepted.quote.embedded):
            page = with_engine(page)
        return await self._covered(page, home)

    async def files(self, page: Page, limit: int) -> list[Ready]:
        files: list[Ready] = []
        for picture in page.pictures:
            try:
                files.append(await ready(self._core.images, picture, limit))
            except KeyError:
                log.error("image %s is not in the store", picture.hash)
        return files
