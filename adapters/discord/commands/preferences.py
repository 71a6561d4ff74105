"""/preferences: what a person prefers, changed one select at a time, for their eyes alone."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands, ui

from adapters.discord.ids import PLATFORM, pack
from adapters.discord.inbound import Interaction, actor_in
from adapters.discord.page import OPTIONS
from adapters.discord.responder import Responder, responder_of
from adapters.discord.texts import described
from adapters.texts.catalogue import choice, label, t
from core.domain.errors import Refusal
from core.domain.options import SIZES, Field, options
from core.domain.preferences import DEFAULT, Preferences, read, shown
from core.domain.text import clip

ACT = "like"
Row = tuple[str, str]


@app_commands.command(name="preferences", description=described("preferences"))
async def preferences(interaction: discord.Interaction[Any]) -> None:
    responder = responder_of(interaction)
    await responder.guarded(interaction, _open(responder, interaction))


async def _open(responder: Responder, asked: Interaction) -> None:
    now = await responder.core.preferences(actor_in(asked))
    await asked.response.send_message(view=await _panel(responder, asked, now), ephemeral=True)


async def chosen(responder: Responder, asked: Interaction, name: str, value: str) -> None:
    """A select was changed: kept at once, and the panel shows what holds."""
    await asked.response.defer()
    core, actor = responder.core, actor_in(asked)
    now = await core.preferences(actor)
    try:
        now = await core.prefer(actor, read({**shown(now), name: value}), now)
        note = t("settings.saved")
    except Refusal as error:
        note = error.sentence
    responder.languages.personal.forget(actor.id)
    await responder.languages.speak_to(asked)
    await asked.edit_original_response(view=await _panel(responder, asked, now, note))


async def _panel(
    responder: Responder, asked: Interaction, now: Preferences, note: str = ""
) -> ui.LayoutView:
    painters = await responder.core.painters(PLATFORM, actor_in(asked).tenant)
    view = ui.LayoutView(timeout=None)
    head = t("preferences.head") + (f"\n**{note}**" if note else "")
    box: ui.Container[Any] = ui.Container(ui.TextDisplay(head), accent_colour=0x5865F2)
    listed = {"painters": painters, "sizes": SIZES, "styles": responder.core.models.styles}
    held = shown(now)
    for field in options(Preferences):
        box.add_item(ui.TextDisplay(f"**{label(field.name)}** · {t(field.help)}"))
        rows = _rows(field, listed.get(field.suggest or "", ()), held[field.name])
        box.add_item(ui.ActionRow(_select(field.name, rows, held[field.name] or DEFAULT)))
    view.add_item(box)
    view.stop()
    return view


def _rows(field: Field, listed: Sequence[str], held: str) -> list[Row]:
    """Value and label of each; what holds is among them, also where it is none of those listed."""
    rows = [(each, choice(field.name, each)) for each in field.choices]
    rows += [(each, each) for each in listed]
    if held and held not in dict(rows):
        rows.insert(0, (held, held))
    return [(DEFAULT, t("form.default")), *rows][:OPTIONS]


def _select(name: str, rows: Sequence[Row], held: str) -> ui.Item[Any]:
    return ui.Select(
        custom_id=pack(ACT, name),
        options=[
            discord.SelectOption(label=clip(said, 100), value=value, default=value == held)
            for value, said in rows
        ],
    )
