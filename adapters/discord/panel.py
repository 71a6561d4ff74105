"""The settings panel: a private message of selects that shows a server's settings as they are."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from adapters.discord.ids import pack
from adapters.texts.catalogue import languages, t
from adapters.texts.figures import money
from core.domain.commands import QUALITIES
from core.domain.settings import ServerSettings
from core.domain.text import clip
from core.ports.api import ModelsView

UNSET = "-"  # an option's value can't be empty
MOST = 25
SIZES = ("auto", "1024x1024", "1536x1024", "1024x1536")
CHANNEL_TYPES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.forum,
]


def panel(
    settings: ServerSettings,
    models: ModelsView,
    guild: discord.Guild | None,
    *,
    note: str = "",
    undo: bool = False,
) -> ui.LayoutView:
    """The panel's view; every control finds its handler by custom_id, also after a restart."""
    view = ui.LayoutView(timeout=None)
    head = t("settings.head") + (f"\n**{note}**" if note else "")
    box: ui.Container[Any] = ui.Container(ui.TextDisplay(head), accent_colour=0x5865F2)
    for name, select in _places_and_people(settings, guild):
        _row(box, name, select)
    box.add_item(ui.Separator())
    for name, rows, chosen in _choices(settings, models):
        _row(box, name, _select(name, rows, chosen))
    box.add_item(ui.Separator())
    box.add_item(ui.TextDisplay(_numbers(settings)))
    box.add_item(_buttons(undo))
    view.add_item(box)
    view.stop()
    return view


def _row(box: "ui.Container[Any]", name: str, select: ui.Item[Any]) -> None:
    box.add_item(ui.TextDisplay(t(f"settings.{name}")))
    box.add_item(ui.ActionRow(select))


def _places_and_people(
    settings: ServerSettings, guild: discord.Guild | None
) -> list[tuple[str, ui.Item[Any]]]:
    kind = discord.SelectDefaultValueType
    channels: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=pack("set", "channels"),
        channel_types=CHANNEL_TYPES,
        placeholder=t("settings.everywhere"),
        min_values=0,
        max_values=MOST,
        default_values=_defaults(
            settings.channels, kind.channel, guild.get_channel if guild else None
        ),
    )
    roles: ui.RoleSelect[Any] = ui.RoleSelect(
        custom_id=pack("set", "roles"),
        placeholder=t("settings.everyone"),
        min_values=0,
        max_values=MOST,
        default_values=_defaults(settings.roles, kind.role, guild.get_role if guild else None),
    )
    people: ui.UserSelect[Any] = ui.UserSelect(
        custom_id=pack("set", "people"),
        placeholder=t("settings.nobody"),
        min_values=0,
        max_values=MOST,
        default_values=_defaults(settings.people, kind.user, None),
    )
    return [("channels", channels), ("roles", roles), ("people", people)]


def _defaults(
    ids: Sequence[str], kind: discord.SelectDefaultValueType, known: Any
) -> list[discord.SelectDefaultValue]:
    """What a select shows as chosen; channels and roles that are gone would make Discord refuse."""
    there = [int(id) for id in ids if known is None or known(int(id)) is not None]
    return [discord.SelectDefaultValue(id=id, type=kind) for id in there[:MOST]]


def _choices(
    settings: ServerSettings, models: ModelsView
) -> list[tuple[str, list[tuple[str, str]], str]]:
    """Name, (value, label) rows and the chosen value of each string select."""
    sizes = [*SIZES, settings.size] if settings.size not in ("", *SIZES) else [*SIZES]
    default = (UNSET, t("settings.default"))
    others = [name for name in models.painters if name != models.painter]
    painters = [(name, t("settings.embedded", painter=name)) for name in others]
    if settings.painter and settings.painter not in models.painters:
        painters.append((settings.painter, t("settings.gone", painter=settings.painter)))
    return [
        (
            "painter",
            [(UNSET, t("settings.configured", painter=models.painter)), *painters],
            UNSET if settings.painter in ("", models.painter) else settings.painter,
        ),
        ("quality", [default, *((q, q) for q in QUALITIES)], settings.quality or UNSET),
        ("size", [default, *((s, s) for s in sizes)], settings.size or UNSET),
        (
            "review",
            [(UNSET, t("settings.review_off")), ("on", t("settings.review_on"))],
            "on" if settings.review else UNSET,
        ),
        ("language", _languages(), settings.language or UNSET),
        (
            "nsfw",
            [(n, t(f"settings.nsfw_{n}")) for n in ("strict", "age_restricted")],
            settings.nsfw,
        ),
    ]


def _languages() -> list[tuple[str, str]]:
    auto = (UNSET, t("settings.language.auto"))
    return [auto, *((each, t(f"language.{each}")) for each in languages())]


def _select(name: str, rows: list[tuple[str, str]], chosen: str) -> ui.Item[Any]:
    options = [
        discord.SelectOption(label=clip(label, 100), value=value, default=value == chosen)
        for value, label in rows[:MOST]
    ]
    select: ui.Select[Any] = ui.Select(custom_id=pack("set", name), options=options)
    return select


def _numbers(settings: ServerSettings) -> str:
    default, none = t("settings.default"), t("settings.unlimited")
    return t(
        "settings.numbers",
        iterations=settings.iterations or default,
        candidates=settings.candidates or default,
        images=settings.images_per_day or none,
        usd=money(settings.usd_per_day) if settings.usd_per_day else none,
    )


def _buttons(undo: bool) -> "ui.ActionRow[Any]":
    acts = [("setnumbers", "change_numbers"), ("setback", "back")]
    if undo:
        acts.append(("setundo", "undo"))
    buttons: list[ui.Button[Any]] = [
        ui.Button(label=t(f"settings.{text}"), custom_id=pack(act)) for act, text in acts
    ]
    row: ui.ActionRow[Any] = ui.ActionRow(*buttons)
    return row
