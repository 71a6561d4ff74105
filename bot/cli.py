"""The command line. Every command teaches itself with --help, and loads only what it needs: help
and mistakes are answered at once."""

import shutil
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.later import add_group, add_later
from bot.trial.cli import add_trial
from core.domain.errors import (
    BadRequest,
    DarkroomError,
    Misconfigured,
    PlatformError,
    ProviderError,
    Refusal,
)

if TYPE_CHECKING:  # loaded where they are used: `--help` needs none of it
    from rich.console import Console

    from bot.config import Settings
    from core.domain.commands import Command
    from core.jobs.job import Job

USAGE, REFUSED, PROVIDER, PLATFORM = 2, 3, 4, 5
EXAMPLE = "config.example.toml"
HELP = """Darkroom develops images round by round: a critic describes a picture, a painter paints it,
the critic compares and rewrites the prompt, until the picture is right.

Without a key the embedded engine works: no neural network, a painter by formula, so that
everything works before you have a key.

Examples:

  darkroom run                                       the page, Discord and Slack

  darkroom refine photo.jpg --iterations 6 --out out/

Exit codes: 0 done, 2 wrong usage or config, 3 refused (quota, policy), 4 provider failed,
5 a platform refused its token."""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ConfigFile = Annotated[Path | None, typer.Option("--config", help="a config.toml")]
OutFolder = Annotated[Path, typer.Option("--out", help="where the files go")]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines on standard output")]
Yes = Annotated[bool, typer.Option("--yes", help="start without asking what it may cost")]
Iterations = Annotated[int | None, typer.Option("--iterations", "-n", help="rounds")]


@cache
def console(*, err: bool = False) -> "Console":
    """Standard output, or standard error."""
    from rich.console import Console

    return Console(stderr=err)


def guarded(work: Callable[[], Coroutine[Any, Any, int]]) -> None:
    """Runs it; every expected error is one sentence and an exit code."""
    import asyncio

    try:
        code = asyncio.run(work())
    except KeyboardInterrupt:
        code = 130
    except DarkroomError as exc:
        console(err=True).print(exc.sentence, style="red", highlight=False, markup=False)
        code = exit_code(exc)
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


def settings_of(config: Path | None) -> "Settings":
    """The settings, or exit code 2 and a sentence."""
    from bot.config import load
    from bot.logs import configure

    try:
        settings = load(config)
    except Misconfigured as exc:
        console(err=True).print(exc.sentence, style="red", highlight=False, markup=False)
        raise typer.Exit(USAGE) from exc
    configure(settings.bot.log_level, settings.bot.log_format, settings.secrets())
    return settings


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="where it goes")] = Path("config.toml"),
) -> None:
    """Write a commented config file; nothing is overwritten."""
    if path.exists():
        console(err=True).print(f"{path} is there already; nothing was changed.", highlight=False)
        raise typer.Exit(USAGE)
    shutil.copyfile(example_config(), path)
    console().print(f"wrote {path}: every key with its default and a comment", highlight=False)


def example_config() -> Path:
    """Packaged beside this file in a wheel, at the top of a checkout."""
    beside = Path(__file__).with_name(EXAMPLE)
    return beside if beside.exists() else Path(__file__).parent.parent / EXAMPLE


@app.command()
def run(config: ConfigFile = None) -> None:
    """Serve the page, and Discord and Slack where their tokens are set."""
    settings = settings_of(config)
    from bot import app as program

    async def serve() -> int:
        await program.run(settings)
        return 0

    guarded(serve)


@app.command()
def mcp(config: ConfigFile = None) -> None:
    """Serve the Model Context Protocol on standard input and output, for assistants."""
    from bot import mcp as door

    settings = settings_of(config)
    guarded(lambda: door.serve(settings))


@app.command("continue")
def continue_(
    session: Annotated[str, typer.Argument(help="a session's id")],
    instruction: Annotated[str, typer.Option(help="what shall change, in words")] = "",
    start: Annotated[str, typer.Option("--from", help="an iteration; default: the best")] = "",
    iterations: Iterations = None,
    out: OutFolder = Path("out"),
    as_json: Json = False,
    yes: Yes = False,
    config: ConfigFile = None,
) -> None:
    """More rounds of a session, from its best image or from the iteration you name."""
    from bot.person import me, place
    from core.domain.commands import pick_key
    from core.jobs.continue_ import Continue
    from core.jobs.pick import Pick

    def make() -> "Command":
        if start:
            actor = me()
            key = pick_key(actor.platform, actor.tenant, start, actor.id)
            return Pick(dedup_key=key, actor=actor, place=place(), iteration=start)
        return _built(Continue, session=session, instruction=instruction, iterations=iterations)

    _develop(config, make, out, as_json, yes)


def _built(command: "type[Command]", **values: object) -> "Command":
    from bot.person import me, new_key, place
    from core.domain.options import build

    grown = values.pop("iteration", "")
    known: dict[str, Any] = {"iteration": grown} if grown else {}
    try:
        return build(command, values, dedup_key=new_key(), actor=me(), place=place(), **known)
    except BadRequest as exc:
        raise typer.BadParameter(exc.sentence) from exc


