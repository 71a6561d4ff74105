"""What every test process has: one thread for small matrix products, which are slower on several,
a place of its own for what a browser writes into its person's home, and nothing made twice that
every test would make alike."""

import gc
import os
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor

import pytest
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from adapters import pixels
from adapters.storage import sql
from adapters.texts.catalogue import ENGLISH, speak
from tests.browser import browser as browser
from tests.quick import HERE, work_here

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported stays: looking through it at every collection is a twentieth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _home_untouched(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Generator[None]:
    """A test has a database of its own, and an engine compiles each statement for itself, by its
    dialect: a sixth of the time of the chats' tests. Here the engines for SQLite share theirs."""
    compiled: LRUCache[object, object] = LRUCache(1000)
    alone = sql.engine_of

    def sharing(url: str, connections: int) -> AsyncEngine:
        engine = alone(url, connections)
        if engine.dialect.name == "sqlite":
            engine.sync_engine.update_execution_options(compiled_cache=compiled)
            if HERE.get():
                work_here(engine)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        dialect = SQLiteDialect_aiosqlite
        patch.setattr(dialect, "__eq__", lambda self, other: type(self) is type(other))
        patch.setattr(dialect, "__hash__", lambda self: hash(dialect))
        patch.setattr(sql, "engine_of", sharing)
        yield


@pytest.fixture(scope="session", autouse=True)
def _workers_started_once() -> Generator[None]:
    """A process that works on pixels takes a second to start: the next program takes over those
    that the last one has no work for any more."""
    idle: list[ProcessPoolExecutor] = []
    start = pixels._worker

    async def close(pool: pixels.PixelPool) -> None:
        idle.extend(pool._idle)
        pool._idle = []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pixels, "_worker", lambda: idle.pop() if idle else start())
        patch.setattr(pixels.PixelPool, "close", close)
        yield
    for worker in idle:
        worker.shutdown()


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """What one test speaks, the next does not: plain functions share a context."""
    speak(ENGLISH)
