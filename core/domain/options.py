"""Options declared once: a command's dataclass is its form at every door.

A field of a command that people may fill in is `Annotated[type, Option(...)]`; the doors make their
slash commands, dialogs, forms, flags and tools out of `options(command)`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    assert_never,
    get_args,
    get_origin,
    get_type_hints,
)

from core.domain.commands import Actor, Command, ImageHandle, Place
from core.domain.defaults import LoopDefaults
from core.domain.errors import BadRequest

C = TypeVar("C", bound=Command)
Kind = Literal["text", "number", "flag", "choice", "list", "image"]
Holds = Literal["", "picture", "mask", "marks", "region", "person"]
Source = Literal["styles", "sizes", "painters", "sessions", "iterations"]
YES = frozenset({"yes", "on", "true", "1"})
SHAPES: Mapping[str, tuple[int, int]] = {
    "square": (1, 1),
    "portrait": (2, 3),
    "wide": (16, 9),
    "phone": (9, 16),
    "banner": (3, 1),
}
"""Width against height by the names people say."""
SIZES = (*SHAPES, "1024x1024", "1536x1024", "1024x1536")
KINDS: dict[Any, Kind] = {str: "text", int: "number", bool: "flag", ImageHandle: "image"}


@dataclass(frozen=True, slots=True)
class Option:
    """What a door needs of a field. `help` is a key of the catalogue.

    `least` and `most` bound a number, `most` a text's characters; a string names the field of
    `LoopDefaults` that holds the bound ("max_refine"). `default` names the one that is taken where
    nothing is said. `suggest` is where completions come from; `wire` the name people type, where it
    is not the field's. `required`: the command means nothing without it. `asked`: a form without
    defaults of its own asks for it. `holds`: what
    a picture is taken in as ("picture" where nothing is said); "region": words that name a mask;
    "person": who is meant. `here`: where nobody says which, the one it is said in. `watched`: means
    something only where people watch a run and answer it, as no terminal and no call does. `short`: a
    terminal's letter for it.
    """

    help: str
    least: int = 1
    most: int | str = 0
    default: str = ""
    suggest: Source | None = None
    wire: str = ""
    required: bool = False
    asked: bool = False
    long: bool = False
    holds: Holds = ""
    here: bool = False
    watched: bool = False
    short: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Answers under a name of their own, which a door offers on a picture as one press; `says` is a
    key of the catalogue."""

    says: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One option as a door sees it. `most` 0: no bound; `default` None: the core's own."""

    name: str
    attr: str
    kind: Kind
    help: str
    choices: tuple[str, ...]
    default: Any
    least: int
    most: int
    suggest: Source | None
    required: bool
    asked: bool
    long: bool
    holds: Holds
    here: bool = False
    watched: bool = False
    short: str = ""


def options(command: type[Any], loop: LoopDefaults | None = None) -> tuple[Field, ...]:
    """The fields of a command (or another form) that people fill in, in the order of their declaration, with bounds
    as `loop` has them."""
    return tuple(_bounded(field, option, loop or LoopDefaults()) for field, option in _of(command))


@cache
def _of(command: type[Any]) -> tuple[tuple[Field, Option], ...]:
    hints = get_type_hints(command, include_extras=True)
    found: list[tuple[Field, Option]] = []
    for each in fields(command):
        if get_origin(hints[each.name]) is not Annotated:
            continue
        declared, *extras = get_args(hints[each.name])
        option = next(extra for extra in extras if isinstance(extra, Option))
        kind, choices = _kind(declared)
        field = Field(
            name=option.wire or each.name,
            attr=each.name,
            kind=kind,
            help=option.help,
            choices=choices,
            default=None if each.default is MISSING else each.default,
            least=option.least,
            most=0,
            suggest=option.suggest,
            required=option.required,
            asked=option.required or option.asked,
            long=option.long,
            holds=option.holds or ("picture" if kind == "image" else ""),
            here=option.here,
            watched=option.watched,
            short=option.short,
        )
        found.append((field, option))
    return tuple(found)


def _kind(declared: Any) -> tuple[Kind, tuple[str, ...]]:
    origin = get_origin(declared)
    if origin in (Union, UnionType):
        return _kind(next(arg for arg in get_args(declared) if arg is not type(None)))
    if origin is Literal:
        return "choice", get_args(declared)
    return ("list", ()) if origin is tuple else (KINDS[declared], ())


