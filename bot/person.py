"""Who sits at the terminal; its own file, so that `--help` loads nothing else."""

import getpass
import os
import uuid

from core.domain.commands import Actor, Place

PLATFORM = "cli"


def me() -> Actor:
    name = getpass.getuser()
    return Actor(PLATFORM, "", name, name)


def place() -> Place:
    return Place(PLATFORM, "", "terminal")


def own_locale() -> str:
    """What the terminal is set to, "" for none."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((found for name in names if (found := os.environ.get(name))), "")


def new_key() -> str:
    return f"{PLATFORM}::{uuid.uuid4().hex}"
