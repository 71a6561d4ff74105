"""The program that serves, whole: what it says of itself while something is wrong, and after."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from bot import app as program
from bot.app import App, serving
from bot.config import Settings
from core.ports.store import Store, UnitOfWork
from core.service.service import Service
from core.service.supervisor import RestartPauses

LOCKED = OperationalError("select", {}, sqlite3.OperationalError("database is locked"))


def settings(folder: Path, **parts: dict[str, Any]) -> Settings:
    return Settings.model_validate(
        {"bot": {"data_dir": folder / "data"}, "web": {"port": 0}, **parts}
    )


@pytest.fixture
async def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[App]:
    monkeypatch.setattr(program, "PACE", RestartPauses(first_s=0.2, longest_s=0.2, steady_s=0.5))
    async with serving(settings(tmp_path)) as started:
        yield started


async def ask(app: App, path: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(app.address + path) as answer:
        return answer.status, await answer.json()


class Broken:
    """A store whose reads fail while `away`."""

    def __init__(self, store: Store) -> None:
        self.away, self._store = True, store

    def read(self) -> AbstractAsyncContextManager[UnitOfWork]:
        if self.away:
            raise LOCKED
        return self._store.read()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_database_errors_end_neither_outbox_nor_sweep_and_readiness_says_so(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    assert await ask(app, "readyz") == (200, {"ready": True, "storage": True, "broken": []})
    (outbox,) = app.program.outboxes
    broken = Broken(app.program.store)
    outbox._store = broken  # pyright: ignore[reportAttributeAccessIssue]
    outbox.nudge()
    while (await ask(app, "readyz"))[0] == 200:
        await asyncio.sleep(0.02)
    assert await ask(app, "readyz") == (
        503,
        {"ready": False, "storage": True, "broken": ["outbox web"]},
    )
    assert (await ask(app, "healthz"))[0] == 200
    assert "outbox web broke" in caplog.text and "database is locked" in caplog.text
    broken.away = False
    while (await ask(app, "readyz"))[0] != 200:
        await asyncio.sleep(0.05)


async def test_a_sweep_that_breaks_is_swept_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(program, "PACE", RestartPauses(first_s=0.01, longest_s=0.01))
    whole, begun, done = Service.sweep, 0, asyncio.Event()

    async def sweep(service: Service) -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise LOCKED
        await whole(service)
        done.set()

    monkeypatch.setattr(Service, "sweep", sweep)
    async with serving(settings(tmp_path)):
        await done.wait()
    assert [record.getMessage() for record in caplog.records].count("service broke") == 2
