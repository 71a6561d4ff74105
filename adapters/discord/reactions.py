"""Reactions: ⭐ picks, taken back it unpicks, ❌ takes a post down, ✉️ asks for the image."""

import asyncio
import logging
import uuid
from dataclasses import replace
from typing import Any

import discord

from adapters.discord.faults import CALL_FAILED
from adapters.discord.ids import PLATFORM, unpack
from adapters.discord.inbound import actor_of, dedup_key, picked, place_at, tenant_of
from adapters.discord.page import parts
from adapters.discord.responder import Responder
from core.domain.access import PROGRAM
from core.domain.commands import Actor, Ask, Command, Discard, Place, Unpick, pick_key
from core.domain.records import Delivery
from core.domain.updates import Finished, IterationFinished
from core.runtime.patience import patiently
from core.service.alerts import DIRECT

log = logging.getLogger(__name__)
TAKE_DOWN, SEND = "❌", "✉"
NUMBERS = {f"{n}\u20e3": n for n in range(1, 9)}  # keycaps
POSTS_AT_START = 300
PLACES_AT_START = 500
MESSAGES_A_PLACE = 100
LOOK_TIMEOUT_S = 15.0


def bare(emoji: str) -> str:
    """An emoji without its variation selector: ✉️ and ✉ are the same."""
    return emoji.replace("\ufe0f", "")


