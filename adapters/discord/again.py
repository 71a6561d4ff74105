"""What was refused is changed and said again: nothing that was typed is lost by a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.discord.commands.growing import read_answers
from adapters.discord.forms import INPUTS, form
from adapters.discord.ids import PLATFORM, pack
from adapters.discord.inbound import Interaction, actor_in, dedup_key, place_in
from adapters.discord.messages import RETRY
from adapters.discord.presses import iteration_of
from adapters.discord.responder import Responder
from adapters.discord.responder import TextField as Input
from adapters.discord.unsent import REOPEN
from adapters.texts.catalogue import t
from core.domain.commands import Command, Revise
from core.domain.errors import Gone
from core.domain.options import Field, again, typed
from core.jobs.edit_prompt import EditPrompt
from core.ports.offers import Offer

RETRIED = "retried"


async def retry(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    """Opens the form of a refused command with what was said in it."""
    command = await _refused(responder, asked, ids[0])
    match command:
        case EditPrompt():
            words = await _words_of(responder, asked, command)
            field = Input("prompt", t("form.prompt"), words, long=True, required=True)
            custom_id = pack("prompt", command.iteration)
            await responder.ask(asked, t("form.title.prompt"), custom_id, [field])
        case Revise():
            field = Input(
                "critique", t("form.critique"), command.critique, long=True, required=True
            )
            custom_id = pack("revise", command.run, str(command.round))
            await responder.ask(asked, t("form.title.revise"), custom_id, [field])
        case _:
            await _open(responder, asked, ids[0], command)


async def _open(responder: Responder, asked: Interaction, key: str, command: Command) -> None:
    offer, said = _offer(responder, command), typed(command)
    painters = await responder.core.painters(PLATFORM, actor_in(asked).tenant)
    fields = _fields(offer, said, painters)
    listed = {"painters": painters, "styles": responder.core.models.styles}
    await responder.unsent.show(asked, form(offer.name, pack(RETRIED, key), fields, listed, said))


def _fields(offer: Offer, said: Mapping[str, str], painters: Sequence[str]) -> list[Field]:
    """What was said first, then pictures, to be changed if need be, then the rest that has room."""
    known = [
        replace(field, required=False) if field.kind == "image" else field
        for field in offer.fields
        if field.suggest != "sessions" and (field.suggest != "painters" or len(painters) > 1)
    ]
    ranked = sorted(known, key=lambda f: (f.name not in said, f.kind != "image", not f.long))
    return ranked[:INPUTS]


async def retried(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, object]
) -> None:
    command = await _refused(responder, asked, ids[0])
    offer = _offer(responder, command)
    read = {n: value for n, value in read_answers(offer, values).items() if n in values}
    place = replace(command.place, hint=place_in(asked).hint)
    key = dedup_key(asked.guild_id, asked.id)
    await responder.take(
        asked, again(command, read, dedup_key=key, actor=actor_in(asked), place=place)
    )


async def reopen(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    if not await responder.unsent.reopen(asked, ids[0]):
        raise Gone(t("say.not_there"))


async def _refused(responder: Responder, asked: Interaction, key: str) -> Command:
    command = await responder.core.refused(key, actor_in(asked))
    if command is None:
        raise Gone(t("say.not_there"))
    return command


def _offer(responder: Responder, command: Command) -> Offer:
    found = next((each for each in responder.core.offers if each.name == command.kind), None)
    if found is None:
        raise Gone(t("say.not_there"))
    return found


async def _words_of(responder: Responder, asked: Interaction, command: EditPrompt) -> str:
    """The part of a prompt that was typed; what only a machine reads stands around it."""
    node = await iteration_of(responder, asked, command.iteration)
    shown = (node.words or node.prompt)[:4000]
    before, found, after = node.prompt.partition(shown)
    if found and command.prompt.startswith(before) and command.prompt.endswith(after):
        return command.prompt[len(before) : len(command.prompt) - len(after)]
    return command.prompt


AGAIN_PRESSES = {RETRY: retry, REOPEN: reopen}
AGAIN_FORMS = {RETRIED: retried}
