"""The outbox's way to Discord: updates become messages, threads and edits, each of them once."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar

from adapters.discord.anew import Anew
from adapters.discord.composer import Composer
from adapters.discord.config import DiscordConfig
from adapters.discord.faults import Closed, TooLarge
from adapters.discord.following import Following
from adapters.discord.history import History
from adapters.discord.ids import PLATFORM, Hint
from adapters.discord.languages import Languages
from adapters.discord.messages import OVER
from adapters.discord.page import Page
from adapters.discord.pictures import DEFAULT_LIMIT, ROOM, Ready
from adapters.discord.progress import Progress
from adapters.discord.rest import Rest
from adapters.texts.catalogue import t
from adapters.texts.catalogue import title as job_title
from core.domain.errors import PlaceClosed, PlatformError, Undeliverable
from core.domain.records import Delivery, Receipt
from core.domain.reviews import ReviewRequested
from core.domain.text import clip
from core.domain.updates import (
    Discarded,
    Failed,
    Finished,
    Progressed,
    Refused,
)
from core.ports.api import CoreApi
from core.ports.sender import Send
from core.service.alerts import DIRECT

log = logging.getLogger(__name__)
T = TypeVar("T")


class DiscordSender:
    """`core.ports.Sender` for Discord. The delivery key is each post's nonce, and is in the post."""

    def __init__(
        self, core: CoreApi, config: DiscordConfig, rest: Rest, languages: Languages
    ) -> None:
        self._rest = rest
        self._languages = languages
        self._history = History(core, config.favourite_emoji)
        self._composer = Composer(core, self._history)
        self._following = Following(rest, config.favourite_emoji)
        self._closed, self._anew = asyncio.Event(), Anew()
        self._progress = Progress(self._show_progress, config.progress_every_s)

    @property
    def platform(self) -> str:
        return PLATFORM

    async def close(self) -> None:
        self._closed.set()
        await self._progress.close()

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        """Loads the pictures, finds the places; a star and a link follow the post. What can't be
        sent any more because the program stops waits for its outbox to be stopped, and the next
        start sends it."""
        send = await self._while_open(lambda: self._prepared(delivery))
        posted: list[Receipt] = []

        async def sent() -> Receipt:
            posted.append(await self._while_open(send))
            return posted[0]

        yield sent
        if posted and delivery.edits is None:
            await self._following.follow(delivery, posted[0])

    async def _while_open(self, work: Callable[[], Awaitable[T]]) -> T:
        try:
            if not self._closed.is_set():
                return await work()
        except (PlatformError, RuntimeError):  # aiohttp says so of a closed session
            if not self._closed.is_set():
                raise
        return await asyncio.Future()

    async def _prepared(self, delivery: Delivery) -> Send:
        await self._languages.speak_for(delivery, self._history)
        if delivery.attempts and delivery.edits is None:
            found = await self.find(delivery)
            if found is not None:
                return partial(_given, found)
        hint = Hint.read(delivery.place.hint)
        if isinstance(delivery.update, Refused):
            return await self._refusing(delivery, hint)
        if hint is not None and hint.only:
            return await self._only_reply(delivery, hint)
        if isinstance(delivery.update, Discarded):
            return partial(self._take_down, delivery)
        if delivery.edits is not None:
            return await self._editing(delivery, delivery.edits)
        return await self._posting(delivery)

    async def find(self, delivery: Delivery) -> Receipt | None:
        """Looks for a post by its key. Edits are None: repeating one does no harm."""
        hint = Hint.read(delivery.place.hint)
        if delivery.edits is not None or (hint is not None and hint.only):
            return None
        for channel in await self._places(delivery):
            try:
                message = await self._rest.find(channel, delivery.key)
            except Closed:
                continue
            if message is not None:
                receipt = await self._complete(delivery, channel, message)
                await self._following.follow(delivery, receipt)
                return receipt
        return None

    # posting

    async def _posting(self, delivery: Delivery) -> Send:
        page = await self._composer.page(delivery)
        files = await self._composer.files(page, _limit(delivery) // max(1, len(page.gallery)))
        places = await self._places(delivery)
        return lambda: self._post(delivery, page, files, places)

    async def _post(
        self, delivery: Delivery, page: Page, files: list[Ready], places: list[int]
    ) -> Receipt:
        refusal: PlatformError = PlaceClosed("There is no place to post this.")
        for number, channel in enumerate(places):
            try:
                shown = page if number == 0 else _moved(page)
                message = await self._post_fitting(delivery, channel, shown, files)
            except Closed as error:
                refusal = error
                continue
            return await self._complete(delivery, channel, message)
        if isinstance(delivery.update, Finished | Failed) and not delivery.place.is_dm:
            return await self._post_to_owner(delivery, delivery.update, page, files, refusal)
        raise refusal

    async def _post_to_owner(
        self,
        delivery: Delivery,
        update: Finished | Failed,
        page: Page,
        files: list[Ready],
        refusal: PlatformError,
    ) -> Receipt:
        """Where the channel is lost, the result goes to whoever started the run."""
        accepted = await self._history.accepted(update.session, update.run)
        if accepted is None:
            raise refusal
        channel = await self._rest.direct_channel(accepted.owner)
        message = await self._post_fitting(delivery, channel, page, files)
        return Receipt(message=str(message), channel=str(channel), thread=delivery.place.thread)

    async def _places(self, delivery: Delivery) -> list[int]:
        """Channels to try in order: the thread, then its parent; of a person, their messages."""
        place = delivery.place
        if place.channel.startswith(DIRECT):
            return [await self._rest.direct_channel(place.channel.removeprefix(DIRECT))]
        return [int(id) for id in (place.thread, place.channel) if id]

    async def _post_fitting(
        self, delivery: Delivery, channel: int, page: Page, files: list[Ready]
    ) -> int:
        limit = _limit(delivery)
        for attempt in range(4):
            try:
                return await self._rest.post(channel, page, files, delivery.key)
            except TooLarge:
                if attempt == 3 or not files:
                    raise
                limit = min(limit, sum(len(file.data) for file in files)) // 2
                files = await self._composer.files(page, limit // max(1, len(page.gallery)))
        raise AssertionError("unreachable")

    async def _complete(self, delivery: Delivery, channel: int, message: int) -> Receipt:
        """The receipt of a post, with the thread where it is the session's first."""
        place = delivery.place
        thread = place.thread
        if delivery.first and not thread and place.can_thread and not place.is_dm:
            thread = await self._thread(channel, message, delivery)
        return Receipt(message=str(message), channel=str(channel), thread=thread)

    async def _thread(self, channel: int, message: int, delivery: Delivery) -> str:
        opening = await self._history.accepted(delivery.session, delivery.run)
        name = "Darkroom"
        if opening is not None:
            title = " ".join(opening.goal.split()) or opening.owner_name
            name = clip(f"{job_title(opening.mode)}: {title}", 90)
        try:
            return str(await self._rest.open_thread(channel, message, name))
        except Undeliverable as error:
            log.info("no thread in %s: %s", channel, error)
            return ""

    # editing

    async def _editing(self, delivery: Delivery, receipt: Receipt) -> Send:
        if isinstance(delivery.update, Progressed) and delivery.update.phase not in OVER:
            return partial(self._later, delivery, receipt)
        await self._progress.settle(receipt.message)
        return partial(self._edit, delivery, receipt)

    async def _later(self, delivery: Delivery, receipt: Receipt) -> Receipt:
        self._progress.later(receipt.message, delivery)
        return receipt

    async def _edit(self, delivery: Delivery, receipt: Receipt) -> Receipt:
        await self._show(delivery, receipt)
        return receipt

    async def _show_progress(self, delivery: Delivery) -> None:
        if delivery.edits is not None:
            await self._languages.speak_for(delivery, self._history)
            await self._show(delivery, delivery.edits)

    async def _show(self, delivery: Delivery, receipt: Receipt) -> None:
        page = await self._composer.page(delivery)
        channel, message = int(receipt.channel), int(receipt.message)
        if self._anew.needed(receipt.message, page, delivery.update):
            files = await self._composer.files(page, _limit(delivery) // max(1, len(page.gallery)))
            await self._rest.edit(channel, message, page, delivery.key, files=files)
            return
        names = {p.stem: f"{p.stem}.webp" for p in page.pictures if p.thumbnail}
        if page.gallery:
            names |= await self._rest.names(channel, message)
        await self._rest.edit(channel, message, page, delivery.key, names)

    async def _take_down(self, delivery: Delivery) -> Receipt:
        receipt = delivery.edits
        if receipt is None:
            raise Undeliverable("There is no post to take down.")
        await self._rest.delete(int(receipt.channel), int(receipt.message))
        return receipt

    # replies

    async def _refusing(self, delivery: Delivery, hint: Hint | None) -> Send:
        """A refusal completes the private reply while that lives, else it is a post."""
        page = await self._composer.page(delivery)

        async def send() -> Receipt:
            if hint is not None and hint.alive:
                try:
                    message = await self._rest.edit_reply(hint, page, (), "")
                    return Receipt(message=str(message), channel=delivery.place.channel)
                except Undeliverable as error:
                    log.info("private reply impossible: %s", error)
            if hint is not None and hint.only:
                raise Undeliverable("The reply has expired.")
            post = await self._posting(delivery)
            return await post()

        return send

    async def _only_reply(self, delivery: Delivery, hint: Hint) -> Send:
        """Where the bot is only a person's own app: one reply, edited to show the newest."""
        if not hint.alive:
            raise PlaceClosed("The reply has expired.")
        if delivery.edits is not None and not isinstance(delivery.update, ReviewRequested):
            return partial(_given, delivery.edits)  # the newest image stays in sight
        page = await self._composer.page(delivery)
        files = await self._composer.files(page, _limit(delivery))

        async def send() -> Receipt:
            message = await self._rest.edit_reply(hint, page, files, delivery.key)
            return Receipt(message=str(message), channel=delivery.place.channel)

        return send


async def _given(receipt: Receipt) -> Receipt:
    """It stands already."""
    return receipt


def _limit(delivery: Delivery) -> int:
    return (delivery.place.upload_limit or DEFAULT_LIMIT) - ROOM


def _moved(page: Page) -> Page:
    text = f"-# {t('post.moved')}\n{page.text}"
    return replace(page, text=text)
