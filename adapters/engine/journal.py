"""Where DBOS keeps its journal, and its settings.

Every trap named here was met: a process without its own executor id takes live runs over; the
default application version is a hash of the code, so a deploy would strand its runs.
"""

import fcntl
import uuid
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa
from dbos import DBOSConfig
from sqlalchemy import event
from sqlalchemy.pool import QueuePool

from core.domain.errors import Misconfigured

APP_VERSION = "darkroom-1"
THREADS = 8
POOL = 8
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON")


def lock_folder(folder: Path) -> TextIO:
    """One process at a time on a folder's SQLite journal; released when the file is closed."""
    file = (folder / "journal.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        file.close()
        raise Misconfigured(
            f"bot.data_dir: another Darkroom is running on {folder}; stop it or name another folder."
        ) from exc
    return file


def sqlite_engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}", poolclass=QueuePool, pool_size=POOL, max_overflow=0
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def settings(url: str, engine: sa.Engine, polling_s: float) -> DBOSConfig:
    """DBOS's configuration: an executor id of this process's own, a fixed version, nothing sent."""
    return {
        "name": "darkroom",
        "system_database_url": url,
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
