"""Buttons, selects and forms that outlive a restart: found by the pattern of their custom_id."""

import logging
import re
from collections.abc import Awaitable, Mapping
from typing import Any, Self

import discord
from discord import ui

from adapters.discord.again import AGAIN_FORMS, AGAIN_PRESSES
from adapters.discord.commands import preferences
from adapters.discord.commands.admin import ADMIN_PRESSES
from adapters.discord.commands.growing import GROWING_CHOSEN, GROWING_FORMS, GROWING_PRESSES
from adapters.discord.commands.menus import MENU_FORMS
from adapters.discord.commands.part import PART_PRESSES
from adapters.discord.commands.saving import SAVE_FORMS, SAVE_PRESSES
from adapters.discord.commands.settings import SETTINGS_FORMS, SETTINGS_PRESSES, chosen
from adapters.discord.describing import IMAGINE, imagine
from adapters.discord.forms import answers
from adapters.discord.ids import unpack
from adapters.discord.inbound import Interaction
from adapters.discord.presses import CHOSEN, FORMS, PRESSES
from adapters.discord.responder import Responder, responder_of
from adapters.discord.stories import STORY_FORMS, STORY_PRESSES
from adapters.discord.talk import TALK_PRESSES

log = logging.getLogger(__name__)
ALL_FORMS = FORMS | MENU_FORMS | SETTINGS_FORMS | STORY_FORMS
ALL_PRESSES = (
    PRESSES
    | SETTINGS_PRESSES
    | TALK_PRESSES
    | GROWING_PRESSES
    | PART_PRESSES
    | STORY_PRESSES
    | AGAIN_PRESSES
    | ADMIN_PRESSES
    | SAVE_PRESSES
    | {IMAGINE: imagine}
)
JOB_FORMS = GROWING_FORMS | AGAIN_FORMS | SAVE_FORMS
ALL_CHOSEN = CHOSEN | GROWING_CHOSEN

BUTTONS = re.compile(
    r"dk\|(?P<act>(?!(?:choose|resume|which|grow|upon|way|set|like)(?:\||$))[a-z]+)(?:\|(?P<ids>.*))?"
)
SELECTS = re.compile(r"dk\|(?P<name>choose|resume|which|grow|upon|way)(?:\|.*)?")
SETTINGS = re.compile(r"dk\|set\|(?P<name>[a-z]+)")
NOTHING = re.compile(r"(?!)")
PREFERENCES = re.compile(r"dk\|like\|(?P<name>[a-z]+)")


class LastingButton(ui.DynamicItem[ui.Button[Any]], template=BUTTONS):
    """Any of our buttons, however old."""

    def __init__(self, item: ui.Button[Any], act: str, ids: list[str]) -> None:
        super().__init__(item)
        self._act, self._ids = act, ids

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, ui.Button)
        return cls(item, *_read(match))

    async def callback(self, interaction: Interaction) -> None:
        handler = ALL_PRESSES.get(self._act)
        if handler is None:
            log.warning("unknown button %s", self._act)
            return
        responder = responder_of(interaction)
        await responder.guarded(interaction, _run(handler(responder, interaction, self._ids)))


class LastingChoice(ui.DynamicItem[ui.Item[Any]], template=NOTHING):
    """A select of ours, of whatever kind, by the name in its custom_id: its values are ids or option
    values. `chose` is what comes of them."""

    def __init__(self, item: ui.Item[Any], name: str) -> None:
        super().__init__(item)
        self._name = name

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item, match["name"])

    async def callback(self, interaction: Interaction) -> None:
        data: Mapping[str, Any] = dict(interaction.data or {})
        rows: list[Any] = data.get("values") or []
        values = [str(row) for row in rows]
        responder = responder_of(interaction)
        await responder.guarded(interaction, _run(self.chose(responder, interaction, values)))

    def chose(self, responder: Responder, asked: Interaction, values: list[str]) -> Awaitable[None]:
        raise NotImplementedError


class LastingSelect(LastingChoice, template=SELECTS):
    """Any of our selects, however old."""

    def chose(self, responder: Responder, asked: Interaction, values: list[str]) -> Awaitable[None]:
        return ALL_CHOSEN[self._name](responder, asked, values[0])


class LastingSetting(LastingChoice, template=SETTINGS):
    """A select of the settings panel."""

    def chose(self, responder: Responder, asked: Interaction, values: list[str]) -> Awaitable[None]:
        return chosen(responder, asked, self._name, values)


class LastingPreference(LastingChoice, template=PREFERENCES):
    """A select of somebody's preferences."""

    def chose(self, responder: Responder, asked: Interaction, values: list[str]) -> Awaitable[None]:
        return preferences.chosen(responder, asked, self._name, values[0])


async def _run(work: Any) -> None:
    await work


def _read(match: re.Match[str]) -> tuple[str, list[str]]:
    return match["act"], match["ids"].split("|") if match["ids"] else []


async def submitted(interaction: Interaction) -> None:
    """A form was sent in; discord.py forgets forms at a restart, so they are found here."""
    data: Mapping[str, Any] = dict(interaction.data or {})
    found = unpack(str(data.get("custom_id", "")))
    if found is None:
        return
    responder = responder_of(interaction)
    made = JOB_FORMS.get(found[0])
    if made is not None:
        await responder.guarded(
            interaction, _run(made(responder, interaction, found[1], answers(data)))
        )
        return
    handler = ALL_FORMS.get(found[0])
    if handler is None:
        return
    values = form_values(data)
    await responder.guarded(interaction, _run(handler(responder, interaction, found[1], values)))


def form_values(data: Mapping[str, Any]) -> dict[str, str]:
    """custom_id → text of a form's inputs, wherever they are nested."""
    values: dict[str, str] = {}
    waiting: list[Any] = list(data.get("components") or [])
    while waiting:
        part = waiting.pop(0)
        waiting.extend(part.get("components") or [])
        if part.get("component"):
            waiting.append(part["component"])
        if part.get("custom_id"):
            values[str(part["custom_id"])] = str(part.get("value") or "")
    return values


ITEMS: tuple[type[ui.DynamicItem[Any]], ...] = (
    LastingButton,
    LastingSelect,
    LastingSetting,
    LastingPreference,
)


def is_form(interaction: Interaction) -> bool:
    return interaction.type is discord.InteractionType.modal_submit
