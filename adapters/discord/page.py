"""A message before it is Discord's: text, pictures, controls; and how it becomes Components V2."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from adapters.discord.ids import marker_of, nonce_of, pack
from adapters.discord.pictures import Attached
from core.domain.text import clip

TEXT_LIMIT = 3900
ALT_LIMIT = 1024
GALLERY = 10
OPTIONS = 25
ROW = 5


@dataclass(frozen=True, slots=True)
class Press:
    """A button: what it does and on which ids."""

    label: str
    act: str
    ids: tuple[str, ...] = ()
    style: discord.ButtonStyle = discord.ButtonStyle.secondary


@dataclass(frozen=True, slots=True)
class Choose:
    """A select; `options` are (label, value, description)."""

    placeholder: str
    act: str
    ids: tuple[str, ...]
    options: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One message. `rows` of buttons stand before the `buttons`. `links`
    are buttons that open an address: (label, address)."""

    text: str
    pictures: tuple[Attached, ...] = ()
    buttons: tuple[Press, ...] = ()
    rows: tuple[tuple[Press, ...], ...] = ()
    selects: tuple[Choose, ...] = ()
    colour: int | None = None
    spoiler: bool = False
    links: tuple[tuple[str, str], ...] = ()

    @property
    def aside(self) -> Attached | None:
        return next((p for p in self.pictures if p.thumbnail), None)

    @property
    def gallery(self) -> tuple[Attached, ...]:
        return tuple(p for p in self.pictures if not p.thumbnail)[:GALLERY]


def layout(page: Page, key: str, names: Mapping[str, str]) -> ui.LayoutView:
    """The view of a page. `names`: picture stem → uploaded file's name; a picture without a name
    is left out. The delivery key goes into each button and, as a number, into the container."""
    view = ui.LayoutView(timeout=None)
    box: ui.Container[Any] = ui.Container(id=marker_of(key), accent_colour=page.colour)
    text: ui.TextDisplay[Any] = ui.TextDisplay(clip(page.text, TEXT_LIMIT))
    aside = page.aside
    if aside is not None and aside.stem in names:
        where = f"attachment://{names[aside.stem]}"
        thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(
            where, description=clip(aside.alt, ALT_LIMIT) or None, spoiler=page.spoiler
        )
        box.add_item(ui.Section(text, accessory=thumbnail))
    else:
        box.add_item(text)
    for gallery in _galleries(page, names):
        box.add_item(gallery)
    for row in _controls(page, key):
        box.add_item(row)
    view.add_item(box)
    view.stop()  # presses find their way by custom_id, also after a restart: nothing to keep
    return view


def _galleries(page: Page, names: Mapping[str, str]) -> "list[ui.MediaGallery[Any]]":
    shown = [picture for picture in page.gallery if picture.stem in names]
    groups = [[picture] for picture in shown if picture.alone]
    groups.append([picture for picture in shown if not picture.alone])
    galleries: list[ui.MediaGallery[Any]] = []
    for group in filter(None, groups):
        gallery: ui.MediaGallery[Any] = ui.MediaGallery()
        for picture in group:
            gallery.add_item(
                media=f"attachment://{names[picture.stem]}",
                description=clip(picture.alt, ALT_LIMIT) or None,
                spoiler=page.spoiler,
            )
        galleries.append(gallery)
    return galleries


def _controls(page: Page, key: str) -> list[ui.ActionRow[Any]]:
    rows: list[ui.ActionRow[Any]] = []
    rows += [ui.ActionRow(_select(choose)) for choose in page.selects if choose.options]
    rows += [ui.ActionRow(*(_button(press, key) for press in row)) for row in page.rows]
    buttons = [_button(press, key) for press in page.buttons]
    buttons += [ui.Button(label=label, url=address) for label, address in page.links]
    rows += [ui.ActionRow(*buttons[n : n + ROW]) for n in range(0, len(buttons), ROW)]
    return rows


def _select(choose: Choose) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=clip(label, 100), value=value, description=clip(note, 100) or None
        )
        for label, value, note in choose.options[:OPTIONS]
    ]
    return ui.Select(
        custom_id=pack(choose.act, *choose.ids), placeholder=choose.placeholder, options=options
    )


def _button(press: Press, key: str) -> ui.Button[Any]:
    return ui.Button(
        label=press.label,
        style=press.style,
        custom_id=pack(press.act, *press.ids, nonce_of(key))
        if key
        else pack(press.act, *press.ids),
    )


def carries(message: discord.Message, key: str) -> bool:
    """Whether a message is this delivery's, by a button's custom_id or the container's id."""
    tail = f"|{nonce_of(key)}"
    return any(
        part.get("id") == marker_of(key) or str(part.get("custom_id", "")).endswith(tail)
        for part in parts(message)
    )


def parts(message: discord.Message) -> list[dict[str, Any]]:
    """All components of a message, flat, as dictionaries."""
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [component.to_dict() for component in message.components]
    while waiting:
        part = waiting.pop(0)
        found.append(part)
        waiting.extend(part.get("components") or [])
        if part.get("accessory"):
            waiting.append(part["accessory"])
    return found


def quoted(text: str, limit: int = 400) -> str:
    """People's words inside a post: on one line, without markup, clipped."""
    return clip(discord.utils.escape_markdown(" ".join(text.split())), limit)
