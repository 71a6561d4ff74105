"""What core said, on its way to the page: in the language spoken."""

from collections.abc import Mapping
from typing import Any, cast

from adapters.texts.sentences import said

OURS = frozenset({"sentence", "reason", "line", "lines", "note", "error", "alt", "embedded_note"})
"""The names of what core may have said; people's own words stand under others, and have no pattern."""


def told(data: Any, name: str = "") -> Any:
    """JSON with core's sentences in the language spoken."""
    if isinstance(data, str):
        return said(data) if name in OURS else data
    if isinstance(data, Mapping):
        rows = cast("Mapping[str, Any]", data)
        return {key: told(value, key) for key, value in rows.items()}
    if isinstance(data, list | tuple):
        return [told(each, name) for each in cast("list[Any]", data)]
    return data
