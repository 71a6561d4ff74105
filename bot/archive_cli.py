"""Commands that carry sessions: archive, import, replay."""

from pathlib import Path
from typing import Annotated

import typer

from bot.shell import ConfigFile, Json, OutFolder, Session, Yes, a_folder, guarded, settings_of

Exported = Annotated[Path, typer.Argument(help="a zip, a folder or a session.json", exists=True)]


def add_archives(app: typer.Typer) -> None:
    app.command()(archive)
    app.command("import")(import_)
    app.command()(replay)


def archive(session: Session, out: OutFolder = Path("out"), config: ConfigFile = None) -> None:
    """Write all of a session as one zip: images, every call, a page that works offline; of a story
    its book, as EPUB and PDF."""
    from bot.archiving import pack_session

    a_folder(out)
    settings = settings_of(config)
    guarded(lambda: pack_session(settings, session, out))


def import_(path: Exported, config: ConfigFile = None) -> None:
    """Bring a session from another installation into this one."""
    from bot.archiving import import_session

    settings = settings_of(config)
    guarded(lambda: import_session(settings, path))


def replay(
    path: Exported,
    out: OutFolder = Path("replay"),
    as_json: Json = False,
    yes: Yes = False,
    config: ConfigFile = None,
) -> None:
    """Paint an exported session once more, with the models of this config, and compare picture by
    picture. What worked on a picture is left out, and said."""
    from bot.replaying import replayed

    a_folder(out)
    settings = settings_of(config)
    guarded(lambda: replayed(settings, path, out, yes=yes, as_json=as_json))
