"""Readiness tries a write; whoever runs the program hears of a full disk without asking."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import readiness
from bot.readiness import Readiness
from core.ports.store import Store
from tests.quick import fresh_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    opened = await fresh_store(tmp_path / "darkroom.sqlite")
    yield opened
    await opened.close()


def full(_: Path) -> None:
    raise OSError(28, "No space left on device")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=5)
        return self.now


async def test_the_disk_is_tried_and_its_trouble_told_when_it_is_over(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "KEPT_S", 0)
    monkeypatch.setattr(readiness, "WATCH_S", 0.01)
    look = Readiness(store, tmp_path, Clock(), {}, list)
    assert await look.look() == (True, {"ready": True, "storage": True, "broken": []})
    room = readiness._room
    monkeypatch.setattr(readiness, "_room", full)
    assert (await look.look())[0] is False
    told = asyncio.get_running_loop().create_future()

    async def tell(about: str, sentence: str) -> None:
        told.set_result((about, sentence))

    watching = asyncio.create_task(look.watch(tell))
    await asyncio.sleep(0.1)
    assert not told.done()
    monkeypatch.setattr(readiness, "_room", room)
    about, sentence = await told
    assert about == "storage" and sentence.startswith("Nothing could be written down for ")
    watching.cancel()


async def test_a_store_that_is_locked_is_not_ready(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "WITHIN_S", 0.1)
    look = Readiness(store, tmp_path, Clock(), {}, list)
    async with store.write():
        assert await look.look() == (False, {"ready": False, "storage": False, "broken": []})


async def test_whoever_asks_often_is_not_a_load(store: Store, tmp_path: Path) -> None:
    clock = Clock()
    look = Readiness(store, tmp_path, clock, {}, list)
    for _ in range(20):
        assert (await look.look())[0]
    async with store.read() as uow:
        assert await uow.servers.flag("written") == "2030-01-01T00:05:00+00:00"
