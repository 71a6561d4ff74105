"""Message commands on anybody's picture: a form, then the same as /refine and /evolve."""

import time
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from adapters.discord.ids import Source, pack
from adapters.discord.inbound import Interaction, actor_in, dedup_key, image_in, others_in, place_in
from adapters.discord.page import Page, quoted
from adapters.discord.presses import Form
from adapters.discord.responder import Responder, TextField, responder_of
from adapters.discord.texts import described
from adapters.texts.catalogue import t, tn
from core.domain.commands import ImageHandle
from core.domain.errors import BadRequest
from core.domain.options import TextField as Option
from core.domain.options import listed
from core.jobs.evolve import Evolve
from core.jobs.refine import Refine

FORM_LIVES_S = 15 * 60


class OpenForms:
    """Links of pictures whose form is open: a message command shows them only once. A form that
    comes back after a restart is looked up by the message's ids instead."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[float, tuple[ImageHandle, ...]]] = {}

    def keep(self, key: str, *handles: ImageHandle) -> None:
        now = time.monotonic()
        self._rows = {k: row for k, row in self._rows.items() if row[0] > now}
        self._rows[key] = (now + FORM_LIVES_S, handles)

    def take(self, key: str) -> tuple[ImageHandle, ...]:
        """Nothing where they are not known any more."""
        row = self._rows.get(key)
        return row[1] if row else ()


OPEN_FORMS = OpenForms()


@app_commands.context_menu(name=described("menu.refine"))
@app_commands.allowed_installs(guilds=True, users=False)
async def refine_this(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    await _open(interaction, message, "mrefine", "menu.refine")


@app_commands.context_menu(name=described("menu.evolve"))
@app_commands.allowed_installs(guilds=True, users=False)
async def evolve_this(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    await _open(interaction, message, "mevolve", "menu.evolve")


async def _open(asked: Interaction, message: discord.Message, act: str, title: str) -> None:
    responder = responder_of(asked)
    handle = image_in(message, with_link=True)
    if handle is None:
        await responder.tell(asked, Page(t("say.no_image")))
        return
    if not await responder.may(asked, "refine" if act == "mrefine" else "evolve"):
        return
    source = Source.of(handle)
    custom_id = pack(act, source.channel, source.message, source.attachment)
    OPEN_FORMS.keep(custom_id, handle)
    words = "goal" if act == "mrefine" else "styles"
    bounds = _fields(responder, "refine" if act == "mrefine" else "evolve")
    rounds = bounds["iterations"]
    fields = [
        TextField(words, t(f"form.{words}"), long=words == "goal", most=bounds[words].most),
        TextField(
            "iterations", t("form.iterations"), "" if words == "goal" else "4",
            hint=f"{rounds.least}–{rounds.most}", most=len(str(rounds.most)),
        ),
    ]  # fmt: skip
    await responder.ask(asked, t(title), custom_id, fields, note=_first_of(message, handle))


def _first_of(message: discord.Message, handle: ImageHandle) -> str:
    """Which picture is taken, where a message has several."""
    others = others_in(message)
    name = quoted(handle.name, 60) or t("post.image", n=1)
    return tn("form.first_picture", others, name=name) if others else ""


def _image(act: str, ids: list[str]) -> ImageHandle:
    known = OPEN_FORMS.take(pack(act, *ids))
    return known[0] if known else Source(ids[2], ids[0], ids[1]).handle()


def _fields(responder: Responder, job: str) -> Mapping[str, Option]:
    """A job's options with the bounds that core holds."""
    offer = next(each for each in responder.core.offers if each.name == job)
    return {field.name: field for field in offer.fields}


def _rounds(responder: Responder, job: str, values: Mapping[str, str]) -> int | None:
    text, most = values.get("iterations", "").strip(), _fields(responder, job)["iterations"].most
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise BadRequest(t("say.number", most=most))
    return int(text)


async def refine_form(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, str]
) -> None:
    command = Refine(
        dedup_key=dedup_key(asked.guild_id, asked.id),
        actor=actor_in(asked),
        place=place_in(asked, ids[1]),
        image=_image("mrefine", ids),
        goal=values.get("goal", "").strip(),
        iterations=_rounds(responder, "refine", values),
    )
    await responder.take(asked, command)


async def evolve_form(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, str]
) -> None:
    command = Evolve(
        dedup_key=dedup_key(asked.guild_id, asked.id),
        actor=actor_in(asked),
        place=place_in(asked, ids[1]),
        image=_image("mevolve", ids),
        styles=listed(values.get("styles", "")),
        iterations=_rounds(responder, "evolve", values),
    )
    await responder.take(asked, command)


MENU_FORMS: dict[str, Form] = {"mrefine": refine_form, "mevolve": evolve_form}
