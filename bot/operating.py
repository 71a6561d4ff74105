"""What an operator types: the brake, backups, and what admins do. Loaded with the list of commands, so it
imports nothing else."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.later import add_group

if TYPE_CHECKING:
    from rich.console import Console

    from bot.config import Settings

ConfigFile = Annotated[Path | None, typer.Option("--config", help="a config.toml")]
NewFile = Annotated[Path | None, typer.Argument(help="a new file; default: by date")]
OldFile = Annotated[Path, typer.Argument(help="what `darkroom backup` wrote")]


@dataclass(frozen=True, slots=True)
class Terminal:
    """How a command gets its settings, runs to an exit code, and speaks."""

    settings_of: "Callable[[Path | None], Settings]"
    guarded: Callable[[Callable[[], Coroutine[Any, Any, int]]], None]
    console: "Callable[[], Console]"

    def say(self, text: str) -> None:
        self.console().print(text, highlight=False, markup=False)


def add_operating(app: typer.Typer, at: Terminal) -> None:
    """Adds the commands to the program's."""

    @app.command()
    def backup(out: NewFile = None, config: ConfigFile = None) -> None:  # pyright: ignore[reportUnusedFunction]
        """Write database and pictures into one file, while the program serves."""
        _backup(at, out, config)

    @app.command()
    def restore(path: OldFile, config: ConfigFile = None) -> None:  # pyright: ignore[reportUnusedFunction]
        """Bring a backup into an empty data folder and database."""
        _restore(at, path, config)

    @app.command()
    def freeze(config: ConfigFile = None) -> None:  # pyright: ignore[reportUnusedFunction]
        """Stop all runs after their current step and let none begin; `thaw` undoes it."""
        _act(at, "freeze", {}, "", None, config)

    @app.command()
    def thaw(config: ConfigFile = None) -> None:  # pyright: ignore[reportUnusedFunction]
        """Let runs begin again."""
        _act(at, "thaw", {}, "", None, config)

    def admin() -> typer.Typer:
        from bot.admin_commands import admin

        return admin(partial(_act, at))

    add_group(app, "admin", "Limits, grants, blocks, runs, what was spent, the log.", admin)


def _backup(at: Terminal, out: Path | None, config: Path | None) -> None:
    settings = at.settings_of(config)

    async def work() -> int:
        from bot.backups import backup

        path, taken = await backup(settings, out)
        at.say(f"wrote {path}: {sum(taken.rows.values())} rows, {taken.files} files")
        return 0

    at.guarded(work)


def _restore(at: Terminal, path: Path, config: Path | None) -> None:
    settings = at.settings_of(config)

    async def work() -> int:
        from bot.backups import restore

        taken = await restore(settings, path)
        at.say(f"restored {sum(taken.rows.values())} rows and {taken.files} files of {taken.at}")
        return 0

    at.guarded(work)


def _act(
    at: Terminal,
    act: str,
    values: dict[str, Any],
    server: str,
    out: Path | None,
    config: Path | None,
) -> None:
    settings = at.settings_of(config)

    async def work() -> int:
        from bot.administering import administer

        told = await administer(settings, act, values, server, out)
        at.say(told.text)
        return 0 if told.ok else 1

    at.guarded(work)
