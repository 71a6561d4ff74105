"""The inputs of a dialog. Block ids are the option names; each element's action id is the same."""

from collections.abc import Sequence

from adapters.slack.api import Json
from adapters.slack.kit import option, plain_text
from adapters.texts.catalogue import t
from core.imaging.formats import endings

INPUT_LIMIT = 3000
LISTED = 100
VALUE = "value"


def modal(callback: str, title: str, submit: str, metadata: str, blocks: list[Json]) -> Json:
    """A dialog that is sent; `metadata` holds ids alone."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, 24),
        "submit": plain_text(submit, 24),
        "close": plain_text(t("button.cancel"), 24),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def reading(callback: str, title: str, blocks: list[Json]) -> Json:
    """A dialog to read."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, 24),
        "close": plain_text(t("button.close"), 24),
        "blocks": blocks,
    }


def entry(block: str, label: str, element: Json, *, optional: bool = True, hint: str = "") -> Json:
    piece: Json = {
        "type": "input",
        "block_id": block,
        "label": plain_text(label, 2000),
        "element": element | {"action_id": VALUE},
        "optional": optional,
    }
    return piece | {"hint": plain_text(hint, 2000)} if hint else piece


def channel() -> Json:
    element = {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "filter": {"include": ["public", "private", "im"]},
    }
    return entry("channel", t("form.where"), element, optional=False)


def channels(block: str, label: str, chosen: Sequence[str], hint: str) -> Json:
    element: Json = {
        "type": "multi_conversations_select",
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        "max_selected_items": LISTED,
    }
    if chosen:
        element["initial_conversations"] = list(chosen)
    return entry(block, label, element, hint=hint)


def people(block: str, label: str, chosen: Sequence[str], hint: str) -> Json:
    element: Json = {"type": "multi_users_select", "max_selected_items": LISTED}
    if chosen:
        element["initial_users"] = list(chosen)
    return entry(block, label, element, hint=hint)


def file(block: str, label: str, *, optional: bool) -> Json:
    element = {"type": "file_input", "filetypes": list(endings()), "max_files": 1}
    return entry(block, label, element, optional=optional)


def text(
    block: str,
    label: str,
    hint: str,
    value: str,
    optional: bool = True,
    most: int = INPUT_LIMIT,
) -> Json:
    """`most` characters, at most Slack's own limit."""
    most = min(most or INPUT_LIMIT, INPUT_LIMIT)
    element: Json = {"type": "plain_text_input", "multiline": True, "max_length": most}
    return entry(block, label, _filled(element, hint, value[:most]), optional=optional)


def line(block: str, label: str, example: str, value: str, hint: str = "") -> Json:
    element: Json = {"type": "plain_text_input", "max_length": 400}
    return entry(block, label, _filled(element, example, value[:400]), hint=hint)


def _filled(element: Json, hint: str, value: str) -> Json:
    element = element | {"placeholder": plain_text(hint, 150)} if hint else element
    return element | {"initial_value": value} if value else element


def number(block: str, label: str, low: int, high: int, value: str) -> Json:
    element: Json = {
        "type": "number_input",
        "is_decimal_allowed": False,
        "min_value": str(low),
        "max_value": str(high),
        "placeholder": plain_text(t("form.range", least=low, most=high), 150),
    }
    if value.isdecimal() and low <= int(value) <= high:
        element["initial_value"] = value
    return entry(block, label, element)


def choice(
    block: str,
    label: str,
    values: Sequence[tuple[str, str]],
    chosen: str = "",
    *,
    optional: bool = True,
) -> Json:
    """`values` are pairs of value and label."""
    options = {value: option(name, value) for value, name in values}
    element: Json = {
        "type": "static_select",
        "options": list(options.values()),
        "placeholder": plain_text(t("form.default"), 150),
    }
    if chosen in options:
        element["initial_option"] = options[chosen]
    return entry(block, label, element, optional=optional)


def check(block: str, label: str, words: str, *, ticked: bool = False) -> Json:
    options = [option(words, "yes")]
    element: Json = {"type": "checkboxes", "options": options}
    return entry(block, label, element | {"initial_options": options} if ticked else element)
