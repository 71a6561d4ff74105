"""/darkroom …: what a server's admins do, made from the declared acts; answers are theirs alone."""

import inspect
import io
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands, ui

from adapters.discord.commands.jobs import parameter
from adapters.discord.ids import pack
from adapters.discord.inbound import Interaction, actor_in, dedup_key, place_in
from adapters.discord.page import TEXT_LIMIT
from adapters.discord.presses import Press
from adapters.discord.responder import Responder, responder_of
from adapters.discord.texts import described
from adapters.texts.catalogue import t
from adapters.texts.sentences import lines_said, said
from core.domain.admin import ACTS, PERSONAL, Act, ActAnswer, End, PersonalAct, id_of
from core.domain.commands import Actor
from core.domain.errors import BadRequest, Refusal
from core.domain.options import Field, build, options
from core.domain.text import clip

PLOT = "spend.png"
BUTTONS, ROW = 20, 5  # of a message; of a row


def subcommand(
    name: str, act: type[Act] | type[PersonalAct]
) -> "app_commands.Command[Any, ..., None]":
    """`/darkroom name` with the options that core declares."""
    fields = options(act)

    async def callback(interaction: discord.Interaction[Any], **values: Any) -> None:
        responder = responder_of(interaction)
        await responder.guarded(interaction, take(responder, interaction, act, values))

    first = inspect.Parameter(
        "interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction
    )
    callback.__signature__ = inspect.Signature(  # pyright: ignore[reportFunctionMemberAccess]
        [first, *map(_parameter, fields)]
    )
    app_commands.describe(**{f.name: described(f.help) for f in fields})(callback)
    return app_commands.Command(
        name=name, description=described(f"admin.{name}"), callback=callback
    )


def _parameter(field: Field) -> inspect.Parameter:
    made = parameter(field)
    return made.replace(annotation=discord.User) if field.holds == "person" else made


def personal() -> list["app_commands.Command[Any, ..., None]"]:
    """What everybody may ask for themselves, wherever they are."""
    made = [subcommand(name, act) for name, act in PERSONAL.items()]
    for command in made:
        command.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True)
        command.allowed_installs = app_commands.AppInstallationType(guild=True, user=True)
    return made


def subcommands() -> list["app_commands.Command[Any, ..., None]"]:
    return [subcommand(name, act) for name, act in ACTS.items()]


async def take(
    responder: Responder,
    asked: Interaction,
    act: type[Act] | type[PersonalAct],
    values: Mapping[str, Any],
    actor: Actor | None = None,
    **known: Any,
) -> None:
    """Acts as `actor` (who pressed, where nobody is named), and answers for their eyes alone;
    `known`: fields that nobody is asked for."""
    given = dict(values)
    for name, value in values.items():
        if isinstance(value, discord.User | discord.Member):
            given[name], known["name"] = str(value.id), value.display_name
    if whom := str(given.get("whom") or ""):
        known["name"] = _name(asked.guild, whom)
    await asked.response.defer(ephemeral=True, thinking=True)
    try:
        command = build(
            act,
            given,
            dedup_key=dedup_key(asked.guild_id, asked.id),
            actor=actor or actor_in(asked),
            place=place_in(asked),
            **known,
        )
        if isinstance(command, PersonalAct):
            told = await responder.core.about_me(command)
        else:
            told = await responder.core.administer(command)
    except Refusal as refusal:
        await responder.complete(asked, said(refusal.sentence))
        return
    await _show(asked, told)


def _name(guild: discord.Guild | None, whom: str) -> str:
    """A role's or channel's own name, where this process knows it."""
    try:
        id = id_of(whom)
    except BadRequest:
        return ""
    if guild is None or not id.isdecimal():
        return ""
    role, channel = guild.get_role(int(id)), guild.get_channel(int(id))
    return role.name if role else f"#{channel.name}" if channel else ""


async def _show(asked: Interaction, told: ActAnswer) -> None:
    view, files = ui.LayoutView(timeout=None), list[discord.File]()
    text: ui.TextDisplay[Any] = ui.TextDisplay(clip(lines_said(told.lines), TEXT_LIMIT))
    box: ui.Container[Any] = ui.Container(text)
    if told.plot:
        files.append(discord.File(io.BytesIO(told.plot), PLOT))
        gallery: ui.MediaGallery[Any] = ui.MediaGallery(
            discord.MediaGalleryItem(f"attachment://{PLOT}", description=t("admin.plot"))
        )
        box.add_item(gallery)
    if told.file:
        name, data = told.file
        files.append(discord.File(io.BytesIO(data), name))
        handed: ui.File[Any] = ui.File(f"attachment://{name}")
        box.add_item(handed)
    stops = told.stops[:BUTTONS]
    for start in range(0, len(stops), ROW):
        row: ui.ActionRow[Any] = ui.ActionRow(*map(_stop, stops[start : start + ROW]))
        box.add_item(row)
    view.add_item(box)
    view.stop()  # its buttons are found by custom_id, also after a restart
    await asked.edit_original_response(view=view, attachments=files)


def _stop(stop: tuple[str, str]) -> "ui.Button[Any]":
    label, run = stop
    return ui.Button(
        label=clip(t("admin.stop_run", run=label), 80),
        custom_id=pack("adminstop", run),
        style=discord.ButtonStyle.danger,
    )


async def stop_pressed(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    """The button beside a run that is going."""
    await take(responder, asked, End, {"run": ids[0]})


ADMIN_PRESSES: dict[str, Press] = {"adminstop": stop_pressed}