def _run_job(job: "Job", values: dict[str, Any], flags: dict[str, Any]) -> None:
    """A job with the options as they were typed; what is wrong with them is exit code 2."""
    _develop(
        flags["config"],
        lambda: _built(job.command, **values),
        flags["out"],
        flags["as_json"],
        flags["yes"],
    )


def declared(jobs: typer.Typer) -> None:
    """Adds the jobs with their options."""
    from bot.job_commands import add_jobs

    common: dict[str, Any] = {
        "out": (OutFolder, Path("out")),
        "as_json": (Json, False),
        "yes": (Yes, False),
        "config": (ConfigFile, None),
    }
    add_jobs(jobs, common, _run_job)


add_later(app, frozenset({"continue"}), declared)
add_trial(app)


def _develop(
    config: Path | None, make: "Callable[[], Command]", out: Path, as_json: bool, yes: bool
) -> None:
    settings = settings_of(config)
    from bot.terminal import drive

    async def work() -> int:
        outcome = await drive(settings, make, out=out, as_json=as_json, yes=yes)
        if not as_json:
            say = console(err=outcome.code != 0)
            say.print(outcome.sentence, highlight=False, markup=False)
            if outcome.session and outcome.code == 0:
                say.print(
                    f"files in {out}/   more: darkroom continue {outcome.session}", highlight=False
                )
        return outcome.code

    guarded(work)


@app.command()
def show(
    session: Annotated[str, typer.Argument(help="a session's id; empty = the newest ones")] = "",
    as_json: Json = False,
    config: ConfigFile = None,
) -> None:
    """Show a session's rounds, or the newest sessions of this terminal."""
    from bot.looking import show_session, show_sessions

    settings = settings_of(config)
    guarded(
        lambda: show_session(settings, session, as_json) if session else show_sessions(settings)
    )


@app.command()
def export(
    session: Annotated[str, typer.Argument(help="a session's id")],
    out: OutFolder = Path("out"),
    packed: Annotated[bool, typer.Option("--zip", help="one file")] = False,
    config: ConfigFile = None,
) -> None:
    """Write a session's images, contact sheet, animation, session.json and a page that works
    offline; of a story its book, as EPUB and PDF."""
    from bot.looking import export_session

    settings = settings_of(config)
    guarded(lambda: export_session(settings, session, out, packed=packed))


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="a zip, a folder or a session.json", exists=True)],
    config: ConfigFile = None,
) -> None:
    """Bring an exported session into this installation."""
    from bot.looking import import_session

    settings = settings_of(config)
    guarded(lambda: import_session(settings, path))


@app.command()
def replay(
    path: Annotated[Path, typer.Argument(help="a zip, a folder or a session.json", exists=True)],
    out: OutFolder = Path("replay"),
    as_json: Json = False,
    yes: Yes = False,
    config: ConfigFile = None,
) -> None:
    """Paint an exported session once more, with the models of this config, and compare picture by
    picture. What worked on a picture is left out, and said."""
    from bot.replaying import replayed

    settings = settings_of(config)
    guarded(lambda: replayed(settings, path, out, yes=yes, as_json=as_json))


@app.command()
def provenance(
    file: Annotated[Path, typer.Argument(help="a picture", exists=True, dir_okay=False)],
    as_json: Json = False,
) -> None:
    """Say what a picture's file tells of where it comes from."""
    from bot.origins import tell

    raise typer.Exit(tell(file, as_json=as_json))


@app.command()
def doctor(
    config: ConfigFile = None,
    providers: Annotated[
        bool, typer.Option("--providers", help="what every provider can do, as a table")
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


@app.command()
def preferences(
    quality: Annotated[str, typer.Option(help="of each picture")] = "",
    size: Annotated[str, typer.Option(help="of pictures that begin from words")] = "",
    style: Annotated[str, typer.Option(help="what imagine paints in")] = "",
    config: ConfigFile = None,
) -> None:
    """Show or set what holds where you say nothing; `default` takes one back."""
    from bot.preferring import kept

    settings = settings_of(config)
    said = {"quality": quality, "size": size, "style": style}

    async def work() -> int:
        held = await kept(settings, {name: value for name, value in said.items() if value})
        console().print(held, highlight=False, markup=False)
        return 0

    guarded(work)


@app.command()
def freeze(config: ConfigFile = None) -> None:
    """Stop all runs after their current step and let none begin; `thaw` undoes it."""
    _act("freeze", {}, "", None, config)


@app.command()
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
        console().print(told.text, highlight=False, markup=False)
        return 0 if told.ok else 1

    guarded(work)


def _admin() -> typer.Typer:
    from bot.admin_commands import admin

    return admin(_act)


add_group(app, "admin", "Limits, grants, blocks, runs, what was spent, the log.", _admin)
