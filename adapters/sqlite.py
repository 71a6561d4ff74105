"""What both files that SQLite keeps for us need: the library's version, and errors by what to do."""

import sqlite3
import time
from enum import Enum, auto
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from core.domain.errors import Misconfigured

OLDEST = (3, 35, 0)  # RETURNING and DROP COLUMN
SUBSECONDS = (3, 42, 0)  # unixepoch('subsec')


class Fault(Enum):
    """What an error of SQLite asks for."""

    BUSY = auto()  # somebody writes: say it again
    FULL = auto()  # no room, or the disk fails: again when there is room
    SHUT = auto()  # not ours to open or write
    DAMAGED = auto()  # not a database, or not ours


_FAULTS = {
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_IOERR: Fault.FULL,
    sqlite3.SQLITE_NOMEM: Fault.FULL,
    sqlite3.SQLITE_CANTOPEN: Fault.SHUT,
    sqlite3.SQLITE_READONLY: Fault.SHUT,
    sqlite3.SQLITE_PERM: Fault.SHUT,
    sqlite3.SQLITE_AUTH: Fault.SHUT,
}


def fault_of(exc: BaseException) -> Fault | None:
    """None for what SQLite did not raise."""
    if isinstance(exc, DBAPIError):
        return fault_of(exc.orig) if exc.orig is not None else None
    if not isinstance(exc, sqlite3.DatabaseError):
        return None
    code: int = getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return _FAULTS.get(code & 0xFF, Fault.DAMAGED)


def check_version() -> str:
    """The library's version; raises Misconfigured where it is too old to be used."""
    if sqlite3.sqlite_version_info < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise Misconfigured(
            f"This Python brings SQLite {sqlite3.sqlite_version}; Darkroom needs {oldest} or newer: "
            "use a newer Python or system."
        )
    return sqlite3.sqlite_version


def url_of(driver: str, path: str | Path) -> URL:
    """A path is not a URL: what means something in one is only a letter in the other."""
    return URL.create(driver, database=str(path))


def teach_subseconds(connection: sqlite3.Connection) -> None:
    """Before 3.42 `unixepoch('subsec')` is null, and that is what the durable engine's tables have
    as the time of each row wherever Python is 3.12 or newer."""
    if sqlite3.sqlite_version_info < SUBSECONDS:
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(when: str) -> float:
    if when not in ("subsec", "subsecond"):
        raise ValueError(f"unixepoch({when!r}) is not known here")
    return round(time.time(), 3)
