"""The faults: each is brought over a chat and taken away again, and counts how often it bit."""

import asyncio
import contextlib
import errno
import random
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.storage import images
from core.domain.errors import InDoubt, Unavailable
from tests.faults.count import Met
from tests.standins.discord_server import Fault
from tests.standins.slack_server import Fault as SlackFault

SCALE = 60  # a minute in a second
FOREVER = 10**9
MOMENTS = random.Random(20261129)
Breaks = Callable[[Any, Met], contextlib.AbstractAsyncContextManager[None]]


@dataclass
class Clock:
    """Runs faster than the real one; can be set back."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    back: timedelta = timedelta()
    met: Met | None = None

    def __call__(self) -> datetime:
        if self.back and self.met is not None:
            self.met.bite()
        return self.began + SCALE * (datetime.now(UTC) - self.began) - self.back


CLOCK = Clock()


class Always(dict[str, list[SlackFault]]):
    """Slack's stand-in takes a fault off a list: this one never ends."""

    def __init__(self, make: Callable[[str], SlackFault | None]) -> None:
        super().__init__()
        self._make = make

    def get(self, method: str, default: Any = None) -> Any:
        fault = self._make(method)
        return [fault] if fault else []


@asynccontextmanager
async def down(chat: Any, met: Met) -> AsyncGenerator[None]:
    if chat.name == "discord":
        faults = [Fault(m, ".*", 503, times=FOREVER) for m in ("GET", "POST", "PATCH", "PUT")]
        chat.server.faults.extend(faults)
        yield
        chat.server.faults.clear()
        met.bite(sum(FOREVER - fault.times for fault in faults))
        return

    def gone(method: str) -> SlackFault:
        met.bite()
        return SlackFault("internal_error", status=503)

    chat.server.faults = Always(gone)
    yield
    chat.server.faults = {}


@asynccontextmanager
async def slow(chat: Any, met: Met) -> AsyncGenerator[None]:
    if chat.name == "slack":
        before, chat.server.post_lag_s = len(chat.server.called("chat.postMessage")), 1.0
        yield
        chat.server.post_lag_s = 0.0
        met.bite(len(chat.server.called("chat.postMessage")) - before)
        return
    route = chat.server._route

    async def late(*args: Any) -> Any:
        met.bite()
        await asyncio.sleep(0.5)
        return await route(*args)

    chat.server._route = late
    yield
    chat.server._route = route


@asynccontextmanager
async def lying(chat: Any, met: Met) -> AsyncGenerator[None]:
    """Every third post is made, and the answer never comes."""
    told = iter(range(FOREVER))

    def lies(is_post: bool) -> bool:
        if lie := is_post and next(told) % 3 == 0:
            met.bite()
        return lie

    if chat.name == "discord":
        find = chat.server._fault

        def lie(method: str, path: str) -> Fault | None:
            if lies(method == "POST" and path.endswith("/messages")):
                return Fault(method, path, "drop_after")
            return find(method, path)

        chat.server._fault = lie
        yield
        chat.server._fault = find
    else:

        def maybe(method: str) -> SlackFault | None:
            return SlackFault(drop=True, after=True) if lies(method == "chat.postMessage") else None

        chat.server.faults = Always(maybe)
        yield
        chat.server.faults = {}


def provider(raising: Callable[[int], Exception | None], seconds: float = 0.0) -> Breaks:
    @asynccontextmanager
    async def broken(chat: Any, met: Met) -> AsyncGenerator[None]:
        asked, before = iter(range(FOREVER)), chat.program.painter.seconds

        def hook(request: object) -> None:
            trouble = raising(next(asked))
            if trouble is not None or seconds:
                met.bite()
            if trouble is not None:
                raise trouble

        chat.program.painter.hook, chat.program.painter.seconds = hook, before + seconds
        yield
        chat.program.painter.hook, chat.program.painter.seconds = None, before

    return broken


@asynccontextmanager
async def disk_full(chat: Any, met: Met) -> AsyncGenerator[None]:
    """No file of a picture can be written."""

    def full(path: Path, data: bytes) -> None:
        met.bite()
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "_write_whole", full)
        yield


@asynccontextmanager
async def locked(chat: Any, met: Met) -> AsyncGenerator[None]:
    """Again and again, at random moments and for up to three seconds (two is what a door waits). A
    lock bites once a write of the program had to wait for it, or gave up."""
    store, write = chat.program.store, chat.program.store.write
    lock = Lock(chat.folder / "darkroom.sqlite", met)

    def waiting(**how: Any) -> Any:
        lock.waited |= lock.held
        return write(**how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "write", waiting)
        again = asyncio.create_task(lock.again_and_again(), name="locks")
        yield
        lock.over = True
        await again


@dataclass
class Lock:
    """Another program's, on the database. `waited`: somebody met it."""

    path: Path
    met: Met
    held: bool = False
    waited: bool = False
    over: bool = False

    async def again_and_again(self) -> None:
        connection = sqlite3.connect(self.path, 30.0, isolation_level=None, check_same_thread=False)
        while not self.over:
            await asyncio.sleep(MOMENTS.uniform(0.0, 0.4))
            await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
            self.held, self.waited = True, False
            await asyncio.sleep(MOMENTS.choice((0.2, 0.5, 1.0, 3.0)) * MOMENTS.uniform(0.5, 1.0))
            self.held = False
            connection.execute("ROLLBACK")
            self.met.bite(self.waited)
        connection.close()


@asynccontextmanager
async def clock_back(chat: Any, met: Met) -> AsyncGenerator[None]:
    CLOCK.back, CLOCK.met = timedelta(hours=1), met
    yield


def away(n: int) -> Exception | None:
    return Unavailable("The provider does not answer.", retry_after=10.0)


def vanishing(n: int) -> Exception | None:
    return InDoubt("The answer was lost.") if n % 2 == 0 else None
