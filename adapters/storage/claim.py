"""One program serves a database, whatever folder it keeps its journal in; beside it one terminal and
one assistant's server carry their own runs. Who holds a claim is alive: it goes with the process."""

import asyncio
import contextlib
import fcntl
import zlib
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.storage.sql import driver_url
from core.domain.errors import Misconfigured

SERVES = 0x6461726C  # PostgreSQL advisory lock of whoever serves
SERVER = ""
TAKEN = {
    SERVER: "bot.database_url: another Darkroom serves this database from another folder; stop it, or "
    "give each its own.",
    "cli": "bot.database_url: another darkroom command is at work on this database; wait until it has "
    "ended, or give each a bot.data_dir of its own.",
    "mcp": "bot.database_url: another darkroom mcp is at work on this database; stop it, or give each "
    "a bot.data_dir of its own.",
}
GLANCE_S = 0.1


class _Taken(Exception):
    """Another process holds the claim."""


@contextlib.asynccontextmanager
async def claimed(url: str, whose: str = SERVER, patience_s: float = 0.0) -> AsyncGenerator[None]:
    """Holds the database while the block runs, as its server or as who carries the runs of platform
    `whose`. Raises Misconfigured if another program does for longer than `patience_s`."""
    clock = asyncio.get_running_loop().time
    end = clock() + patience_s
    async with contextlib.AsyncExitStack() as stack:
        while True:
            try:
                await stack.enter_async_context(_held(url, whose))
                break
            except _Taken:
                if clock() >= end:
                    raise Misconfigured(TAKEN[whose]) from None
            await asyncio.sleep(GLANCE_S)
        yield


@contextlib.asynccontextmanager
async def nobody_else(url: str, whose: str) -> AsyncGenerator[bool]:
    """Keeps others from claiming it while the block runs; False where somebody has."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(_held(url, whose))
            free = True
        except _Taken:
            free = False
        yield free


@contextlib.asynccontextmanager
async def _held(url: str, whose: str) -> AsyncGenerator[None]:
    address = driver_url(url)
    if address.drivername.startswith("sqlite"):
        with _file_held(Path(address.database or ""), whose):
            yield
        return
    number = SERVES + zlib.crc32(whose.encode())
    engine = create_async_engine(address, pool_size=1, max_overflow=0)
    try:
        async with contextlib.AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(engine.connect())
                took = await connection.scalar(text(f"select pg_try_advisory_lock({number})"))
                await connection.commit()  # the lock is the session's
            except (SQLAlchemyError, OSError):
                took = True  # whoever opens it says what is wrong
            if not took:
                raise _Taken
            yield
    finally:
        await engine.dispose()


@contextlib.contextmanager
def _file_held(database: Path, whose: str) -> Generator[None]:
    """By the file itself, however it is reached; the lock goes with the process."""
    place = database.resolve()
    try:
        file = place.with_name(".".join(filter(None, (place.name, whose, "lock")))).open("w")
    except OSError:  # whoever opens the database says what is wrong
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise _Taken from exc
        yield
