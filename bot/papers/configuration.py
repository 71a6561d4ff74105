"""The page of all config keys: types, defaults and bounds from the sections, words from the comments
of config.example.toml."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.config import USUAL, Settings
from bot.papers.markdown import code, made_by, table
from bot.sections import ModelPrice, ProviderSection

SECTION = re.compile(r"\[(\w+)(?:\.[\w\"]+)?\]")
KEY = re.compile(r"\A(?:# )?(\w+) = (?:\"[^\"]*\"|\[[^]]*\]|\{[^}]*\}|[^#\s]+)\s*(?:#\s*(.*))?")
MORE = re.compile(r"\A\s{8,}#\s*(.*)")
KINDS: Mapping[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    Decimal: "dollars",
    Path: "folder",
    SecretStr: "secret",
}
EXTRAS = {
    "prices": (
        "A table for each model overrides the built-in list: dollars per million tokens, or for one "
        'image. `[prices."gpt-image-2.5-flare"]` and then'
    ),
    "providers": (
        "One table for each server, under a name of your choice: `[providers.mine]`. `openai` and "
        "`stability` exist by themselves. As a variable: `DARKROOM_PROVIDERS__MINE__BASE_URL`."
    ),
}
HEAD = """# Configuration

`darkroom init` writes a commented `config.toml`; without one the defaults below hold.
`darkroom run --config FILE` names another. What is set in the environment or in a `.env` file beside it
wins: each key is `DARKROOM_SECTION__KEY`, lists and tables as JSON. `darkroom config` prints what holds,
`darkroom doctor` says what is missing and looks for the usual mistakes."""


def page(example: str) -> str:
    """`example`: the text of config.example.toml."""
    words = said(example)
    parts = [made_by("bot/sections.py and config.example.toml"), HEAD, _usual()]
    for name, kind in _sections():
        parts += [f"## {name}", EXTRAS.get(name, ""), _keys(name, kind, words)]
        if name == "prices":
            parts[-1] = _keys(name, kind, words) + f"\n\n{EXTRAS[name]}\n\n{_prices()}"
            parts[-2] = ""
    return "\n\n".join(filter(None, parts)) + "\n"


def said(example: str) -> dict[tuple[str, str], str]:
    """What the comments behind the keys say, by section and key."""
    found: dict[tuple[str, str], str] = {}
    section, last = "", ("", "")
    for line in example.splitlines():
        if match := SECTION.match(line.removeprefix("# ")):
            section, last = match[1], ("", "")
        elif match := KEY.match(line):
            last = (section, match[1])
            found.setdefault(last, (match[2] or "").strip())
        elif (match := MORE.match(line)) and last in found:
            found[last] = f"{found[last]} {match[1]}".strip()
    return found


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in Settings.model_fields.items():
        kind: Any = field.annotation
        if name == "providers":
            yield name, ProviderSection
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            yield name, kind


def _keys(section: str, kind: type[BaseModel], words: Mapping[tuple[str, str], str]) -> str:
    rows = [
        (code(name), type_of(field), code(default_of(field)), words.get((section, name), ""))
        for name, field in kind.model_fields.items()
    ]
    return table(("key", "type", "default", "what it does"), rows)


def _prices() -> str:
    rows = [(code(name), "dollars") for name in ModelPrice.model_fields]
    return table(("key", "type"), rows)


def _usual() -> str:
    rows = [(code(name), code(".".join(keys))) for name, keys in USUAL.items()]
    return "These names work as well:\n\n" + table(("variable", "key"), rows)


def type_of(field: FieldInfo) -> str:
    """For people: "number, 1 to 50", "one of `a`, `b`"."""
    return ", ".join(filter(None, (_named(field.annotation), _bounds(field))))


def _named(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return f"one of {', '.join(code(json.dumps(each)) for each in inner)}"
    if origin in (Union, UnionType):
        return " or ".join(_named(each) for each in inner if each is not type(None))
    if origin is tuple:
        return "list of tables" if _is_table(inner[0]) else f"list of {_named(inner[0])}s"
    if origin is dict:
        return "table"
    return KINDS.get(kind, "text")


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _bounds(field: FieldInfo) -> str:
    least = next((each.ge for each in field.metadata if hasattr(each, "ge")), None)
    most = next((each.le for each in field.metadata if hasattr(each, "le")), None)
    if least is None or most is None:
        return "" if least is None or not least else f"{least} or more"
    return f"{least:,} to {most:,}"


def default_of(field: FieldInfo) -> str:
    """As TOML has it."""
    value: Any = field.get_default(call_default_factory=True)
    if isinstance(value, SecretStr):
        return '""'
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, (Decimal, Path)):
        return json.dumps(str(value))
    if isinstance(value, Enum):
        return json.dumps(value.value)
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)  # pyright: ignore[reportUnknownArgumentType]
