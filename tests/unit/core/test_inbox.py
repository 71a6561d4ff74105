"""Commands are written down in groups, and none is acknowledged that is not on the disk."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.domain.records import InboxState
from core.ports.repositories import InboxRow
from core.ports.store import Store, UnitOfWork
from core.service.inbox import InboxWriter
from tests.harness import refine
from tests.quick import quick_store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Counting:
    """A store that counts its write transactions, and can break one."""

    def __init__(self, store: Store) -> None:
        self.store, self.commits, self.broken = store, 0, False

    def write(
        self, *, urgent: bool = False, within_s: float = 30.0
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        assert urgent and within_s < 1  # whoever asks hears within two seconds
        return self._write()

    @contextlib.asynccontextmanager
    async def _write(self) -> AsyncGenerator[UnitOfWork]:
        async with self.store.write(urgent=True) as uow:
            yield uow
            if self.broken:
                raise OSError("disk full")
        self.commits += 1


@pytest.fixture
async def counting(tmp_path: Path) -> AsyncGenerator[Counting]:
    store = await quick_store(tmp_path / "x.sqlite")
    yield Counting(store)
    await store.close()


def row(key: str) -> InboxRow:
    return InboxRow(key=key, command=refine(key), state=InboxState.NEW, at=NOW)


async def test_what_comes_at_once_is_written_together(counting: Counting) -> None:
    reception = InboxWriter(counting)  # type: ignore[arg-type]
    keys = [f"web::{n}" for n in range(50)]
    taken = await asyncio.gather(*(reception.write_down(row(key)) for key in keys))
    assert all(taken)
    assert counting.commits == 1
    async with counting.store.read() as uow:
        assert {each.key for each in await uow.inbox.new()} == set(keys)


async def test_a_repeat_is_told_apart_in_one_group_and_later(counting: Counting) -> None:
    reception = InboxWriter(counting)  # type: ignore[arg-type]
    twice = await asyncio.gather(*(reception.write_down(row("web::1")) for _ in range(2)))
    assert sorted(twice) == [False, True]
    assert not await reception.write_down(row("web::1"))


async def test_nobody_is_told_yes_when_the_disk_is_full(counting: Counting) -> None:
    reception = InboxWriter(counting)  # type: ignore[arg-type]
    counting.broken = True
    answers = await asyncio.gather(
        *(reception.write_down(row(f"web::{n}")) for n in range(3)), return_exceptions=True
    )
    assert all(isinstance(answer, OSError) for answer in answers)
    counting.broken = False
    assert await reception.write_down(row("web::1"))


async def test_the_urgent_go_before_those_that_wait(tmp_path: Path) -> None:
    store = await quick_store(tmp_path / "x.sqlite")
    order: list[str] = []

    async def write(name: str, *, urgent: bool) -> None:
        async with store.write(urgent=urgent):
            order.append(name)

    async with store.write():
        others = [asyncio.create_task(write(f"run {n}", urgent=False)) for n in range(3)]
        await asyncio.sleep(0)
        gone = asyncio.create_task(write("cancelled", urgent=True))
        first = asyncio.create_task(write("command", urgent=True))
        await asyncio.sleep(0)
        gone.cancel()
    await asyncio.gather(*others, first)
    assert order == ["command", "run 0", "run 1", "run 2"]
    await store.close()
