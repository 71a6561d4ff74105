"""Forms whose answers could not be taken: kept a while, to be opened again as they were filled in."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from discord import ui

from adapters.discord.inbound import Interaction
from adapters.discord.page import Press
from adapters.texts.catalogue import t

REOPEN = "reopen"
LIVES_S, KEPT = 15 * 60, 500


class Kept:
    """Forms by a key, each for a quarter of an hour, at most 500."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, tuple[float, ui.Modal]] = OrderedDict()

    def keep(self, key: str, form: ui.Modal) -> None:
        self._rows.pop(key, None)
        self._rows[key] = (time.monotonic() + LIVES_S, form)
        while len(self._rows) > KEPT:
            self._rows.popitem(last=False)

    def get(self, key: str) -> ui.Modal | None:
        until, form = self._rows.get(key, (0.0, None))
        return form if time.monotonic() < until else None


class Unsent:
    """The forms that are open, and what was typed into those that could not be taken. Pictures are
    not kept: Discord lets nobody choose a file for somebody."""

    def __init__(self) -> None:
        self._open, self._filled = Kept(), Kept()

    async def show(self, asked: Interaction, form: ui.Modal) -> None:
        self._open.keep(f"{asked.user.id} {form.custom_id}", form)
        await asked.response.send_modal(form)

    def offer(self, asked: Interaction) -> tuple[Press, ...]:
        """The button that opens the form of this answer once more; none where it is not known."""
        data: Mapping[str, Any] = dict(asked.data or {})
        form = self._open.get(f"{asked.user.id} {data.get('custom_id')}")
        if form is None:
            return ()
        _fill(form, data)
        self._filled.keep(str(asked.id), form)
        return (Press(t("button.retry"), REOPEN, (str(asked.id),)),)

    async def reopen(self, asked: Interaction, key: str) -> bool:
        form = self._filled.get(key)
        if form is not None:
            await self.show(asked, form)
        return form is not None


def _fill(form: ui.Modal, data: Mapping[str, Any]) -> None:
    rows: list[dict[str, Any]] = data.get("components") or []
    given: dict[str, Any] = {}
    for row in rows:
        part: dict[str, Any] = row.get("component") or {}
        given[str(part.get("custom_id"))] = part
    for item in form.walk_children():
        said: dict[str, Any] | None = given.get(str(getattr(item, "custom_id", "")))
        if said is not None:
            _fill_one(item, said)


def _fill_one(item: ui.Item[Any], said: Mapping[str, Any]) -> None:
    if isinstance(item, ui.TextInput):
        item.default = str(said.get("value") or "") or None
    elif isinstance(item, ui.Select):
        chosen: list[str] = said.get("values") or []
        for option in item.options:
            option.default = option.value in chosen
    elif isinstance(item, ui.Checkbox):
        item.default = bool(said.get("value"))
