"""Every job on a picture that is there: a chooser, the job's form, the command.

The picture is an iteration of a session, or one that a message brings along.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import discord
from discord import app_commands

from adapters.discord.commands.menus import OPEN_FORMS
from adapters.discord.commands.saving import save_button
from adapters.discord.forms import form
from adapters.discord.ids import PLATFORM, pack
from adapters.discord.inbound import (
    Interaction,
    actor_in,
    dedup_key,
    images_in,
    place_in,
    unused_in,
    words_of,
)
from adapters.discord.page import OPTIONS, Choose, Page, Press
from adapters.discord.presses import iteration_of
from adapters.discord.reactions import iteration_in
from adapters.discord.responder import Responder, responder_of
from adapters.discord.texts import described
from adapters.texts.catalogue import t, title
from adapters.texts.help import missing_lines, need
from core.domain.commands import ImageHandle
from core.domain.errors import Gone
from core.domain.options import Field, build
from core.domain.records import Iteration
from core.ports.offers import Offer, on_picture, on_several, ways_on

ON_ITERATION, ON_MESSAGE, WAY = "grow", "upon", "way"


@dataclass(frozen=True, slots=True)
class Brought:
    """What a message brings along: its pictures, and what they were sent with."""

    pictures: tuple[ImageHandle, ...]
    words: str = ""
    unused: tuple[str, ...] = ()


# choosing


async def more(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await _choose_for(responder, asked, ids[0])


async def which(responder: Responder, asked: Interaction, value: str) -> None:
    await _choose_for(responder, asked, value)


async def _choose_for(responder: Responder, asked: Interaction, iteration: str) -> None:
    node = await iteration_of(responder, asked, iteration)
    before = await responder.core.iteration(node.parent, actor_in(asked)) if node.parent else None
    offers = on_picture(responder.core.offers)
    await responder.tell(asked, _iteration_page(offers, node, before, responder.core.masks))


def _iteration_page(
    offers: Sequence[Offer], node: Iteration, before: Iteration | None, masks: bool
) -> Page:
    """Everything that may come of an iteration, and the way back to the one before."""
    buttons = [
        Press(t("button.prompt"), "prompt", (node.id,)),
        Press(t("button.details"), "details", (node.id,)),
        save_button(node.id),
    ]
    if masks:
        buttons.append(Press(t("button.part"), "part", (node.id,)))
    lines = [t("more.head")]
    if before is not None and not before.discarded:
        buttons.insert(0, Press(t("more.before"), "undo", (node.id,)))
    else:
        lines.append(f"-# {t('more.first')}")
    lines += [f"-# {line}" for line in missing_lines(offers)]
    rows = [(t(way.says), f"{id} {node.id}", title(name)) for id, name, way in ways_on(offers)]
    at_once = Choose(t("more.ways"), WAY, (), tuple(rows[:OPTIONS]))
    selects = (*_selects(offers, ON_ITERATION, node.id), *((at_once,) if rows else ()))
    return Page("\n".join(lines), buttons=tuple(buttons), selects=selects)


def _selects(
    offers: Sequence[Offer], act: str, *ids: str, alone: Sequence[Offer] = ()
) -> tuple[Choose, ...]:
    """As many selects as the jobs that can be done here need; `alone` take one picture of several."""
    can = [each for each in offers if not each.missing]
    rows = [
        (
            t("several.alone", job=title(each.name)) if each in alone else title(each.name),
            " ".join((each.name, *ids)),
            t(each.name),
        )
        for each in can
    ]
    return tuple(
        Choose(t("more.choose"), act, (str(n),), tuple(rows[n : n + OPTIONS]))
        for n in range(0, len(rows), OPTIONS)
    )


def several_page(offers: Sequence[Offer], message: discord.Message, count: int) -> Page | None:
    """What a message with several pictures may become; None where no job takes more than one."""
    together = on_several(offers)
    if not together:
        return None
    alone = [
        each
        for each in on_picture(offers, brought=True)
        if each not in together and not each.missing
    ]
    ids = (str(message.channel.id), str(message.id))
    rows = (*together, *alone)
    return Page(t("several", count=count), selects=_selects(rows, ON_MESSAGE, *ids, alone=alone))


@app_commands.context_menu(name=described("menu.more"))
@app_commands.allowed_installs(guilds=True, users=False)
async def more_with_this(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    responder = responder_of(interaction)
    await responder.guarded(interaction, _more_with(responder, interaction, message))


async def _more_with(responder: Responder, asked: Interaction, message: discord.Message) -> None:
    """A post of the bot stands for its picture, another message for the pictures in it."""
    shown = await responder.core.delivery_of(
        PLATFORM, str(message.channel.id), str(message.id), actor_in(asked)
    )
    iteration = iteration_in(shown) if shown is not None else ""
    if iteration:
        await _choose_for(responder, asked, iteration)
        return
    pictures = images_in(message, with_link=True)
    if not pictures:
        await responder.tell(asked, Page(t("say.no_image")))
        return
    ids = (str(message.channel.id), str(message.id))
    OPEN_FORMS.keep(pack(ON_MESSAGE, *ids), *pictures)
    offers = on_picture(responder.core.offers, brought=True)
    lines = (t("more.head"), *(f"-# {line}" for line in missing_lines(offers)))
    await responder.tell(asked, Page("\n".join(lines), selects=_selects(offers, ON_MESSAGE, *ids)))


# a job was chosen: its form, or at once


async def grow(responder: Responder, asked: Interaction, value: str) -> None:
    name, iteration = value.split(" ")
    offer = _offer(responder, name)
    if not await responder.may(asked, name, iteration=iteration):
        return
    custom_id = pack(ON_ITERATION, name, iteration)
    if not await _ask(responder, asked, offer, custom_id, offer.asks, ""):
        await grow_sent(responder, asked, [name, iteration], {})


async def way(responder: Responder, asked: Interaction, value: str) -> None:
    """One press: the job with the answers that its way has."""
    id, iteration = value.split(" ")
    name, _, number = id.partition(":")
    offer = _offer(responder, name)
    if int(number) >= len(offer.ways):
        raise Gone(t("say.not_there"))
    await grow_sent(responder, asked, [name, iteration], offer.ways[int(number)].values)


async def upon(responder: Responder, asked: Interaction, value: str) -> None:
    name, channel, message = value.split(" ")
    offer = _offer(responder, name)
    if not await responder.may(asked, name):
        return
    brought = await _brought(asked, channel, message)
    custom_id = pack(ON_MESSAGE, name, channel, message)
    fields = _unfilled(offer, brought)
    if not await _ask(responder, asked, offer, custom_id, fields, brought.words):
        await upon_sent(responder, asked, [name, channel, message], {})


def _offer(responder: Responder, name: str) -> Offer:
    """Raises Gone with what it would need where the job can't be done (any more)."""
    offer = next((each for each in responder.core.offers if each.name == name), None)
    if offer is None or offer.missing:
        lacks = need(offer) if offer else ""
        raise Gone(f"/{name} {lacks}." if lacks else t("say.not_there"))
    return offer


