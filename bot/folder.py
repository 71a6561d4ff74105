"""The data folder: made, asked whether it can be used, and what is kept in it."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from bot.config import Settings
from bot.private import private_folder
from core.domain.errors import Misconfigured

PARTS = ("images", "uploads")


def data_folder(settings: Settings) -> Path:
    """Its owner's alone. Raises Misconfigured where it can't be made or written."""
    folder = settings.bot.data_dir
    try:
        private_folder(folder)
        for part in PARTS:
            (folder / part).mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError as exc:
        raise Misconfigured(f"bot.data_dir: {exc.filename} is a file, not a folder.") from exc
    except UnicodeEncodeError as exc:
        raise Misconfigured(
            "bot.data_dir: this system's locale is ASCII and can't name it; set LANG=C.UTF-8."
        ) from exc
    except OSError as exc:
        where = exc.filename or folder
        raise Misconfigured(f"bot.data_dir: {where} can't be written ({exc.strerror}).") from exc
    return folder


def database_url(settings: Settings) -> str:
    return settings.bot.database_url or str(settings.bot.data_dir / "darkroom.sqlite")


def secret(folder: Path) -> str:
    """What signs links and salts ids: made once, readable by the owner alone."""
    path = folder / "secret"
    try:
        with contextlib.suppress(FileExistsError):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as exc:
        raise Misconfigured(f"bot.data_dir: {path} can't be read; move it away.") from exc
    if not found:  # the disk was full when it was made
        raise Misconfigured(f"bot.data_dir: {path} is empty; remove it, it is made anew.")
    return found
