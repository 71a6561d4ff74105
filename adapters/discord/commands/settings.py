"""/darkroom settings: what a server's admins set, changed one control at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands, ui

from adapters.discord.ids import PLATFORM, pack
from adapters.discord.inbound import Interaction, actor_in, tenant_of
from adapters.discord.page import Page
from adapters.discord.panel import UNSET, panel
from adapters.discord.presses import Form, Press
from adapters.discord.responder import Responder, TextField, responder_of
from adapters.discord.texts import described
from adapters.texts.catalogue import t
from core.domain.errors import BadRequest, Refusal
from core.domain.settings import ServerSettings, dollars_of

KEPT = 512
NUMBERS = ("iterations", "candidates", "images_per_day", "usd_per_day")

darkroom = app_commands.Group(
    name="darkroom",
    description=described("darkroom"),
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False),
)


class Before:
    """A server's settings before its last change, so that one step can be taken back. Forgotten
    at a restart: the way back to the defaults is always there."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, ServerSettings] = OrderedDict()
        self.lock = asyncio.Lock()

    def keep(self, tenant: str, settings: ServerSettings) -> None:
        self._rows[tenant] = settings
        self._rows.move_to_end(tenant)
        while len(self._rows) > KEPT:
            self._rows.popitem(last=False)

    def of(self, tenant: str) -> ServerSettings | None:
        return self._rows.get(tenant)


BEFORE = Before()


@darkroom.command(name="settings", description=described("darkroom.settings"))
async def settings_(interaction: discord.Interaction[Any]) -> None:
    responder = responder_of(interaction)
    if not actor_in(interaction).admin:
        await responder.tell(interaction, Page(t("settings.not_admin")))
        return
    shown = await responder.core.settings(
        PLATFORM, tenant_of(interaction.guild_id, interaction.user.id)
    )
    await interaction.response.send_message(
        view=_view(responder, interaction, shown), ephemeral=True
    )


async def chosen(
    responder: Responder, asked: Interaction, name: str, values: Sequence[str]
) -> None:
    """A select of the panel was changed."""
    await _change(responder, asked, {name: _read(name, values)})


def _read(name: str, values: Sequence[str]) -> object:
    if name in ("channels", "roles", "people"):
        return tuple(values)
    value = values[0]
    if name == "review":
        return True if value == "on" else None
    return "" if value == UNSET else value


async def ask_numbers(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    now = await responder.core.settings(PLATFORM, tenant_of(asked.guild_id, asked.user.id))
    fields = [
        TextField("iterations", t("settings.form.iterations"), str(now.iterations or "")),
        TextField("candidates", t("settings.form.candidates"), str(now.candidates or "")),
        TextField(
            "images_per_day", t("settings.form.images_per_day"), str(now.images_per_day or "")
        ),
        TextField("usd_per_day", t("settings.form.usd_per_day"), str(now.usd_per_day or "")),
    ]
    await responder.ask(asked, t("settings.form"), pack("setnumbers"), fields)


async def numbers_sent(
    responder: Responder, asked: Interaction, ids: list[str], values: Mapping[str, str]
) -> None:
    await _change(responder, asked, {name: values.get(name, "") for name in NUMBERS})


async def back_to_defaults(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    await _apply(responder, asked, lambda now: ServerSettings())


async def undo(responder: Responder, asked: Interaction, ids: list[str]) -> None:
    before = BEFORE.of(tenant_of(asked.guild_id, asked.user.id))
    note = "" if before else t("settings.nothing_to_undo")
    await _apply(responder, asked, lambda now: before or now, note)


async def _change(responder: Responder, asked: Interaction, changes: Mapping[str, Any]) -> None:
    def changed(now: ServerSettings) -> ServerSettings:
        return replace(now, **{name: _number(name, value) for name, value in changes.items()})

    await _apply(responder, asked, changed)


async def _apply(
    responder: Responder,
    asked: Interaction,
    change: Callable[[ServerSettings], ServerSettings],
    note: str = "",
) -> None:
    """Acknowledges, writes the settings down, shows the panel as it is now, with what came of it.
    One at a time: two controls changed at once would forget one another."""
    await asked.response.defer()
    async with BEFORE.lock:
        now = await responder.core.settings(PLATFORM, tenant_of(asked.guild_id, asked.user.id))
        try:
            wanted = change(now)
            if wanted != now:
                kept = await responder.core.configure(actor_in(asked), wanted, now)
                BEFORE.keep(tenant_of(asked.guild_id, asked.user.id), now)
                now = kept
            note = note or t("settings.saved")
        except Refusal as error:
            note = error.sentence
        await asked.edit_original_response(view=_view(responder, asked, now, note))


def _number(name: str, value: Any) -> Any:
    """Numbers come as text; empty = the operator's default."""
    if name == "usd_per_day":
        return dollars_of(name, str(value))
    if name not in NUMBERS:
        return value
    text = str(value).strip()
    if text and not text.isdecimal():
        raise BadRequest(t("settings.no_number", name=name))
    return int(text) if text else None


def _view(
    responder: Responder, asked: Interaction, settings: ServerSettings, note: str = ""
) -> ui.LayoutView:
    before = BEFORE.of(tenant_of(asked.guild_id, asked.user.id))
    undo = before is not None and before != settings
    return panel(settings, responder.core.models, asked.guild, note=note, undo=undo)


SETTINGS_PRESSES: dict[str, Press] = {
    "setnumbers": ask_numbers,
    "setback": back_to_defaults,
    "setundo": undo,
}
SETTINGS_FORMS: dict[str, Form] = {"setnumbers": numbers_sent}