async def _ask(
    responder: Responder,
    asked: Interaction,
    offer: Offer,
    custom_id: str,
    fields: Sequence[Field],
    words: str,
) -> bool:
    """Opens the job's form; False where there is nothing to ask."""
    painters = await responder.core.painters(PLATFORM, actor_in(asked).tenant)
    fields = [f for f in fields if f.suggest != "painters" or len(painters) > 1]
    if not fields:
        return False
    listed = {"painters": painters, "styles": responder.core.models.styles}
    spoken_in = next((field.name for field in fields if field.long), "")
    await responder.unsent.show(
        asked, form(offer.name, custom_id, fields, listed, {spoken_in: words})
    )
    return True


# the form was sent


async def grow_sent(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, object]
) -> None:
    name, iteration = ids
    offer = _offer(responder, name)
    known: dict[str, Any] = {
        "dedup_key": dedup_key(asked.guild_id, asked.id),
        "actor": actor_in(asked),
        "place": place_in(asked),
    }
    command = build(offer.command, read_answers(offer, values), **known, iteration=iteration)
    await responder.take(asked, command, t("say.taken"))


async def upon_sent(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, object]
) -> None:
    name, channel, message = ids
    offer = _offer(responder, name)
    brought = await _brought(asked, channel, message)
    pictures = dict(zip((f.name for f in offer.pictures), brought.pictures, strict=False))
    rest = ("a picture",) * (len(brought.pictures) - len(pictures))
    command = build(
        offer.command,
        {**read_answers(offer, values), **pictures},
        dedup_key=dedup_key(asked.guild_id, asked.id),
        actor=actor_in(asked),
        place=place_in(asked, message),
        unused=(*rest, *brought.unused),
    )
    await responder.take(asked, command)


def read_answers(offer: Offer, values: Mapping[str, object]) -> dict[str, object]:
    """The answers in the shape of the job's options: of a select only a list has several."""
    read: dict[str, object] = {}
    for field in offer.fields:
        value = values.get(field.name)
        chosen = cast("tuple[str, ...]", value) if isinstance(value, tuple) else ()
        read[field.name] = chosen[0] if chosen and field.kind != "list" else value
    return read


def _unfilled(offer: Offer, brought: Brought) -> tuple[Field, ...]:
    """What is to be asked beside the pictures that are there already."""
    there = {field.name for field in offer.pictures[: len(brought.pictures)]}
    return tuple(field for field in offer.asks if field.name not in there)


async def _brought(asked: Interaction, channel: str, message: str) -> Brought:
    """The pictures of a message: as they were seen, after a restart as they are looked up."""
    seen = OPEN_FORMS.take(pack(ON_MESSAGE, channel, message))
    if seen:
        return Brought(seen)
    place, me = asked.channel, asked.client.user
    if not isinstance(place, discord.abc.Messageable) or me is None:
        raise Gone(t("say.not_there"))
    try:
        found = await place.fetch_message(int(message))
    except discord.HTTPException as error:
        raise Gone(t("say.not_there")) from error
    pictures = images_in(found)
    if not pictures:
        raise Gone(t("say.no_image"))
    return Brought(pictures, words_of(found, me.id), unused_in(found, *pictures))


GROWING_PRESSES = {"more": more}
GROWING_CHOSEN = {"which": which, ON_ITERATION: grow, ON_MESSAGE: upon, WAY: way}
GROWING_FORMS = {ON_ITERATION: grow_sent, ON_MESSAGE: upon_sent}
