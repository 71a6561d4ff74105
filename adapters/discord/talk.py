"""Mentions and direct messages: a picture and a sentence, what shall change, or just talk."""

import logging

import discord

from adapters.discord.commands.account import PAGES
from adapters.discord.commands.growing import several_page
from adapters.discord.faults import CALL_FAILED
from adapters.discord.ids import PLATFORM, nonce_of
from adapters.discord.inbound import (
    About,
    Interaction,
    actor_in,
    actor_of,
    dedup_key,
    image_in,
    images_in,
    own_role,
    place_at,
    spoken,
    unused_in,
    words_of,
)
from adapters.discord.page import Page, Press, layout
from adapters.discord.reactions import iteration_in
from adapters.discord.responder import Responder
from adapters.discord.rights import missing_at
from adapters.going import going_in
from adapters.texts.catalogue import t
from adapters.texts.sentences import said
from core.domain.commands import Actor, Command, Place, Stop
from core.domain.errors import Gone, StoreUnavailable
from core.domain.talk import meaning_of

log = logging.getLogger(__name__)
SPOKEN_TO = (discord.MessageType.default, discord.MessageType.reply)
WELCOME = "❤️"


async def heard(client: discord.Client, responder: Responder, message: discord.Message) -> None:
    """Takes a message in, if it is for the bot."""
    me = client.user
    if me is None or message.author.bot or message.type not in SPOKEN_TO:
        return
    if not _for(message, me):
        return
    if isinstance(message.channel, discord.PartialMessageable) and message.guild is not None:
        message.channel = await _channel(client, message)  # a thread nobody told us of
    locale = responder.languages.of(str(message.author.id))
    actor = actor_of(message.author, message.guild.id if message.guild else None, locale)
    await responder.languages.speak_in(place_at(message), actor.id)
    words = words_of(message, me.id)
    try:
        if words and image_in(message) is None and not unused_in(message, None):
            await _said(responder, message, words, actor)
        else:
            await _wished(responder, message, words, actor)
    except StoreUnavailable as trouble:
        log.warning("a message was not written down: %s", trouble.sentence)
        await _say(message, Page(said(trouble.sentence)))


def _for(message: discord.Message, me: discord.ClientUser) -> bool:
    """In a server the bot is mentioned, or the role that Discord gave it."""
    return message.guild is None or me in message.mentions or _by_role(message)


def _by_role(message: discord.Message) -> bool:
    role = own_role(message)
    return any(each.id == role for each in message.role_mentions)


async def _said(responder: Responder, message: discord.Message, words: str, actor: Actor) -> None:
    """Words alone: known ones do what they say, unclear ones are asked about before they cost."""
    match meaning_of(words):
        case "thanks":
            await _thank(message)
        case "greeting":
            await _say(
                message, Page(t("say.example_mention"), buttons=(Press(t("button.help"), "help"),))
            )
        case "help" | "quota" | "sessions" as what:
            await _answer(responder, message, what, actor)
        case "stop_all":
            await _say(message, await PAGES["cancel"](responder, actor))
        case "stop":
            await _stop(responder, message, actor)
        case "unclear":
            paint = Press(
                t("button.paint"), "paint", (str(message.id),), style=discord.ButtonStyle.primary
            )
            await _say(
                message, Page(t("say.unclear"), buttons=(paint, Press(t("button.help"), "help")))
            )
        case "wish":
            await _wished(responder, message, words, actor)


async def _wished(responder: Responder, message: discord.Message, words: str, actor: Actor) -> None:
    if permission := missing_at(message):
        return await _say(message, Page(t("say.missing", permission=permission)))
    count = len(images_in(message))
    if count > 1 and (page := several_page(responder.core.offers, message, count)) is not None:
        return await _say(message, page)
    command = await _command(responder, message, words, actor)
    if command is not None:
        await responder.core.receive(command)
    else:
        nothing = "role_mention" if _by_role(message) and not message.content else "example_mention"
        await _say(message, Page(t(f"say.{nothing}")))
    return None


async def _command(
    responder: Responder, message: discord.Message, words: str, actor: Actor
) -> Command | None:
    place = place_at(message)
    about = await _about(responder, message, actor, place)
    return spoken(responder.core.offers, message, words, about, actor, place)


async def _about(
    responder: Responder, message: discord.Message, actor: Actor, place: Place
) -> About:
    """A reply is about the round it answers, words in a thread about its session."""
    if message.reference is not None and message.reference.message_id is not None:
        where, id = message.reference.channel_id, message.reference.message_id
        found = await responder.core.delivery_of(PLATFORM, str(where), str(id), actor)
        if found is not None:
            return About(found.session, iteration_in(found))
    here = await _session(responder, actor, place) if place.thread else ""
    return About(here)


async def _session(responder: Responder, actor: Actor, place: Place) -> str:
    found = await responder.core.session_in(actor, PLATFORM, place.channel, place.thread)
    return found.id if found else ""


async def _stop(responder: Responder, message: discord.Message, actor: Actor) -> None:
    """The session answered, of this thread, or in direct messages the newest that goes."""
    place = place_at(message)
    session = (await _about(responder, message, actor, place)).session
    if not session and place.is_dm:
        session = await going_in(responder.core, actor, place)
    if not session:
        return await _say(message, Page(t("say.no_session", command="/sessions")))
    key = dedup_key(message.guild.id if message.guild else None, message.id)
    await responder.core.receive(Stop(dedup_key=key, actor=actor, place=place, session=session))
    return None


async def _thank(message: discord.Message) -> None:
    try:
        await message.add_reaction(WELCOME)
    except CALL_FAILED as error:
        log.info("no reaction to a thank-you: %s", error)
        await _say(message, Page(t("say.welcome")))


async def _answer(responder: Responder, message: discord.Message, what: str, actor: Actor) -> None:
    """What one person reads alone: at once in direct messages, elsewhere behind a button."""
    if message.guild is None:
        return await _say(message, await PAGES[what](responder, actor))
    show = Press(t(f"button.show_{what}"), what)
    return await _say(message, Page(t("say.for_you_alone"), buttons=(show,)))


async def _say(message: discord.Message, page: Page) -> None:
    view = layout(page, "", {})
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


# buttons under an answer


async def paint_this(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    """The words were meant: they are read again and taken in for whoever presses."""
    me = asked.client.user
    assert me is not None
    message = await _read(asked, int(ids[0]))
    command = await _command(responder, message, words_of(message, me.id), actor_in(asked))
    if command is None:
        raise Gone(t("say.not_there"))
    await responder.take(asked, command, t("say.taken"))


async def _read(asked: Interaction, id: int) -> discord.Message:
    place = asked.channel
    if not isinstance(place, discord.abc.Messageable):
        raise Gone(t("say.not_there"))
    try:
        return await place.fetch_message(id)
    except discord.NotFound as error:
        raise Gone(t("say.not_there")) from error


async def show_help(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await responder.tell(asked, await PAGES["help"](responder, actor_in(asked)))


async def show_quota(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await responder.tell(asked, await PAGES["quota"](responder, actor_in(asked)))


async def show_sessions(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await responder.tell(asked, await PAGES["sessions"](responder, actor_in(asked)))


TALK_PRESSES = {
    "paint": paint_this,
    "help": show_help,
    "quota": show_quota,
    "sessions": show_sessions,
}
