"""A database for tests that are not about the database: the same statements on the same file, but in
the caller's thread, and without waiting for the disk. An eighth of a statement's time is SQLite's;
most of the rest is the way to aiosqlite's thread and back, four times for each."""

import asyncio
import tempfile
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from aiosqlite import Connection
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.pixels import PixelPool
from adapters.storage.sql import open_store
from core.ports.store import Store

HERE: ContextVar[bool] = ContextVar("HERE", default=False)
"""Whether engines that are made now work in the caller's thread."""
CLOSE = PixelPool.close
"""The real one: tests share the processes of a pool."""
_MIGRATED: list[bytes] = []


async def fresh_store(path: Path) -> Store:
    """`open_store`; a new file is a copy of the one that the migrations made first."""
    if not path.exists():
        path.write_bytes(_MIGRATED[0] if _MIGRATED else await _migrated())
    return await open_store(str(path))


async def quick_store(path: Path) -> Store:
    """The same for tests that are not about the database."""
    token = HERE.set(True)
    try:
        return await fresh_store(path)
    finally:
        HERE.reset(token)


async def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.sqlite"
        await (await open_store(str(path))).close()
        _MIGRATED.append(path.read_bytes())
    return _MIGRATED[0]


def work_here(engine: AsyncEngine) -> None:
    """Its connections run what they are asked when they are asked; whoever asks still lets the others
    of the loop go on, as with a thread."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        driver: Connection = connection.driver_connection
        driver._execute = _at_once(driver)  # type: ignore[method-assign]
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()


def _at_once(connection: Connection) -> Callable[..., Any]:
    async def execute(function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if not connection._running or not connection._connection:
            raise ValueError("Connection closed")
        if function.__name__ not in ("cursor", "close"):
            await asyncio.sleep(0)
        return function(*args, **named)

    return execute
