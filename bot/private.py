"""Who may read what the program writes: its own folder is the owner's alone; what somebody asked for
in a folder of theirs is as readable as they have it."""

import contextlib
import os
from pathlib import Path

OURS = 0o077
_usual = os.umask(OURS)
os.umask(_usual)


def private_folder(folder: Path) -> Path:
    """Makes the folder, for its owner alone; from now on so is everything this process writes.
    What an earlier version left readable is closed, as far as it is ours to close."""
    os.umask(OURS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in [folder, *folder.iterdir()]:
        with contextlib.suppress(PermissionError, FileNotFoundError):
            _close(path)
    return folder


def _close(path: Path) -> None:
    mode = path.lstat().st_mode & 0o777
    if mode & OURS and not path.is_symlink():
        path.chmod(mode & ~OURS)


def as_usual(path: Path) -> None:
    """Gives a file or a folder that somebody asked for the mode their umask asks for."""
    path.chmod((0o777 if path.is_dir() else 0o666) & ~_usual)
