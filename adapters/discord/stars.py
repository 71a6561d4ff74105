"""Reactions: ⭐ picks, taken back it unpicks, ❌ takes a post down, ✉️ sends the image."""

import asyncio
import logging
import uuid
from dataclasses import replace
from typing import Any

import discord

from adapters.discord.desk import Desk
from adapters.discord.faults import CALL_FAILED
from adapters.discord.ids import PLATFORM, unpack
from adapters.discord.inbound import actor_of, dedup_key, picked, place_at
from adapters.discord.outbound import DiscordSender
from adapters.discord.page import parts
from core.commands import Actor, Discard, Place, Unpick
from core.updates import Finished, IterationFinished

log = logging.getLogger(__name__)
TAKE_DOWN, SEND = "❌", "✉"
THREADS_AT_START = 500
MESSAGES_A_THREAD = 100
LOOK_TIMEOUT_S = 15.0


def plain(emoji: str) -> str:
    """An emoji without its variation selector: ✉️ and ✉ are the same."""
    return emoji.replace("\ufe0f", "")


class Stars:
    """Makes commands out of reactions on the bot's own posts."""

    def __init__(self, client: discord.Client, desk: Desk, sender: DiscordSender) -> None:
        self._client = client
        self._desk = desk
        self._sender = sender
        self._favourite = plain(desk.config.favourite_emoji)

    async def added(self, event: discord.RawReactionActionEvent) -> None:
        me = self._client.user
        if me is None or event.user_id == me.id:
            return
        if event.message_author_id not in (None, me.id):
            return
        emoji = plain(str(event.emoji))
        if emoji not in (self._favourite, TAKE_DOWN, SEND):
            return
        shown = await self._shown(event.channel_id, event.message_id)
        if shown is None:
            return
        iteration, place = shown
        actor = await self._actor(event)
        if emoji == self._favourite:
            await self._desk.door.receive(picked(iteration, actor, place, star=True))
        elif emoji == TAKE_DOWN:
            key = dedup_key(event.guild_id, f"{event.message_id}:discard:{event.user_id}")
            command = Discard(dedup_key=key, actor=actor, place=place, iteration=iteration)
            await self._desk.door.receive(command)
        else:
            await self._sender.send_to(event.user_id, iteration, place)

    async def removed(self, event: discord.RawReactionActionEvent) -> None:
        if plain(str(event.emoji)) != self._favourite:
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
        await self._desk.door.receive(
            Unpick(dedup_key=key, actor=actor, place=place, iteration=iteration)
        )

    async def missed(self) -> int:
        """Takes in the stars given while the bot was down, in the threads still open. Returns how many."""
        taken = 0
        for thread in self._open_threads()[:THREADS_AT_START]:
            try:
                async with asyncio.timeout(LOOK_TIMEOUT_S):
                    taken += await self._missed_in(thread)
            except CALL_FAILED as error:
                log.info("stars in %s not read: %s", thread.id, error)
        return taken

    def _open_threads(self) -> list[discord.Thread]:
        threads = [t for guild in self._client.guilds for t in guild.threads]
        mine = [t for t in threads if t.me is not None and not t.archived]
        return sorted(mine, key=lambda thread: thread.id, reverse=True)

    async def _missed_in(self, thread: discord.Thread) -> int:
        me = self._client.user
        taken = 0
        async for message in thread.history(limit=MESSAGES_A_THREAD):
            if me is None or message.author.id != me.id:
                continue
            for reaction in message.reactions:
                if plain(str(reaction.emoji)) == self._favourite and reaction.count > reaction.me:
                    taken += await self._take_missed(message, reaction)
        return taken

    async def _take_missed(self, message: discord.Message, reaction: discord.Reaction) -> int:
        shown = await self._shown(message.channel.id, message.id, message)
        if shown is None:
            return 0
        taken = 0
        async for user in reaction.users(limit=100):
            if user.bot:
                continue
            actor = await self._person(user, message.guild)
            command = picked(shown[0], actor, shown[1], star=True)
            if not await self._desk.door.picked_before(command.dedup_key):
                taken += await self._desk.door.receive(command)
        return taken

    # what and who

    async def _shown(
        self, channel: int, id: int, message: discord.Message | None = None
    ) -> tuple[str, Place] | None:
        """The iteration a message shows, and where it is. A post whose receipt is not written yet
        is read itself: its buttons carry the iteration."""
        delivery = await self._desk.door.delivery_of(PLATFORM, str(channel), str(id))
        if delivery is not None:
            place = replace(delivery.place, hint="", message=str(id))
            update = delivery.update
            if isinstance(update, IterationFinished):
                return update.candidates[update.best].iteration, place
            if isinstance(update, Finished) and update.best is not None:
                return update.best.iteration, place
            return None
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
            tenant = str(event.guild_id) if event.guild_id else "dm"
            return Actor(PLATFORM, tenant, str(event.user_id))

    async def _person(
        self, user: discord.User | discord.Member, guild: discord.Guild | None
    ) -> Actor:
        if guild is not None and not isinstance(user, discord.Member):
            try:
                user = await guild.fetch_member(user.id)
            except CALL_FAILED:
                log.info("member %s not found", user.id)
        return actor_of(user, guild.id if guild else None)


def _pickable(message: discord.Message | None, place: Place) -> tuple[str, Place] | None:
    for part in parts(message) if message is not None else []:
        found = unpack(str(part.get("custom_id") or ""))
        if found is not None and found[0] == "pick" and found[1]:
            return found[1][0], place
    return None
