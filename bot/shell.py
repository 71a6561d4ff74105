"""What every command of the terminal shares: options, the way out, how much is said."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.domain.errors import (
    DarkroomError,
    Misconfigured,
    PlatformError,
    ProviderError,
    Refusal,
)

if TYPE_CHECKING:  # loaded where they are used: `--help` needs none of it
    from rich.console import Console

    from bot.config import Settings

USAGE, REFUSED, PROVIDER, PLATFORM, INTERRUPTED = 2, 3, 4, 5, 130
STDIN = "-"

ConfigFile = Annotated[Path | None, typer.Option("--config", help="a config.toml")]
OutFolder = Annotated[Path, typer.Option("--out", help="where the files go")]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines on standard output")]
Yes = Annotated[bool, typer.Option("--yes", help="start without asking what it may cost")]
Iterations = Annotated[int | None, typer.Option("--iterations", "-n", help="rounds")]
Session = Annotated[str, typer.Argument(help="a session's id, its beginning, or `last`")]
Pictures = Annotated[
    str, typer.Option("--pictures", help="auto, off, kitty, iterm, sixel or blocks")
]


@dataclass
class Loudness:
    """`-q` and `-v`, said before the command."""

    quiet: bool = False
    verbose: bool = False


loudness = Loudness()


@cache
def console(*, err: bool = False) -> "Console":
    """Standard output, or standard error."""
    from rich.console import Console

    return Console(stderr=err)


def complain(sentence: str) -> None:
    console(err=True).print(sentence, style="red", highlight=False, markup=False)


def guarded(work: Callable[[], Coroutine[Any, Any, int]]) -> None:
    """Runs it; every expected error is one sentence and an exit code."""
    import asyncio

    try:
        code = asyncio.run(work())
    except KeyboardInterrupt:
        code = INTERRUPTED
    except DarkroomError as exc:
        complain(exc.sentence)
        code = exit_code(exc)
    except OSError as exc:
        complain(sentence_of(exc))
        code = USAGE
    raise typer.Exit(code)


def exit_code(exc: DarkroomError) -> int:
    for kind, code in (
        (Misconfigured, USAGE),
        (Refusal, REFUSED),
        (ProviderError, PROVIDER),
        (PlatformError, PLATFORM),
    ):
        if isinstance(exc, kind):
            return code
    return 1


def sentence_of(exc: OSError) -> str:
    """What the system refused, as a sentence: the file, if one was meant, and why."""
    where = f"{exc.filename}: " if exc.filename else ""
    return f"{where}{exc.strerror or exc}.".replace("..", ".")


def settings_of(config: Path | None) -> "Settings":
    """The settings, or exit code 2 and a sentence."""
    from bot.config import load
    from bot.logs import configure

    try:
        settings = load(config)
    except Misconfigured as exc:
        complain(exc.sentence)
        raise typer.Exit(USAGE) from exc
    level = "debug" if loudness.verbose else "error" if loudness.quiet else settings.bot.log_level
    configure(level, settings.bot.log_format, settings.secrets())
    return settings


def a_picture(path: Path, option: str) -> None:
    """Exit code 2 where there is no such file: found before anything is begun."""
    if str(path) == STDIN:
        return
    if not path.exists():
        raise typer.BadParameter(f"{option}: there is no file {path}.")
    if not path.is_file():
        raise typer.BadParameter(f"{option}: {path} is no file.")


def a_folder(out: Path) -> None:
    """Exit code 2 where files could not be written there: found before anything is painted."""
    import os

    there = next((each for each in (out, *out.absolute().parents) if each.exists()), Path("/"))
    if not there.is_dir():
        raise typer.BadParameter(f"--out: {there} is a file, not a folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise typer.BadParameter(f"--out: {there} can't be written to.")