def _bounded(field: Field, option: Option, loop: LoopDefaults) -> Field:
    most = option.most if isinstance(option.most, int) else int(getattr(loop, option.most))
    default = getattr(loop, option.default) if option.default else field.default
    return replace(field, most=most, default=default)


def held(command: Command, loop: LoopDefaults) -> None:
    """Raises BadRequest with a sentence that names the first option out of its bounds: what no
    door offers, core refuses."""
    for field in options(type(command), loop):
        _hold(field, getattr(command, field.attr))


def _hold(field: Field, value: object) -> None:
    if value is None:
        return
    if field.kind == "number" and isinstance(value, int):
        if not field.least <= value <= field.most:
            raise BadRequest(f"{field.name} is a number from {field.least} to {field.most}.")
    elif field.kind == "choice" and value not in field.choices:
        raise BadRequest(f"{field.name} is one of {', '.join(field.choices)}.")
    elif field.kind == "text" and field.most and isinstance(value, str) and len(value) > field.most:
        what = field.name.capitalize()
        raise BadRequest(
            f"The {what.lower()} has {len(value)} characters; {field.most} are the limit."
        )


def listed(text: str) -> tuple[str, ...]:
    """`gouache, neon` as a tuple: how every door reads a list."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def filled(command: Command, values: Sequence[tuple[str, object]]) -> Command:
    """The command with these values in the options that it has and nobody filled in."""
    known = {field.attr: getattr(command, field.attr) for field in options(type(command))}
    new = {name: value for name, value in values if name in known and not known[name]}
    changes: Any = {name: value for name, value in new.items() if value}
    return replace(command, **changes)


def build(
    command: type[C],
    values: Mapping[str, object],
    *,
    dedup_key: str,
    actor: Actor,
    place: Place,
    **known: Any,
) -> C:
    """The command that a door's answers make: texts, numbers and lists as people typed them, by the
    options' names; what is empty or missing is left to core. `known` are fields that nobody types. Raises BadRequest."""
    given = answered(command, values)
    return command(dedup_key=dedup_key, actor=actor, place=place, **given, **known)


def answered(form: type[Any], values: Mapping[str, object]) -> dict[str, Any]:
    """A form's fields by their attributes, as far as something was answered. Raises BadRequest."""
    read = {field.attr: _read(field, values.get(field.name)) for field in options(form)}
    return {attr: value for attr, value in read.items() if value is not None}


def typed(command: Command) -> dict[str, str]:
    """What people said in a command, as they would type it, by the options' names; no pictures."""
    found: dict[str, str] = {}
    for field in options(type(command)):
        value = getattr(command, field.attr)
        if field.kind == "image" or value in (None, "", (), False):
            continue
        found[field.name] = ", ".join(value) if field.kind == "list" else str(value)
    return found


def again(
    command: C, answers: Mapping[str, object], *, dedup_key: str, actor: Actor, place: Place
) -> C:
    """The command with other answers where there are any: emptied ones go back to their default,
    pictures stay unless another is brought. Raises BadRequest."""
    defaults = {each.name: each.default for each in fields(command)}
    changes: dict[str, object] = {}
    for field in options(type(command)):
        if field.name not in answers:
            continue
        value = _read(field, answers[field.name])
        if value is None and (field.kind == "image" or defaults[field.attr] is MISSING):
            continue
        changes[field.attr] = defaults[field.attr] if value is None else value
    told: Any = changes
    return replace(command, dedup_key=dedup_key, actor=actor, place=place, **told)


def _read(field: Field, value: object) -> object:
    """The value as the command keeps it; None where nothing was said."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "" or value == ():
        return None
    match field.kind:
        case "image":
            return value
        case "flag":
            return value if isinstance(value, bool) else str(value).casefold() in YES
        case "number":
            return _number(field, value)
        case "list":
            return listed(value) if isinstance(value, str) else value
        case "choice":
            return _choice(field, str(value))
        case "text":
            return str(value)
    assert_never(field.kind)


def _number(field: Field, value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,10}", text):
        raise BadRequest(f"{field.name} is a whole number.")
    return int(text)


def _choice(field: Field, value: str) -> str:
    for choice in field.choices:
        if choice == value.casefold():
            return choice
    raise BadRequest(f"{field.name} is one of {', '.join(field.choices)}.")
