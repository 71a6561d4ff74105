"""`darkroom admin …`: what a server's admins do in chat, from the same declarations; for the operator."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from adapters.texts.catalogue import t
from core.domain.admin import ACTS, Act
from core.domain.options import Field, options

Do = Callable[[str, dict[str, Any], str, Path | None, Path | None], None]

Config = Annotated[Path | None, typer.Option("--config", help="a config.toml")]
COMMON: dict[str, tuple[Any, Any]] = {
    "server": (
        Annotated[str, typer.Option("--server", help="discord:ID or slack:ID; empty: everywhere")],
        "",
    ),
    "out": (Annotated[Path | None, typer.Option("--out", help="where a plot goes")], None),
    "config": (Config, None),
}


def admin(do: Do) -> typer.Typer:
    """The group; `do` gets the act's name, its options by name, and the common flags."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False)
    for name, act in ACTS.items():
        _add(group, name, act, do)
    return group


def _add(group: typer.Typer, name: str, act: type[Act], do: Do) -> None:
    def command(**values: Any) -> None:
        flags = [values.pop(each) for each in COMMON]
        do(name, values, *flags)

    found = [_parameter(field) for field in options(act)]
    found += [
        inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for each, (kind, default) in COMMON.items()
    ]
    found.sort(key=lambda each: each.default is not inspect.Parameter.empty)
    command.__signature__ = inspect.Signature(found)  # pyright: ignore[reportFunctionMemberAccess]
    command.__annotations__ = {each.name: each.annotation for each in found}
    group.command(name, help=f"{t(f'admin.{name}')}.")(command)


def _parameter(field: Field) -> inspect.Parameter:
    """What must be told is an argument, the rest are flags."""
    kinds: dict[str, Any] = {"number": int | None, "flag": bool, "choice": Any, "text": str}
    kind: Any = kinds[field.kind]
    if field.kind == "choice":
        kind = Literal[field.choices]
    info: Any = typer.Argument(help=t(field.help))
    default: Any = inspect.Parameter.empty
    if not field.required:
        info, default = typer.Option(f"--{field.name}", help=t(field.help)), field.default
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[kind, info],
        default=default,
    )
