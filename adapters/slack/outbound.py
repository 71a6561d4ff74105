"""Updates out: what core put into the outbox, as messages, edits and ephemeral sentences."""

import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.slack import blocks
from adapters.slack.answers import Replies
from adapters.slack.api import SlackApi, SlackRefusal
from adapters.slack.composer import Composer
from adapters.slack.config import SlackConfig
from adapters.slack.ephemeral import Ephemeral, address
from adapters.slack.kit import Message
from adapters.slack.languages import Languages
from adapters.slack.native import Native
from adapters.slack.niceties import Niceties
from adapters.slack.pace import PostPace
from adapters.slack.pictures import Pictures
from adapters.slack.refusals import CLOSED, THREADLESS, UNEDITABLE, Refusals
from adapters.slack.takedown import PostRemoval
from adapters.texts.catalogue import t
from core.domain.access import PROGRAM, Reader
from core.domain.errors import (
    Paced,
    Uncertain,
    Undeliverable,
)
from core.domain.records import Delivery, Receipt
from core.domain.updates import (
    Asked,
    Critiqued,
    Discarded,
    Failed,
    Finished,
    IterationFinished,
    Progressed,
    Refused,
    Update,
)
from core.jobs.registry import is_picture
from core.ports.api import CoreApi
from core.ports.sender import Send

log = logging.getLogger(__name__)
PLATFORM = "slack"
REMEMBERED = 2000
EDIT_INTERVAL = 1.2
EDITS = "chat.update"


