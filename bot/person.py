"""Who sits at the terminal; its own file, so that `--help` loads nothing else."""

import getpass
import uuid

from core.domain.commands import Actor, Place

PLATFORM = "cli"


def me() -> Actor:
    name = getpass.getuser()
    return Actor(PLATFORM, "", name, name)


def place() -> Place:
    return Place(PLATFORM, "", "terminal")


def new_key() -> str:
    return f"{PLATFORM}::{uuid.uuid4().hex}"
