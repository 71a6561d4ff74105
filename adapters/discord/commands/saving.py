"""“Save as…”: a picture as a file of the kind and width that somebody asks for, for them alone."""

from collections.abc import Mapping
from typing import cast

from adapters.discord.commands.admin import take
from adapters.discord.forms import form
from adapters.discord.ids import PLATFORM, pack
from adapters.discord.inbound import Interaction, actor_in
from adapters.discord.page import Press
from adapters.discord.responder import Responder
from adapters.texts.catalogue import t
from core.domain.admin import SaveAs
from core.domain.commands import Actor
from core.domain.errors import Gone
from core.domain.options import options
from core.domain.updates import Asked

SAVE = "save"


def save_button(iteration: str) -> Press:
    return Press(t("button.save_as"), SAVE, (iteration,))


async def save(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    letter = str(asked.message.id) if asked.message and not asked.guild_id else ""
    actor = await _asker(responder, asked, letter)
    node = await responder.core.iteration(ids[0], actor)
    if node is None:
        raise Gone(t("say.not_there"))
    custom_id = pack(SAVE, node.id, letter)
    made = form(SAVE, custom_id, options(SaveAs), {}, {"width": str(node.width)})
    await responder.unsent.show(asked, made)


async def _asker(responder: Responder, asked: Interaction, letter: str) -> Actor:
    """Who asks: of a letter in direct messages whoever had it sent, in the server they did it in."""
    actor = actor_in(asked)
    if not letter:
        return actor
    found = await responder.core.delivery_of(PLATFORM, str(asked.channel_id), letter, actor)
    update = found.update if found is not None else None
    if isinstance(update, Asked) and update.actor.id == actor.id:
        return update.actor
    return actor


async def save_sent(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, object]
) -> None:
    chosen = cast("tuple[str, ...] | str", values.get("format") or "")
    given = {"format": chosen if isinstance(chosen, str) else chosen[0]}
    given["width"] = str(values.get("width") or "")
    said = {name: value for name, value in given.items() if value}
    actor = await _asker(responder, asked, ids[1])
    await take(responder, asked, SaveAs, said, actor, iteration=ids[0])


SAVE_PRESSES = {SAVE: save}
SAVE_FORMS = {SAVE: save_sent}
