"""Mentions and direct messages: a picture and a sentence, or what shall change in a thread."""

import logging

import discord

from adapters.discord.faults import CALL_FAILED
from adapters.discord.ids import PLATFORM, nonce_of
from adapters.discord.inbound import actor_of, place_at, spoken, words_of
from adapters.discord.page import Page, layout
from adapters.discord.responder import Responder
from adapters.discord.texts import say
from core.domain.errors import StoreUnavailable

log = logging.getLogger(__name__)
SPOKEN_TO = (discord.MessageType.default, discord.MessageType.reply)


async def heard(client: discord.Client, responder: Responder, message: discord.Message) -> None:
    """Takes a message in, if it is for the bot."""
    me = client.user
    if me is None or message.author.bot or message.type not in SPOKEN_TO:
        return
    if message.guild is not None and me not in message.mentions:
        return
    if isinstance(message.channel, discord.PartialMessageable) and message.guild is not None:
        message.channel = await _channel(client, message)  # a thread nobody told us of
    place = place_at(message)
    session = None
    actor = actor_of(message.author, message.guild.id if message.guild else None)
    if place.thread or place.is_dm:
        here = await responder.core.session_in(actor, PLATFORM, place.channel, place.thread)
        session = here.id if here else None
    command = spoken(message, words_of(message, me.id), session, actor, place)
    if command is None:
        await _say(message, say("example_mention"))
        return
    try:
        await responder.core.receive(command)
    except StoreUnavailable as trouble:
        log.warning("a message was not written down: %s", trouble.sentence)
        await _say(message, trouble.sentence)


async def _say(message: discord.Message, words: str) -> None:
    view = layout(Page(words), "", {})
    try:
        await message.channel.send(view=view, nonce=nonce_of(f"example:{message.id}"))
    except CALL_FAILED as error:
        log.info("answer not posted: %s", error)


async def _channel(
    client: discord.Client, message: discord.Message
) -> discord.TextChannel | discord.Thread:
    found = await client.fetch_channel(message.channel.id)
    assert isinstance(found, discord.TextChannel | discord.Thread)
    return found
