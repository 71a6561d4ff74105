"""Commands that look at what is there: list, show, export, delete, rename, open, config."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.shell import (
    USAGE,
    ConfigFile,
    Json,
    OutFolder,
    Session,
    Yes,
    a_folder,
    complain,
    console,
    guarded,
    settings_of,
)


def add_sessions(app: typer.Typer) -> None:
    app.command("list")(list_)
    app.command()(show)
    app.command()(export)
    app.command()(delete)
    app.command()(rename)
    app.command("open")(open_)
    app.command("config")(config_)
    app.command()(preferences)
    app.command()(link)
    app.command()(unlink)


def list_(
    limit: Annotated[int, typer.Option("--limit", min=1, help="how many, newest first")] = 25,
    as_json: Json = False,
    config: ConfigFile = None,
) -> None:
    """List this terminal's sessions: score, status, images, name or goal."""
    from bot.looking import show_sessions

    settings = settings_of(config)
    guarded(lambda: show_sessions(settings, limit, as_json))


def show(
    session: Annotated[str, typer.Argument(help="an id, its beginning, `last`; none: all")] = "",
    as_json: Json = False,
    config: ConfigFile = None,
) -> None:
    """Show a session's rounds, or the newest sessions of this terminal."""
    from bot.looking import show_session, show_sessions

    settings = settings_of(config)
    guarded(
        lambda: (
            show_session(settings, session, as_json)
            if session
            else show_sessions(settings, 25, as_json)
        )
    )


def export(session: Session, out: OutFolder = Path("out"), config: ConfigFile = None) -> None:
    """Write a session's images, contact sheet, animation and session.json."""
    from bot.looking import export_session

    a_folder(out)
    settings = settings_of(config)
    guarded(lambda: export_session(settings, session, out))


def delete(session: Session, yes: Yes = False, config: ConfigFile = None) -> None:
    """Delete a session with its pictures; what it cost stays booked."""
    from bot.looking import delete_session

    settings = settings_of(config)

    def agreed(what: str) -> bool:
        return yes or (
            console(err=True).is_terminal and typer.confirm(f"Delete {what} for good?", err=True)
        )

    guarded(lambda: delete_session(settings, session, agreed))


def rename(
    session: Session,
    name: Annotated[str, typer.Argument(help='what it is called from now on; "" for no name')],
    config: ConfigFile = None,
) -> None:
    """Give a session a name; lists show it instead of the goal."""
    from bot.looking import name_session

    settings = settings_of(config)
    guarded(lambda: name_session(settings, session, name))


def open_(
    session: Annotated[str, typer.Argument(help="a session; none: the page")] = "",
    config: ConfigFile = None,
) -> None:
    """Open the page of the program that runs here in the browser, or print its address."""
    import webbrowser

    settings = settings_of(config)
    web = settings.web
    host = "127.0.0.1" if web.host in ("0.0.0.0", "::") else web.host
    base = web.public_url.rstrip("/") or f"http://{f'[{host}]' if ':' in host else host}:{web.port}"
    address = f"{base}/#{session}" if session else f"{base}/"
    console().print(address, highlight=False, soft_wrap=True)
    if not webbrowser.open(address):
        complain("No browser was found here: open that address in one.")


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


def link(
    code: Annotated[str, typer.Argument(help="from another door; none: a code for one")] = "",
    config: ConfigFile = None,
) -> None:
    """Be one person here and on Discord, Slack or the page: sessions are found at each."""
    from bot.linking import link

    settings = settings_of(config)
    guarded(lambda: link(settings, code))


def unlink(config: ConfigFile = None) -> None:
    """Be nobody else here any more."""
    from bot.linking import unlink

    settings = settings_of(config)
    guarded(lambda: unlink(settings))


def config_(
    key: Annotated[str, typer.Argument(help="such as loop.iterations; none: all")] = "",
    config: ConfigFile = None,
) -> None:
    """Print the configuration as it holds: file, environment and defaults together, no secrets."""
    settings = settings_of(config)
    found = flat(settings.model_dump(mode="json"))
    chosen = {n: v for n, v in found.items() if not key or n == key or n.startswith(f"{key}.")}
    if not chosen:
        complain(f"{key}: there is no such key; `darkroom config` prints all.")
        raise typer.Exit(USAGE)
    for name, value in chosen.items():
        console().print(f"{name} = {value}", highlight=False, markup=False, soft_wrap=True)


def flat(data: dict[str, Any], before: str = "") -> dict[str, str]:
    """{"loop.iterations": "4", …}, values as TOML has them; a secret is only said to be set."""
    import json

    found: dict[str, str] = {}
    for name, value in data.items():
        if isinstance(value, dict):
            found |= flat(value, f"{before}{name}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            found[before + name] = json.dumps(value, ensure_ascii=False)
    return found