class SlackSender:
    """Implements `core.ports.Sender`. A post whose outcome is unknown is never repeated here."""

    def __init__(self, api: SlackApi, core: CoreApi, config: SlackConfig) -> None:
        self.languages = Languages(api, core)
        self._api, self._core, self._config = api, core, config
        self.pictures = Pictures(api, core.images)
        self._native = Native()
        self._refusals = Refusals(self.pictures, self._native)
        self._composer = Composer(core, self.delivery_of, self._native)
        self._posts = PostPace(config.post_interval_s)
        self.ephemeral = Ephemeral(api, config, self._posts)
        self.replies = Replies(api, core, self.pictures, config)
        self._edits = PostPace(config.post_interval_s * EDIT_INTERVAL)
        self._recent: OrderedDict[tuple[str, str], Delivery] = OrderedDict()
        self.niceties = Niceties(api, config)
        self._taking_down = PostRemoval(api, core, self.pictures)
        self._closed_threads: set[str] = set()
        self._tried: set[int] = set()  # deliveries whose request was made

    @property
    def platform(self) -> str:
        return PLATFORM

    def called(self, bot: str) -> None:
        """What people call the app, for sentences that say how it is invited."""
        self._refusals.bot_name = bot

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        """Uploads what the post shows and waits for its turn; a first star follows the post."""
        update, place = delivery.update, delivery.place
        await self._speak(delivery)
        if isinstance(update, Refused):
            async with self._answer(delivery, update.actor, blocks.refused(update)) as send:
                yield send
        elif isinstance(update, Asked):
            message = await self.replies.message(update)
            async with self._answer(delivery, update.actor.id, message) as send:
                yield send
        elif isinstance(update, Discarded):
            yield lambda: self._taking_down.post(delivery)
        elif delivery.edits is not None:
            async with (
                self._shown(delivery) as files,
                self._edited(delivery, delivery.edits, files) as send,
            ):
                yield send
        elif isinstance(update, Critiqued | Progressed) and not await self._opens(delivery):
            raise Undeliverable("The message this belongs to was not posted, or nobody knows.")
        else:
            async with (
                self._shown(delivery) as files,
                self._posted(delivery, address(place.channel), files) as send,
            ):
                yield send

    async def _speak(self, delivery: Delivery) -> None:
        update = delivery.update
        if isinstance(update, Refused | Asked):
            user = update.actor if isinstance(update, Refused) else update.actor.id
            return await self.languages.speak_to(user)
        opening = await self._composer.opening(delivery) if delivery.place.is_dm else None
        await self.languages.speak_for(delivery, opening)
        return None

    @asynccontextmanager
    async def _shown(self, delivery: Delivery) -> AsyncGenerator[blocks.Files]:
        """The pictures of a post, uploaded: kept until its receipt is stored. Where something newer is
        posted in its place, what no other message shows goes again."""
        async with self.pictures.held(await self._composer.hashes(delivery)) as files:
            yield files
        old = delivery.edits or Receipt(message="", channel="")
        if delivery.id not in self._tried:
            await self._taking_down.files(set(files.values()) - set(old.files), old)
        self._tried.discard(delivery.id)

    async def _opens(self, delivery: Delivery) -> bool:
        """Whether where a run stands is said anew: the post that opened the session was lost."""
        opening = await self._composer.opening(delivery)
        is_status = isinstance(delivery.update, Progressed)
        return is_status and opening is not None and not opening.branch

    @asynccontextmanager
    async def _answer(self, delivery: Delivery, user: str, said: Message) -> AsyncGenerator[Send]:
        async with self.ephemeral.turn(delivery.place, user):

            async def send() -> Receipt:
                receipt = await self.ephemeral.to(delivery.place, user, said)
                return replace(receipt, files=said.files)

            yield send

    @asynccontextmanager
    async def _posted(
        self, delivery: Delivery, to: str, files: blocks.Files
    ) -> AsyncGenerator[Send]:
        message = await self._composer.message(delivery, files)
        _book(self._posts, to, delivery)
        posted: list[Receipt] = []

        async def send() -> Receipt:
            self._tried.add(delivery.id)
            try:
                posted.append(await self._post(delivery, to, message))
            except SlackRefusal as exc:
                return await self._instead(exc, delivery, message, tuple(files))
            return posted[0]

        async with self._posts.turn(to):
            yield send
        if posted and _starred(delivery.update):
            await self.niceties.seed(posted[0].channel, posted[0].message)

    @asynccontextmanager
    async def _edited(
        self, delivery: Delivery, old: Receipt, files: blocks.Files
    ) -> AsyncGenerator[Send]:
        message = await self._composer.message(delivery, files)
        if isinstance(delivery.update, Progressed):
            await self.niceties.thread_status(delivery, delivery.update)
        _book(self._edits, EDITS, delivery)

        async def send() -> Receipt:
            self._tried.add(delivery.id)
            gone = set(old.files) - set(message.files)
            try:
                edited = await self._edit(delivery, old, message)
            except SlackRefusal as exc:
                if exc.code in UNEDITABLE:
                    await self._taking_down.files(gone, old)
                return await self._instead(exc, delivery, message, tuple(files))
            await self._taking_down.files(gone, old)
            return edited

        async with self._edits.turn(EDITS):
            yield send

    async def _instead(
        self, exc: SlackRefusal, delivery: Delivery, message: Message, hashes: tuple[str, ...]
    ) -> Receipt:
        """Where Slack refuses: the result goes to its owner, anything else is told what to do."""
        if exc.code in CLOSED and isinstance(delivery.update, Finished | Failed):
            try:
                return await self._to_owner(delivery, message)
            except SlackRefusal as refused:
                exc = refused
        raise self._refusals.understood(exc, delivery, message, hashes) from exc

    async def find(self, delivery: Delivery) -> Receipt | None:
        """Edits may be repeated; of a post Slack can't tell (no history scope): Uncertain."""
        if delivery.edits is not None or isinstance(delivery.update, Discarded | Critiqued):
            return None
        raise Uncertain("Slack can't be asked whether it was posted.")

    async def delivery_of(
        self, channel: str, message: str, reader: Reader = PROGRAM
    ) -> Delivery | None:
        """What a message shows, also in the moment before its receipt is stored."""
        found = await self._core.delivery_of(PLATFORM, channel, message, reader)
        return found or self._recent.get((channel, message))

    async def _post(self, delivery: Delivery, to: str, message: Message) -> Receipt:
        thread = delivery.place.thread
        if thread in self._closed_threads:
            thread = ""
        try:
            answer = await self._api.say(to, thread, message.text, message.blocks)
        except SlackRefusal as exc:
            if not thread or exc.code not in THREADLESS:
                raise
            self._closed_threads.add(thread)
            raise Paced("The thread takes nothing: the channel does.", retry_after=0.0) from exc
        channel, ts = str(answer.get("channel") or to), str(answer["ts"])
        self._remember(channel, ts, delivery)
        return Receipt(message=ts, channel=channel, thread=thread or ts, files=message.files)

    async def _to_owner(self, delivery: Delivery, message: Message) -> Receipt:
        """The channel has closed in mid-run: what was paid for goes to whoever asked for it."""
        opening = await self._composer.opening(delivery)
        if opening is None:
            raise Undeliverable("The channel is closed, and nobody knows whose run this was.")
        said = t("say.closed", channel=f"<#{delivery.place.channel}>")
        told = Message(message.text, [blocks.section(said), *message.blocks])
        receipt = await self.ephemeral.tell(opening.owner, told)
        self._remember(receipt.channel, receipt.message, delivery)
        return replace(receipt, files=told.files)

    def _remember(self, channel: str, ts: str, delivery: Delivery) -> None:
        self._recent[(channel, ts)] = delivery
        while len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    async def _edit(self, delivery: Delivery, old: Receipt, message: Message) -> Receipt:
        if not old.message:
            raise Undeliverable("There is no message to edit.")
        await self._api.call(
            self._api.web.chat_update,
            channel=old.channel or address(delivery.place.channel),
            ts=old.message,
            text=message.text,
            blocks=message.blocks,
            link_names=False,
        )
        return replace(old, files=message.files)


def _starred(update: Update) -> bool:
    """Whether a first star shows that this post's picture may be picked."""
    if isinstance(update, Finished):
        return not is_picture(update.mode)
    return isinstance(update, IterationFinished) and update.scene is None


def _book(pace: PostPace, key: str, delivery: Delivery) -> None:
    wait = pace.book(key, delivery.id)
    if wait:
        raise Paced("Others come first.", retry_after=wait)
