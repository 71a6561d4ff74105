"""What each button, select and form does: act → handler. Ids come out of the custom_id."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from adapters.discord.details import details_page
from adapters.discord.ids import PLATFORM, pack
from adapters.discord.inbound import Interaction, actor_in, dedup_key, picked, place_in
from adapters.discord.page import Press as Button
from adapters.discord.responder import Responder, TextField
from adapters.texts.catalogue import t
from core.domain.commands import (
    Command,
    Confirm,
    Instead,
    Report,
    Repost,
    Reveal,
    Review,
    Revise,
    Say,
    Stop,
    Undo,
    Vote,
)
from core.domain.errors import Gone
from core.domain.records import Iteration
from core.domain.reviews import Paused, ReviewRequested
from core.jobs.continue_ import Continue
from core.jobs.edit_prompt import EditPrompt
from core.jobs.paint_again import PaintAgain
from core.jobs.put_back import PutBack

Press = Callable[[Responder, Interaction, list[str]], Awaitable[None]]
Chosen = Callable[[Responder, Interaction, str], Awaitable[None]]
Form = Callable[[Responder, Interaction, list[str], Mapping[str, str]], Awaitable[None]]


async def pick(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await responder.take(asked, picked(ids[0], actor_in(asked), place_in(asked), star=False))


def _gives(kind: Callable[..., Command], about: str, told: str = "", **known: Any) -> Press:
    """A button that is a command: its first id is the field `about`; `told` a key of the catalogue."""

    async def press(responder: Responder, asked: Interaction, ids: list[str]) -> None:
        await _give(responder, asked, kind, told, **{about: ids[0]}, **known)

    return press


async def _give(
    responder: Responder,
    asked: Interaction,
    kind: Callable[..., Command],
    told: str = "",
    **said: Any,
) -> None:
    command = kind(
        dedup_key=dedup_key(asked.guild_id, asked.id),
        actor=actor_in(asked),
        place=place_in(asked),
        **said,
    )
    await responder.take(asked, command, t(told) if told else "")


async def change(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await iteration_of(responder, asked, ids[0])
    if not await responder.may(asked, "pick", iteration=ids[0]):
        return
    field = TextField("words", t("form.words"), long=True, required=True)
    await responder.ask(asked, t("form.title.change"), pack("change", ids[0]), [field])


async def changed(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, str]
) -> None:
    await _give(responder, asked, Say, words=values["words"], iteration=ids[0])


async def edit_prompt(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    iteration = await iteration_of(responder, asked, ids[0])
    if not await responder.may(asked, "edit_prompt", iteration=ids[0]):
        return
    shown = iteration.words or iteration.prompt
    field = TextField("prompt", t("form.prompt"), shown, long=True, required=True)
    await responder.ask(asked, t("form.title.prompt"), pack("prompt", ids[0]), [field])


async def prompt_edited(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, str]
) -> None:
    """The words are edited; what only a machine reads in the prompt is kept."""
    iteration = await iteration_of(responder, asked, ids[0])
    shown = (iteration.words or iteration.prompt)[:4000]
    old, new = iteration.prompt, values["prompt"]
    prompt = old.replace(shown, new, 1) if shown in old else new
    await _give(responder, asked, EditPrompt, iteration=ids[0], prompt=prompt)


async def details(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    page = details_page(await iteration_of(responder, asked, ids[0]))
    button = Button(t("button.report"), "report", (ids[0],))
    await responder.tell(asked, replace(page, buttons=(button,)))


async def stop(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    if not await responder.may(asked, "stop", run=ids[1]):
        return
    await _give(responder, asked, Stop, "say.stopping", session=ids[0], run=ids[1])


async def revise(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    if not await responder.may(asked, "revise", run=ids[0]):
        return
    critique = await _critique_of(responder, asked)
    field = TextField("critique", t("form.critique"), critique, long=True, required=True)
    await responder.ask(asked, t("form.title.revise"), pack("revise", ids[0], ids[1]), [field])


async def _critique_of(responder: Responder, asked: Interaction) -> str:
    """The critique a post shows; a receipt may be written a moment after the post is seen."""
    message = asked.message
    if message is None:
        return ""
    for wait in (0.1, 0.3, 0.0):
        delivery = await responder.core.delivery_of(
            PLATFORM, str(message.channel.id), str(message.id), actor_in(asked)
        )
        if delivery is not None and isinstance(delivery.update, ReviewRequested | Paused):
            return delivery.update.critique
        await asyncio.sleep(wait)
    return ""


async def revised(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, str]
) -> None:
    await _revise(responder, asked, ids, values["critique"])


async def go_on(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await _revise(responder, asked, ids, "")


async def _revise(responder: Responder, asked: Interaction, ids: list[str], critique: str) -> None:
    said = {"run": ids[0], "round": int(ids[1]), "critique": critique}
    await _give(responder, asked, Revise, "say.noted", **said)


async def instead(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await _give(responder, asked, Instead, "say.noted", run=ids[0], number=int(ids[1]))


async def choose(responder: Responder, asked: Interaction, value: str) -> None:
    await pick(responder, asked, [value])


async def resume(responder: Responder, asked: Interaction, value: str) -> None:
    await _give(responder, asked, Continue, session=value)


async def iteration_of(responder: Responder, asked: Interaction, id: str) -> Iteration:
    iteration = await responder.core.iteration(id, actor_in(asked))
    if iteration is None:
        raise Gone(t("say.not_there"))
    return iteration


PRESSES: dict[str, Press] = {
    "pick": pick,
    "again": _gives(PaintAgain, "iteration"),
    "change": change,
    "last": _gives(Say, "instead"),
    "putback": _gives(PutBack, "iteration"),
    "undo": _gives(Undo, "iteration", "say.noted"),
    "vote": _gives(Vote, "iteration", "say.noted"),
    "reveal": _gives(Reveal, "iteration", "say.noted"),
    "prompt": edit_prompt,
    "details": details,
    "stop": stop,
    "revon": _gives(Review, "run", "say.noted", on=True),
    "revoff": _gives(Review, "run", "say.noted", on=False),
    "yes": _gives(Confirm, "run", "say.noted", yes=True),
    "no": _gives(Confirm, "run", "say.noted", yes=False),
    "revise": revise,
    "goon": go_on,
    "report": _gives(Report, "iteration", "say.reported"),
    "instead": instead,
    "repost": _gives(Repost, "delivery", "say.noted"),
}
CHOSEN: dict[str, Chosen] = {"choose": choose, "resume": resume}
FORMS: dict[str, Form] = {"prompt": prompt_edited, "revise": revised, "change": changed}
