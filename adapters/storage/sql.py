"""The store over SQLAlchemy: SQLite by aiosqlite, PostgreSQL by asyncpg."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from adapters.sqlite import Fault, check_version, url_of
from adapters.storage.audit import AuditRows
from adapters.storage.backup import keep_before
from adapters.storage.budgets import BudgetRows
from adapters.storage.calls import CallRows
from adapters.storage.faults import AWAY, BUSY, trouble_of, unavailable
from adapters.storage.figures import FigureRows
from adapters.storage.inbox import InboxRows
from adapters.storage.iterations import IterationRows
from adapters.storage.ledger import LedgerRows
from adapters.storage.outbox import OutboxRows
from adapters.storage.people import PeopleRows
from adapters.storage.runs import RunRows
from adapters.storage.servers import ServerRows
from adapters.storage.sessions import SessionRows
from adapters.storage.shielded import Shielded, unbroken
from adapters.storage.stars import StarRows
from adapters.storage.upgrading import WRITE_LOCK, newest, upgrade, version_of
from adapters.storage.write_lock import WriteLock
from core.domain.errors import Misconfigured, StoreUnavailable
from core.ports.store import PATIENT_S, Store, UnitOfWork

BACKUPS = "backups"
FORMS = "use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE"
BUSY_MS = 250  # of one try; between two of them somebody urgent may have the turn
AGAIN_S = 0.02
READERS = 8  # connections
PATIENCE_S = 10.0  # at the close
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MS}",
)


class Rows:
    """Implements `core.ports.store.UnitOfWork` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.inbox, self.outbox = InboxRows(connection), OutboxRows(connection)
        self.sessions, self.runs = SessionRows(connection), RunRows(connection)
        self.iterations, self.servers = IterationRows(connection), ServerRows(connection)
        self.calls, self.ledger = CallRows(connection), LedgerRows(connection)
        self.people = PeopleRows(connection)
        self.stars = StarRows(connection)
        self.budgets, self.audit = BudgetRows(connection), AuditRows(connection)
        self.figures = FigureRows(connection)


