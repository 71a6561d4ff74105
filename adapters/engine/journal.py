"""Where DBOS keeps its journal, and its settings.

Every trap named here was met: a process without its own executor id takes live runs over; the
default application version is a hash of the code, so a deploy would strand its runs.
"""

import contextlib
import fcntl
import logging
import sqlite3
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa
from dbos import DBOSConfig
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from adapters.sqlite import Fault, fault_of, teach_subseconds, url_of
from core.domain.errors import Misconfigured

log = logging.getLogger(__name__)
FILE = "journal.sqlite"
APP_VERSION = "darkroom-1"
THREADS = 8
POOL = 8
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON")


def lock_folder(folder: Path) -> TextIO:
    """One process at a time on a folder's SQLite journal; released when the file is closed."""
    try:
        file = (folder / "journal.lock").open("w")
    except OSError as exc:
        raise Misconfigured(
            f"bot.data_dir: {exc.filename} can't be written ({exc.strerror})."
        ) from exc
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        file.close()
        raise Misconfigured(
            f"bot.data_dir: another Darkroom is running on {folder}; stop it or name another folder."
        ) from exc
    return file


def sound(path: Path) -> bool:
    """Whether it is a database, whole, or not there yet. Raises Misconfigured where it can't be
    opened or written at all."""
    if not path.exists():
        return True
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as exc:
        if fault_of(exc) is Fault.DAMAGED:
            return False
        raise unusable(path, exc) from exc
    return said == "ok"


def unusable(path: Path, exc: BaseException) -> Misconfigured:
    cause = getattr(exc, "orig", None) or exc
    return Misconfigured(f"bot.data_dir: {path} can't be used ({cause}).")


def set_aside(path: Path) -> None:
    """Keeps a damaged journal under another name. It is a cache: runs go on from the database."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    kept = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(kept.with_name(kept.name + ending))
    log.warning("the journal is damaged and was set aside as %s; runs go on without it", kept.name)


def sqlite_engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        url_of("sqlite", path), poolclass=QueuePool, pool_size=POOL, max_overflow=0
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        teach_subseconds(connection)
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def settings(engine: sa.Engine, polling_s: float) -> DBOSConfig:
    """DBOS's configuration: an executor id of this process's own, a fixed version, nothing sent."""
    return {
        "name": "darkroom",
        "system_database_url": engine.url.render_as_string(),
        "executor_id": uuid.uuid4().hex,
        "application_version": APP_VERSION,
        "log_level": "ERROR",
        "console_log_level": "ERROR",
        "enable_otlp": False,
        "max_executor_threads": THREADS,
        "sys_db_pool_size": POOL,
        "notification_listener_polling_interval_sec": polling_s,
        "system_database_engine": engine,
    }
