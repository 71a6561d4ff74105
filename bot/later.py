"""A job's command in the terminal: known by name, its options loaded when it is typed. So that the
list of commands, and every command that is no job, starts without the jobs."""

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from adapters.texts.catalogue import t
from core.jobs import TYPED

Declared = Callable[[typer.Typer], None]
"""Adds every job's whole command to an app."""


def add_later(app: typer.Typer, but: frozenset[str], declared: Declared) -> None:
    """A command of each job that is typed, without those in `but`."""
    for name in TYPED:
        if name not in but:
            app.command(name, help=f"{t(name)}.", cls=_class(name, declared))(_nothing)


def _nothing() -> None:
    """Its place is taken by the whole command before anything is parsed."""


def _class(job: str, declared: Declared) -> type[TyperCommand]:
    class JobCommand(TyperCommand):
        """Stands for the whole command until one of its options is needed."""

        def make_context(self, info_name: str | None, *args: Any, **extra: Any) -> Any:
            return whole(declared)[job].make_context(info_name, *args, **extra)

    return JobCommand


def add_group(app: typer.Typer, name: str, about: str, made: Callable[[], typer.Typer]) -> None:
    """A group of commands, made when one of them is typed."""

    class LaterGroup(TyperGroup):
        def make_context(self, info_name: str | None, *args: Any, **extra: Any) -> Any:
            return typer.main.get_group(made()).make_context(info_name, *args, **extra)

    app.add_typer(typer.Typer(cls=LaterGroup, callback=_nothing), name=name, help=about)


def whole(declared: Declared) -> dict[str, Any]:
    """The jobs' commands with their options, by name."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False, callback=_nothing)
    declared(app)
    group: Any = typer.main.get_command(app)
    return group.commands
