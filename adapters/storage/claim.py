"""One program serves a database, whatever folder it keeps its journal in."""

import contextlib
import fcntl
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.storage.sql import driver_url
from core.domain.errors import Misconfigured

SERVES = 0x6461726C  # PostgreSQL advisory lock of whoever serves
TAKEN = (
    "bot.database_url: another Darkroom serves this database from another folder; stop it, or give "
    "each its own."
)


@contextlib.asynccontextmanager
async def claimed(url: str) -> AsyncGenerator[None]:
    """Holds the database while the block runs. Raises Misconfigured if another program does."""
    address = driver_url(url)
    if address.drivername.startswith("sqlite"):
        with _file_held(Path(address.database or "")):
            yield
        return
    engine = create_async_engine(address, pool_size=1, max_overflow=0)
    try:
        async with contextlib.AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(engine.connect())
                took = await connection.scalar(text(f"select pg_try_advisory_lock({SERVES})"))
                await connection.commit()  # the lock is the session's
            except (SQLAlchemyError, OSError):
                took = True  # whoever opens it says what is wrong
            if not took:
                raise Misconfigured(TAKEN)
            yield
    finally:
        await engine.dispose()


@contextlib.contextmanager
def _file_held(database: Path) -> Generator[None]:
    """By the file itself, however it is reached; the lock goes with the process."""
    place = database.resolve()
    try:
        file = place.with_name(f"{place.name}.lock").open("w")
    except OSError:  # whoever opens the database says what is wrong
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise Misconfigured(TAKEN) from exc
        yield
