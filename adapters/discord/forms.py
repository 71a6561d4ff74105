"""The form of a job, made from its declared options; inputs carry the options' names."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

import discord
from discord import ui

from adapters.discord.ids import Source
from adapters.discord.page import OPTIONS
from adapters.texts.catalogue import choice, label, t, title
from core.domain.options import Field
from core.domain.options import listed as told
from core.domain.text import clip

INPUTS, LABEL, ABOUT, LONGEST = 5, 45, 100, 4000  # Discord's limits of a form
Item = ui.Item[Any]


def form(
    name: str,
    custom_id: str,
    fields: Sequence[Field],
    listed: Mapping[str, Sequence[str]],
    filled: Mapping[str, str],
) -> ui.Modal:
    """A form of at most five inputs, under the title of a job or an act. `listed`: what may be chosen from where an option names a
    source (`styles`, `painters`); `filled`: first answers by name. Raises nothing: what has no
    room keeps its default."""
    modal = ui.Modal(title=clip(title(name), LABEL), custom_id=custom_id, timeout=None)
    for field in fields[:INPUTS]:
        said = label(field.name)
        about = t(field.help)
        part = _input(field, listed.get(field.suggest or "", ()), filled.get(field.name, ""))
        modal.add_item(
            ui.Label(text=clip(said, LABEL), description=clip(about, ABOUT), component=part)
        )
    modal.stop()  # its answer is found by custom_id, also after a restart
    return modal


def _input(field: Field, listed: Sequence[str], value: str) -> Item:
    if field.suggest == "painters" or (field.kind == "list" and 0 < len(listed) <= OPTIONS):
        rows = [(each, each) for each in listed]
        return _select(field, rows, value, many=field.kind == "list")
    match field.kind:
        case "image":
            least = int(field.required)
            return ui.FileUpload(
                custom_id=field.name, required=field.required, min_values=least, max_values=1
            )
        case "flag":
            ticked = bool(value) or bool(field.default)
            return ui.Checkbox(custom_id=field.name, default=ticked)
        case "choice":
            return _select(field, [(choice(field.name, v), v) for v in field.choices], value)
        case "number":
            bounds = f"{field.least}–{field.most}" if field.most else ""
            return _text(field, value, bounds)
        case "list" | "text":
            return _text(field, value)
    assert_never(field.kind)


def _select(
    field: Field, values: Sequence[tuple[str, str]], first: str, *, many: bool = False
) -> Item:
    chosen = (told(first) if many else (first,)) if first else (field.default,)
    rows = [
        discord.SelectOption(label=clip(said, 100), value=clip(value, 100), default=value in chosen)
        for said, value in values[:OPTIONS]
    ]
    return ui.Select(
        custom_id=field.name,
        options=rows,
        required=field.required,
        min_values=int(field.required),
        max_values=len(rows) if many else 1,
    )


def _text(field: Field, value: str, hint: str = "") -> Item:
    most = min(field.most, LONGEST) if field.kind == "text" and field.most else LONGEST
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if field.long else discord.TextStyle.short,
        default=value[:most] or None,
        placeholder=hint or None,
        required=field.required,
        max_length=most,
    )


def answers(data: Mapping[str, Any]) -> dict[str, object]:
    """What was filled in, by the inputs' names: texts, ticks, chosen values, pictures."""
    found: dict[str, object] = {}
    resolved: dict[str, Any] = data.get("resolved") or {}
    files: dict[str, Any] = resolved.get("attachments") or {}
    rows: list[dict[str, Any]] = data.get("components") or []
    for row in rows:
        part: dict[str, Any] = row.get("component") or {}
        if part.get("custom_id"):
            found[str(part["custom_id"])] = _answer(part, files)
    return found


def _answer(part: Mapping[str, Any], files: Mapping[str, Any]) -> object:
    values = [str(value) for value in part.get("values") or ()]
    handed = [files[value] for value in values if value in files]
    if handed:
        file: Mapping[str, Any] = handed[0]
        source = Source(str(file["id"]), url=str(file["url"]))
        name, kind = str(file.get("filename") or ""), str(file.get("content_type") or "")
        return source.handle(name, kind, int(file.get("size") or 0))
    if values:
        return tuple(values)
    value = part.get("value")
    return value if isinstance(value, bool) else str(value or "")
