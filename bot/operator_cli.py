"""Commands of whoever runs the program: doctor, logs, provenance, backup, restore, freeze, thaw, admin."""

from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.texts.sentences import lines_said
from bot.later import add_group
from bot.shell import USAGE, ConfigFile, Json, console, guarded, settings_of


def add_operator(app: typer.Typer) -> None:
    for command in (provenance, doctor, logs, backup, restore, freeze, thaw):
        app.command()(command)
    add_group(app, "admin", "Limits, grants, blocks, runs, what was spent, the log.", _admin)


def provenance(
    file: Annotated[Path, typer.Argument(help="a picture", exists=True, dir_okay=False)],
    as_json: Json = False,
) -> None:
    """Say what a picture's file tells of where it comes from."""
    from bot.origins import tell

    raise typer.Exit(tell(file, as_json=as_json))


def doctor(
    config: ConfigFile = None,
    providers: Annotated[
        bool, typer.Option("--providers", help="what every provider can do, as a table")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="one cheap real call to each model, and what it cost")
    ] = False,
) -> None:
    """Say what is configured, what is missing, and what to do next."""
    from rich.markup import escape
    from rich.table import Table

    from bot import doctor as examination

    if providers:
        guarded(examination.show_providers)
    settings = settings_of(config)

    async def look() -> int:
        table = Table(show_header=False, box=None)
        for _ in range(3):
            table.add_column(overflow="fold")
        found = await examination.examine(settings)
        if live:
            from bot.live import examine_live

            found += await examine_live(settings)
        links = [finding for finding in found if finding.text.startswith("https://")]
        for finding in found:
            if finding not in links:
                mark = {True: "[green]ok[/]", False: "[red]no[/]", None: "[dim]-[/]"}[finding.ok]
                table.add_row(mark, finding.name, escape(finding.text))
        console().print(table)
        for finding in links:  # whole, so that they can be copied
            console().print(f"\n{finding.name}: {escape(finding.text)}", soft_wrap=True)
        return USAGE if any(finding.ok is False for finding in found) else 0

    guarded(look)


def logs(
    words: Annotated[str, typer.Argument(help="only lines with this in them")] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="how many")] = 100,
    level: Annotated[
        str, typer.Option("--level", help="debug, info, warning or error, and above")
    ] = "debug",
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="and what comes, until Ctrl-C")
    ] = False,
    as_json: Json = False,
    config: ConfigFile = None,
) -> None:
    """Show what the program that serves from this data folder logged, newest last."""
    settings = settings_of(config)

    async def work() -> int:
        import json

        from bot.reading_log import LogFilter, read, told

        async for line in read(settings.bot.data_dir, LogFilter(lines, level, words, follow)):
            text = json.dumps(line, ensure_ascii=False) if as_json else told(line)
            console().print(text, highlight=False, markup=False, soft_wrap=True)
        return 0

    guarded(work)


def backup(
    out: Annotated[Path | None, typer.Argument(help="a new file; default: by date")] = None,
    config: ConfigFile = None,
) -> None:
    """Write database and pictures into one file, while the program serves."""
    settings = settings_of(config)

    async def work() -> int:
        from bot.backups import backup

        path, taken = await backup(settings, out)
        _say(f"wrote {path}: {sum(taken.rows.values())} rows, {taken.files} files")
        return 0

    guarded(work)


def restore(
    path: Annotated[Path, typer.Argument(help="what `darkroom backup` wrote")],
    config: ConfigFile = None,
) -> None:
    """Bring a backup into an empty data folder and database."""
    settings = settings_of(config)

    async def work() -> int:
        from bot.backups import restore

        taken = await restore(settings, path)
        _say(f"restored {sum(taken.rows.values())} rows and {taken.files} files of {taken.at}")
        return 0

    guarded(work)


def _say(text: str) -> None:
    console().print(text, highlight=False, markup=False)


def freeze(config: ConfigFile = None) -> None:
    """Stop all runs after their current step and let none begin; `thaw` undoes it."""
    _act("freeze", {}, "", None, config)


def thaw(config: ConfigFile = None) -> None:
    """Let runs begin again."""
    _act("thaw", {}, "", None, config)


def _act(
    act: str, values: dict[str, Any], server: str, out: Path | None, config: Path | None
) -> None:
    settings = settings_of(config)
    from bot.administering import administer

    async def work() -> int:
        told = await administer(settings, act, values, server, out)
        _say(lines_said(told.lines))
        return 0 if told.ok else 1

    guarded(work)


def _admin() -> typer.Typer:
    from bot.admin_commands import admin

    return admin(_act)
