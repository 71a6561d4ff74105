"""A database that is locked, full or away is a sentence, and heals by itself."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.storage import images, sql
from adapters.storage.images import FolderImages
from core.domain.errors import StoreUnavailable
from core.ports.store import Store
from core.runtime import patience
from core.runtime.patience import patiently
from tests.harness import Inline
from tests.quick import fresh_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    opened = await fresh_store(tmp_path / "darkroom.sqlite")
    yield opened
    await opened.close()


class Elsewhere:
    """Another process that writes: it has the lock until it is let go."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(
            folder / "darkroom.sqlite", isolation_level=None, check_same_thread=False
        )
        self._connection.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


async def flag(store: Store, value: str, **how: object) -> None:
    async with store.write(**how) as uow:  # type: ignore[arg-type]
        await uow.servers.set_flag("here", value)


async def test_while_somebody_else_writes_whoever_can_t_wait_is_told(
    store: Store, tmp_path: Path
) -> None:
    other = Elsewhere(tmp_path)
    patient = asyncio.create_task(flag(store, "patient"))
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="busy; say it again"):
            await flag(store, "urgent", urgent=True, within_s=0.3)
    assert not patient.done()
    other.let_go()
    await patient
    await flag(store, "urgent", urgent=True, within_s=0.3)
    async with store.read() as uow:
        assert await uow.servers.flag("here") == "urgent"


async def test_one_that_writes_long_in_this_process_is_not_waited_for_either(store: Store) -> None:
    async with store.write():
        with pytest.raises(StoreUnavailable, match="busy"):
            await flag(store, "urgent", urgent=True, within_s=0.1)
    await flag(store, "urgent", urgent=True, within_s=0.1)


async def test_a_full_disk_is_a_sentence_and_room_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await fresh_store(tmp_path / "darkroom.sqlite")).close()
    with closing(sqlite3.connect(tmp_path / "darkroom.sqlite")) as database:
        (pages,) = database.execute("PRAGMA page_count").fetchone()
    monkeypatch.setattr(sql, "PRAGMAS", (*sql.PRAGMAS, f"max_page_count={pages + 1}"))
    store = await fresh_store(tmp_path / "darkroom.sqlite")
    with pytest.raises(StoreUnavailable, match="its disk is full or failing"):
        await flag(store, "x" * 100_000)
    await flag(store, "small")
    async with store.read() as uow:
        assert await uow.servers.flag("here") == "small"
    await store.close()


async def test_a_mistake_of_ours_is_no_trouble_that_passes(store: Store) -> None:
    with pytest.raises(Exception) as raised:
        async with store.write() as uow:
            await uow.servers.set_flag("here", None)  # type: ignore[arg-type]
    assert not isinstance(raised.value, StoreUnavailable)


async def test_a_picture_waits_for_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = FolderImages(tmp_path, Inline())
    full = threading.Event()
    full.set()
    real = images._write_whole

    def write(path: Path, data: bytes) -> None:
        if full.is_set():
            raise OSError(28, "No space left on device")
        real(path, data)

    monkeypatch.setattr(images, "_write_whole", write)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        await kept.put(b"picture")
    monkeypatch.setattr(patience, "FIRST_S", 0.01)
    waiting = asyncio.create_task(patiently("a picture", lambda: kept.put(b"picture")))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    full.clear()
    assert await kept.get(await waiting) == b"picture"
