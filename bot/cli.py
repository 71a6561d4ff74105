"""The command line. Every command teaches itself with --help, and loads only what it needs: help
and mistakes are answered at once."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.later import add_later
from bot.operator_cli import add_operator
from bot.sessions_cli import add_sessions
from bot.shell import (
    STDIN,
    USAGE,
    ConfigFile,
    Iterations,
    Json,
    OutFolder,
    Pictures,
    Session,
    Yes,
    a_folder,
    a_picture,
    complain,
    console,
    guarded,
    loudness,
    settings_of,
)
from bot.trial.cli import add_trial
from core.domain.errors import BadRequest

if TYPE_CHECKING:  # loaded where they are used: `--help` needs none of it
    from collections.abc import Callable

    from core.domain.commands import Command
    from core.jobs.job import Job

EXAMPLE = "config.example.toml"
HELP = """Darkroom develops images round by round: a critic describes a picture, a painter paints it,
the critic compares and rewrites the prompt, until the picture is right.

Without a key the embedded engine works: no neural network, a painter by formula, so that
everything works before you have a key.

  darkroom run                                       the page, Discord and Slack

  darkroom refine photo.jpg --iterations 6 --out out/

A picture is a file, or - for standard input. A session is its id, the beginning of it, or `last`.

Exit codes: 0 done, 2 wrong usage or config, 3 refused (quota, policy), 4 provider failed,
5 a platform refused its token, 130 ended by Ctrl-C."""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"darkroom {version('darkroom')}")  # noqa: T201
        raise typer.Exit


@app.callback()
def before(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="which this is")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="only results and errors")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="the log in full")] = False,
) -> None:
    loudness.quiet, loudness.verbose = quiet, verbose


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="where it goes")] = Path("config.toml"),
) -> None:
    """Write a commented config file; nothing is overwritten."""
    if path.exists():
        complain(f"{path} is there already; nothing was changed.")
        raise typer.Exit(USAGE)
    shutil.copyfile(example_config(), path)
    console().print(f"wrote {path}: every key with its default and a comment", highlight=False)


def example_config() -> Path:
    """Beside this file in a wheel, at the top of a checkout."""
    beside = Path(__file__).with_name(EXAMPLE)
    return beside if beside.exists() else Path(__file__).parent.parent / EXAMPLE


@app.command()
def run(
    host: Annotated[str, typer.Option("--host", help="instead of web.host")] = "",
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="instead of web.port")
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="open the page in the browser")] = False,
    config: ConfigFile = None,
) -> None:
    """Serve the page, and Discord and Slack where their tokens are set."""
    from bot import app as program
    from bot.serve_cli import browse, nothing, served_at

    settings = served_at(settings_of(config), host, port)

    async def serve() -> int:
        await program.run(settings, browse if show else nothing)
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
    session: Session = "",
    instruction: Annotated[str, typer.Option(help="what shall change, in words")] = "",
    start: Annotated[str, typer.Option("--from", help="an iteration; default: the best")] = "",
    iterations: Iterations = None,
    out: OutFolder = Path("out"),
    as_json: Json = False,
    yes: Yes = False,
    pictures: Pictures = "auto",
    config: ConfigFile = None,
) -> None:
    """More rounds of a session, from its best image or from the iteration you name."""
    from core.jobs.continue_ import Continue
    from core.jobs.pick import Pick

    if not session and not start:
        raise typer.BadParameter("Name a session (its id, or `last`), or an iteration with --from.")
    words: dict[str, Any] = {"instruction": instruction, "iterations": iterations}

    def make() -> "Command":
        if start:
            from bot.person import me, new_key, place

            return Pick(dedup_key=new_key(), actor=me(), place=place(), iteration=start, **words)
        return _built(Continue, session=session, **words)

    flags = {"config": config, "out": out, "as_json": as_json, "yes": yes, "pictures": pictures}
    if session:
        session = _whole(config, session)
    _develop(make, flags)


def _whole(config: Path | None, session: str) -> str:
    """The session's whole id, or exit code 2 and a sentence."""
    import asyncio

    from bot.looking import session_id
    from core.domain.errors import Misconfigured

    try:
        return asyncio.run(session_id(settings_of(config), session))
    except Misconfigured as exc:
        complain(exc.sentence)
        raise typer.Exit(USAGE) from exc


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
    """A job with the options as they were typed."""
    from core.domain.commands import ImageHandle

    given = {name: each for name, each in values.items() if isinstance(each, ImageHandle)}
    for name, handle in given.items():
        a_picture(Path(handle.ref), name)
    if sum(handle.ref == STDIN for handle in given.values()) > 1:
        raise typer.BadParameter("Standard input holds one picture: - can be said once.")
    _develop(lambda: _built(job.command, **values), flags)


def declared(jobs: typer.Typer) -> None:
    """Adds the jobs with their options."""
    from bot.job_commands import add_jobs

    common: dict[str, Any] = {
        "out": (OutFolder, Path("out")),
        "as_json": (Json, False),
        "yes": (Yes, False),
        "pictures": (Pictures, "auto"),
        "config": (ConfigFile, None),
    }
    add_jobs(jobs, common, _run_job)


add_later(app, frozenset({"continue"}), declared)


def _develop(make: "Callable[[], Command]", flags: dict[str, Any]) -> None:
    out, as_json = flags["out"], flags["as_json"]
    a_folder(out)
    settings = settings_of(flags["config"])
    from bot.driving import drive
    from bot.terminal import Manner

    manner = Manner(as_json, flags["yes"], loudness.quiet, flags["pictures"])

    async def work() -> int:
        outcome = await drive(settings, make, out=out, manner=manner)
        if not as_json and not (loudness.quiet and outcome.code == 0):
            say = console(err=outcome.code != 0)
            say.print(outcome.sentence, highlight=False, markup=False)
            if outcome.session and outcome.code == 0:
                more = f"files in {outcome.folder}/   more: darkroom continue {outcome.session}"
                say.print(more, highlight=False, soft_wrap=True)
        return outcome.code

    guarded(work)


add_sessions(app)
add_operator(app)
add_trial(app)
