"""What `darkroom run` is told on the command line instead of in the config."""

import typer

from bot.config import Settings, checked
from bot.shell import USAGE, complain
from core.domain.errors import Misconfigured


def nothing(_: str) -> None: ...


def browse(address: str) -> None:
    import webbrowser

    if address and not webbrowser.open(address):
        complain(f"No browser was found here: open {address} in one.")


def served_at(settings: Settings, host: str, port: int | None) -> Settings:
    """The page at another address than the config says; exit code 2 where it can't be there."""
    changed = {
        "host": host or settings.web.host,
        "port": settings.web.port if port is None else port,
    }
    web = settings.web.model_copy(update=changed)
    try:
        return checked(settings.model_copy(update={"web": web}))
    except Misconfigured as exc:
        complain(exc.sentence)
        raise typer.Exit(USAGE) from exc