class SqlStore:
    """Implements `core.ports.Store`."""

    def __init__(self, readers: AsyncEngine, writer: AsyncEngine) -> None:
        """`writer` has one connection of its own: a write never waits for those who read."""
        self._readers, self._writer = readers, writer
        self._sqlite = readers.dialect.name == "sqlite"
        self._write_lock = WriteLock()
        self._open = 0  # transactions
        self._closed = False
        self._idle = asyncio.Event()
        self._idle.set()

    def write(
        self, *, urgent: bool = False, within_s: float = PATIENT_S
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._write(urgent, within_s)

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._read()

    @contextlib.asynccontextmanager
    async def _write(self, urgent: bool, within_s: float) -> AsyncGenerator[UnitOfWork]:
        with _understood():
            begun = contextlib.AsyncExitStack()
            rows = await self._begun(begun, urgent, within_s)
            async with begun:
                yield rows

    async def _begun(
        self, begun: contextlib.AsyncExitStack, urgent: bool, within_s: float
    ) -> UnitOfWork:
        """Has its turn and a transaction on the stack. While another process writes it lets others
        have the turn between its tries."""
        end = asyncio.get_running_loop().time() + within_s
        while True:
            left = end - asyncio.get_running_loop().time()
            async with contextlib.AsyncExitStack() as stack:
                try:
                    async with asyncio.timeout(left):
                        await stack.enter_async_context(self._write_lock.turn(urgent=urgent))
                    rows = await stack.enter_async_context(self._transaction(left))
                except TimeoutError as exc:
                    raise StoreUnavailable(BUSY) from exc
                except DBAPIError as exc:
                    if trouble_of(exc) is not Fault.BUSY or left < AGAIN_S:
                        raise
                else:
                    begun.push_async_exit(stack.pop_all())
                    return rows
            await asyncio.sleep(AGAIN_S)

    @contextlib.asynccontextmanager
    async def _read(self) -> AsyncGenerator[UnitOfWork]:
        with _understood():
            async with self._transaction(None) as rows:
                yield rows

    @contextlib.asynccontextmanager
    async def _transaction(self, write_within_s: float | None) -> AsyncGenerator[UnitOfWork]:
        """None = it only reads."""
        async with self._counted(), self._connected(write_within_s) as rows:
            yield rows

    @contextlib.asynccontextmanager
    async def _counted(self) -> AsyncGenerator[None]:
        """One that comes after the close still gets its answer, and leaves no connection behind."""
        self._open += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self._idle.set()
                if self._closed:
                    await unbroken(self._dispose())

    @contextlib.asynccontextmanager
    async def _connected(self, write_within_s: float | None) -> AsyncGenerator[UnitOfWork]:
        beginning = self._begin(write_within_s)
        connection = await unbroken(beginning, lambda late: _end(late, commit=False))
        try:
            yield Rows(cast(AsyncConnection, Shielded(connection)))
        except BaseException:
            await unbroken(_end(connection, commit=False))
            raise
        await unbroken(_end(connection, commit=True))

    async def _begin(self, write_within_s: float | None) -> AsyncConnection:
        write = write_within_s is not None
        try:
            connection = await (self._writer if write else self._readers).connect()
        except OSError as exc:
            raise StoreUnavailable(AWAY) from exc
        try:
            await connection.execution_options(darkroom_write=write)
            await connection.begin()
            if write_within_s is not None and not self._sqlite:
                waiting_ms = max(1, int(write_within_s * 1000))
                await connection.execute(text(f"set local lock_timeout = {waiting_ms}"))
                await connection.execute(text(f"select pg_advisory_xact_lock({WRITE_LOCK})"))
        except BaseException:
            await connection.close()
            raise
        return connection

    async def close(self) -> None:
        """Waits a little for what is under way: a connection in use would stay open for good."""
        self._closed = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._idle.wait()
        await self._dispose()

    async def _dispose(self) -> None:
        await self._writer.dispose()
        await self._readers.dispose()


@contextlib.contextmanager
def _understood() -> Generator[None]:
    """What may pass is a sentence to whoever is waiting."""
    try:
        yield
    except DBAPIError as exc:
        if (said := unavailable(exc)) is not None:
            raise said from exc
        raise


async def _end(connection: AsyncConnection, *, commit: bool) -> None:
    try:
        await (connection.commit() if commit else connection.rollback())
    finally:
        await connection.close()


async def open_store(url: str, backups: Path | None = None) -> Store:
    """Opens a database and brings its tables up to date; before they are changed they are kept in
    `backups`, by default beside the file. `url`: a path, sqlite:///PATH or postgresql://...; raises
    Misconfigured with a sentence."""
    readers, writer = engine_of(url, READERS), engine_of(url, 1)
    try:
        if writer.dialect.name == "sqlite":
            check_version()
            _touch(writer.url.database or "")
            backups = backups or Path(writer.url.database or "").parent / BACKUPS
        await _upgraded(readers, writer, backups)
    except BaseException as exc:
        await writer.dispose()
        await readers.dispose()
        if isinstance(exc, SQLAlchemyError | sqlite3.Error | OSError | UnicodeError):
            cause = str(exc).splitlines()[0]
            said = f"bot.database_url: the database can't be opened ({cause})."
            raise Misconfigured(said) from exc
        raise
    return SqlStore(readers, writer)


async def _upgraded(readers: AsyncEngine, writer: AsyncEngine, backups: Path | None) -> None:
    async with readers.connect() as connection, connection.begin():
        stands = await connection.run_sync(version_of)
        if stands == newest():
            return
        if stands and stands < newest() and backups is not None:
            await keep_before(connection, backups, stands)
    async with writer.connect() as connection:
        await connection.execution_options(darkroom_write=True)
        async with connection.begin():
            await upgrade(connection)


def engine_of(url: str, connections: int) -> AsyncEngine:
    """Connects at first use."""
    try:
        engine = create_async_engine(driver_url(url), pool_size=connections, max_overflow=0)
    except (SQLAlchemyError, ValueError) as exc:
        raise Misconfigured(f"bot.database_url: {FORMS}.") from exc
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def _touch(path: str) -> None:
    """Raises sqlite3.Error where the file can't be: aiosqlite's thread would outlive that error."""
    sqlite3.connect(path).close()


def driver_url(url: str) -> URL:
    if url.startswith(("postgresql://", "postgres://")):
        found = make_url("postgresql+asyncpg://" + url.partition("://")[2])
        mode = found.query.get("sslmode")  # libpq's word for what asyncpg calls ssl
        if mode is None:
            return found
        return found.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    path = url.removeprefix("sqlite:///")
    if "://" in path:
        raise Misconfigured(f"bot.database_url: {FORMS}.")
    return url_of("sqlite+aiosqlite", path)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """Transactions are begun by us: IMMEDIATE for writers, so that none fails half-way."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        try:
            cursor = connection.cursor()
            for pragma in PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
        except BaseException:
            connection.close()  # nobody else knows of it yet; its thread would outlive the program
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        write = connection.get_execution_options().get("darkroom_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
