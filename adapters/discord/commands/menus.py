"""Message commands on anybody's picture: a form, then the same as what is typed. A job has one where
the catalogue has a name for it (`menu.NAME`); Discord allows five."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import discord
from discord import app_commands

from adapters.discord.ids import Source, pack
from adapters.discord.inbound import Interaction, actor_in, dedup_key, image_in, others_in, place_in
from adapters.discord.page import Page, quoted
from adapters.discord.presses import Form
from adapters.discord.responder import Responder, TextField, responder_of
from adapters.discord.texts import described
from adapters.texts.catalogue import known, t, tn
from core.domain.commands import ImageHandle
from core.domain.errors import BadRequest
from core.domain.options import Field, build
from core.jobs import TYPED
from core.ports.offers import Offer

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


def _message_command(job: str) -> Any:
    @app_commands.context_menu(name=described(f"menu.{job}"))
    @app_commands.allowed_installs(guilds=True, users=False)
    async def on_this(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await _open(interaction, message, job)

    return on_this


async def _open(asked: Interaction, message: discord.Message, job: str) -> None:
    responder = responder_of(asked)
    handle = image_in(message, with_link=True)
    if handle is None:
        await responder.tell(asked, Page(t("say.no_image")))
        return
    if not await responder.may(asked, job):
        return
    source = Source.of(handle)
    custom_id = pack(_act(job), source.channel, source.message, source.attachment)
    OPEN_FORMS.keep(custom_id, handle)
    words, rounds = _asks(_offer(responder, job))
    fields = [
        TextField(words.name, t(f"form.{words.name}"), long=words.long, most=words.most),
        TextField(
            rounds.name, t(f"form.{rounds.name}"), str(rounds.default) if rounds.asked else "",
            hint=f"{rounds.least}–{rounds.most}", most=len(str(rounds.most)),
        ),
    ]  # fmt: skip
    note = _first_of(message, handle)
    await responder.ask(asked, t(f"menu.{job}"), custom_id, fields, note=note)


def _act(job: str) -> str:
    """Of its form's custom_id."""
    return f"m{job}"


def _offer(responder: Responder, job: str) -> Offer:
    return next(each for each in responder.core.offers if each.name == job)


def _asks(offer: Offer) -> tuple[Field, Field]:
    """What the form asks: the words that the job goes by (a list where it has one), and a number."""
    words = [field for field in offer.asks if field.kind == "list" or field.long]
    numbers = [field for field in offer.asks if field.kind == "number"]
    return next((field for field in words if field.kind == "list"), words[0]), numbers[0]


def _first_of(message: discord.Message, handle: ImageHandle) -> str:
    """Which picture is taken, where a message has several."""
    others = others_in(message)
    name = quoted(handle.name, 60) or t("post.image", n=1)
    return tn("form.first_picture", others, name=name) if others else ""


def _checked(number: Field, said: str) -> str:
    """Raises BadRequest."""
    if said and not (said.isdecimal() and number.least <= int(said) <= number.most):
        raise BadRequest(t("say.number", most=number.most))
    return said


async def form_sent(
    job: str, responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, str]
) -> None:
    offer = _offer(responder, job)
    words, rounds = _asks(offer)
    seen = OPEN_FORMS.take(pack(_act(job), *ids))
    image = seen[0] if seen else Source(ids[2], ids[0], ids[1]).handle()
    number = _checked(rounds, values.get(rounds.name, "").strip())
    said = {words.name: values.get(words.name, ""), rounds.name: number}
    command = build(
        offer.command,
        {**said, offer.pictures[0].name: image},
        dedup_key=dedup_key(asked.guild_id, asked.id),
        actor=actor_in(asked),
        place=place_in(asked, ids[1]),
    )
    await responder.take(asked, command)


ON_MESSAGES = tuple(job for job in TYPED if known(f"menu.{job}"))
"""The jobs that are a message command of their own."""
MENUS = tuple(map(_message_command, ON_MESSAGES))
MENU_FORMS: dict[str, Form] = {_act(job): partial(form_sent, job) for job in ON_MESSAGES}