class Reactions:
    """Makes commands out of reactions on the bot's own posts."""

    def __init__(self, client: discord.Client, responder: Responder) -> None:
        self._client = client
        self._responder = responder
        self._favourite = bare(responder.config.favourite_emoji)

    def _means(self, emoji: str) -> bool:
        return emoji in (self._favourite, TAKE_DOWN, SEND)

    async def added(self, event: discord.RawReactionActionEvent) -> None:
        me = self._client.user
        if me is None or event.user_id == me.id:
            return
        if event.message_author_id not in (None, me.id):
            return
        emoji = bare(str(event.emoji))
        if emoji in NUMBERS:
            await self._numbered(event, NUMBERS[emoji])
        if not self._means(emoji):
            return
        shown = await self._shown(event.channel_id, event.message_id)
        if shown is None:
            return
        await self._act(emoji, shown, await self._actor(event))

    async def _numbered(self, event: discord.RawReactionActionEvent, number: int) -> None:
        """A number picks that picture of several."""
        channel, id = str(event.channel_id), str(event.message_id)
        core = self._responder.core
        delivery = await core.delivery_of(PLATFORM, channel, id, PROGRAM)
        if delivery is None or not isinstance(delivery.update, IterationFinished):
            return
        if iteration := delivery.update.picture(number):
            place = replace(delivery.place, hint="", message=id)
            actor = await self._actor(event)
            await self._receive(picked(iteration, actor, place, star=True))

    async def _receive(self, command: Command) -> bool:
        """A reaction can't be given again as a command can: a busy database is waited for."""
        return await patiently("a reaction", lambda: self._responder.core.receive(command))

    async def _act(self, emoji: str, shown: tuple[str, Place], actor: Actor) -> bool:
        """Takes a reaction in; False if it was taken before."""
        iteration, place = shown
        if emoji == self._favourite:
            return await self._receive(picked(iteration, actor, place, star=True))
        given = f"{actor.tenant}:{place.message}"
        if emoji == TAKE_DOWN:
            key = f"{PLATFORM}:{given}:discard:{actor.id}"
            return await self._receive(
                Discard(dedup_key=key, actor=actor, place=place, iteration=iteration)
            )
        key = f"{PLATFORM}:{given}:mail:{actor.id}"
        mail = Place(PLATFORM, actor.tenant, f"{DIRECT}{actor.id}", is_dm=True, can_thread=False)
        return await self._receive(
            Ask(dedup_key=key, actor=actor, place=mail, what="image", about=iteration)
        )

    async def removed(self, event: discord.RawReactionActionEvent) -> None:
        if bare(str(event.emoji)) != self._favourite:
            return
        me = self._client.user
        if me is None or event.user_id == me.id:
            return
        shown = await self._shown(event.channel_id, event.message_id)
        if shown is None:
            return
        iteration, place = shown
        # A reaction has no id, and the same star may be given and taken back many times.
        key = dedup_key(event.guild_id, f"unpick:{uuid.uuid4().hex}")
        actor = await self._actor(event)
        await self._receive(Unpick(dedup_key=key, actor=actor, place=place, iteration=iteration))

    async def missed(self) -> int:
        """Takes in the reactions given while the bot was down: on the newest rounds wherever they
        are (an archived thread, a channel), and in the threads still open. Returns how many."""
        posts: dict[int, set[int]] = {thread.id: set() for thread in self._open_threads()}
        for delivery in await self._responder.core.shown(PLATFORM, POSTS_AT_START):
            if delivery.receipt is not None:
                channel = int(delivery.receipt.channel)
                posts.setdefault(channel, set()).add(int(delivery.receipt.message))
        taken = 0
        for channel, messages in list(posts.items())[:PLACES_AT_START]:
            try:
                async with asyncio.timeout(LOOK_TIMEOUT_S):
                    taken += await self._missed_in(channel, messages)
            except CALL_FAILED as error:
                log.info("stars in %s not read: %s", channel, error)
        return taken

    def _open_threads(self) -> list[discord.Thread]:
        threads = [t for guild in self._client.guilds for t in guild.threads]
        mine = [t for t in threads if t.me is not None and not t.archived]
        return sorted(mine, key=lambda thread: thread.id, reverse=True)

    async def _missed_in(self, channel: int, posts: set[int]) -> int:
        """Reads the newest messages of a place, and those of the posts that are older."""
        place: Any = self._client.get_channel(channel)
        place = place or await self._client.fetch_channel(channel)
        taken = 0
        read: set[int] = set()
        async for message in place.history(limit=MESSAGES_A_PLACE):
            read.add(message.id)
            taken += await self._missed_on(message)
        for id in sorted(posts - read, reverse=True):
            message = await self._message(channel, id)
            taken += await self._missed_on(message) if message is not None else 0
        return taken

    async def _missed_on(self, message: discord.Message) -> int:
        me = self._client.user
        if me is None or message.author.id != me.id:
            return 0
        taken = 0
        for reaction in message.reactions:
            emoji = bare(str(reaction.emoji))
            if self._means(emoji) and reaction.count > reaction.me:
                taken += await self._take_missed(message, reaction, emoji)
        return taken

    async def _take_missed(
        self, message: discord.Message, reaction: discord.Reaction, emoji: str
    ) -> int:
        shown = await self._shown(message.channel.id, message.id, message)
        if shown is None:
            return 0
        tenant = shown[1].tenant
        guild = self._client.get_guild(int(tenant)) if tenant.isdecimal() else None
        taken = 0
        async for user in reaction.users(limit=100):
            if user.bot:
                continue
            key = pick_key(PLATFORM, tenant, shown[0], str(user.id))
            if emoji == self._favourite and await self._responder.core.picked_before(key):
                continue
            taken += await self._act(emoji, shown, await self._person(user, guild))
        return taken

    # what and who

    async def _shown(
        self, channel: int, id: int, message: discord.Message | None = None
    ) -> tuple[str, Place] | None:
        """The iteration a message shows, and where it is. A post whose receipt is not written yet
        is read itself: its buttons carry the iteration."""
        delivery = await self._responder.core.delivery_of(PLATFORM, str(channel), str(id), PROGRAM)
        if delivery is not None:
            place = replace(delivery.place, hint="", message=str(id))
            iteration = iteration_in(delivery)
            return (iteration, place) if iteration else None
        message = message or await self._message(channel, id)
        if message is None or self._client.user is None:
            return None
        if message.author.id != self._client.user.id:
            return None
        return _pickable(message, place_at(message))

    async def _message(self, channel: int, id: int) -> discord.Message | None:
        try:
            async with asyncio.timeout(LOOK_TIMEOUT_S):
                place: Any = self._client.get_channel(channel)
                place = place or await self._client.fetch_channel(channel)
                return await place.fetch_message(id)
        except CALL_FAILED as error:
            log.info("message %s not read: %s", id, error)
            return None

    async def _actor(self, event: discord.RawReactionActionEvent) -> Actor:
        if event.member is not None:
            return actor_of(event.member, event.guild_id)
        guild = self._client.get_guild(event.guild_id) if event.guild_id else None
        try:
            if guild is not None:
                return actor_of(await guild.fetch_member(event.user_id), event.guild_id)
            return actor_of(await self._client.fetch_user(event.user_id), event.guild_id)
        except CALL_FAILED:
            return Actor(PLATFORM, tenant_of(event.guild_id, event.user_id), str(event.user_id))

    async def _person(
        self, user: discord.User | discord.Member, guild: discord.Guild | None
    ) -> Actor:
        if guild is not None and not isinstance(user, discord.Member):
            try:
                user = await guild.fetch_member(user.id)
            except CALL_FAILED:
                log.info("member %s not found", user.id)
        return actor_of(user, guild.id if guild else None)


def iteration_in(delivery: Delivery) -> str:
    """The iteration a post shows: of several candidates the round's best; "" for none."""
    update = delivery.update
    if isinstance(update, IterationFinished) and update.candidates:
        return update.candidates[update.best].iteration
    if isinstance(update, Finished) and update.best is not None:
        return update.best.iteration
    return ""


def _pickable(message: discord.Message | None, place: Place) -> tuple[str, Place] | None:
    for part in parts(message) if message is not None else []:
        found = unpack(str(part.get("custom_id") or ""))
        if found is not None and found[0] == "pick" and found[1]:
            return found[1][0], place
    return None
