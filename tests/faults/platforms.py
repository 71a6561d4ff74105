"""Faults of the platforms, the provider, the disk, the database and the clock, each over the real
program with the real clients on stand-in servers. A minute of the fault takes a second here."""

import asyncio
import contextlib
import errno
import functools
import re
import sqlite3
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.engine.inline import InlineRun
from adapters.storage import images
from core.domain.errors import InDoubt, Unavailable
from core.domain.records import OPEN
from tests.contract.chats import Chat, chatting
from tests.faults.count import Cost, cost
from tests.harness import scripted_context
from tests.integration.discord import program as on_discord
from tests.integration.slack import program as on_slack
from tests.standins import discord_world, slack_server
from tests.standins.discord_server import Fault
from tests.standins.slack_server import Fault as SlackFault

SCALE = 60  # a minute in a second
FIVE_MINUTES_S = 300 / SCALE
SESSIONS, ROUNDS = 3, 3
WAIT_S = 120.0
Breaks = Callable[[Any], contextlib.AbstractAsyncContextManager[None]]


@dataclass
class Clock:
    """Runs faster than the real one; can be set back."""

    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    back: timedelta = timedelta()

    def __call__(self) -> datetime:
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
async def down(chat: Any) -> AsyncGenerator[None]:
    if chat.name == "discord":
        faults = [Fault(m, ".*", 503, times=10**9) for m in ("GET", "POST", "PATCH", "PUT")]
        chat.server.faults.extend(faults)
        yield
        chat.server.faults.clear()
    else:
        chat.server.faults = Always(lambda method: SlackFault("internal_error", status=503))
        yield
        chat.server.faults = {}


@asynccontextmanager
async def slow(chat: Any) -> AsyncGenerator[None]:
    if chat.name == "slack":
        chat.server.post_lag_s = 1.0
        yield
        chat.server.post_lag_s = 0.0
        return
    route = chat.server._route

    async def late(*args: Any) -> Any:
        await asyncio.sleep(0.5)
        return await route(*args)

    chat.server._route = late
    yield
    chat.server._route = route


@asynccontextmanager
async def lying(chat: Any) -> AsyncGenerator[None]:
    """Every third post is made, and the answer never comes."""
    told = iter(range(10**9))
    if chat.name == "discord":
        find = chat.server._fault

        def lie(method: str, path: str) -> Fault | None:
            is_post = method == "POST" and path.endswith("/messages")
            if is_post and next(told) % 3 == 1:
                return Fault(method, path, "drop_after")
            return find(method, path)

        chat.server._fault = lie
        yield
        chat.server._fault = find
    else:

        def maybe(method: str) -> SlackFault | None:
            is_post = method == "chat.postMessage"
            return SlackFault(drop=True, after=True) if is_post and next(told) % 3 == 1 else None

        chat.server.faults = Always(maybe)
        yield
        chat.server.faults = {}


def provider(raising: Callable[[int], Exception | None], seconds: float = 0.0) -> Breaks:
    @asynccontextmanager
    async def broken(chat: Any) -> AsyncGenerator[None]:
        asked, before = iter(range(10**9)), chat.program.painter.seconds

        def hook(request: object) -> None:
            if (trouble := raising(next(asked))) is not None:
                raise trouble

        chat.program.painter.hook, chat.program.painter.seconds = hook, before + seconds
        yield
        chat.program.painter.hook, chat.program.painter.seconds = None, before

    return broken


@asynccontextmanager
async def disk_full(chat: Any) -> AsyncGenerator[None]:
    """No file of a picture can be written."""

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(images, "_write_whole", full)
        yield


@asynccontextmanager
async def locked(chat: Any) -> AsyncGenerator[None]:
    path = chat.folder / "darkroom.sqlite"
    connection = sqlite3.connect(path, 30.0, isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


@asynccontextmanager
async def clock_back(chat: Any) -> AsyncGenerator[None]:
    CLOCK.back = timedelta(hours=1)
    yield


def away(n: int) -> Exception | None:
    return Unavailable("The provider does not answer.", retry_after=10.0)


def vanishing(n: int) -> Exception | None:
    return InDoubt("The answer was lost.") if n % 2 == 0 else None


FAULTS: list[tuple[str, str, Breaks]] = [
    ("Discord down for 5 minutes", "discord", down),
    ("Discord slow", "discord", slow),
    ("Discord lying: the post is made, the answer lost", "discord", lying),
    ("Slack down for 5 minutes", "slack", down),
    ("Slack slow", "slack", slow),
    ("Slack lying: the post is made, the answer lost", "slack", lying),
    ("provider down for 5 minutes", "discord", provider(away)),
    ("provider slow", "discord", provider(lambda n: None, 2.0)),
    ("provider lying: may have painted, nothing arrives", "discord", provider(vanishing)),
    ("disk full for 5 minutes, then free", "discord", disk_full),
    ("database locked", "discord", locked),
    ("clock set back an hour", "discord", clock_back),
]


async def suffered(name: str, platform: str, breaks: Breaks) -> Cost:
    """Sessions are begun, the fault comes in their midst and goes again, all come to their end."""
    CLOCK.back = timedelta()
    with tempfile.TemporaryDirectory() as folder, _fast():
        async with chatting(platform, Path(folder)) as chat:
            chat.program.painter.seconds = 1.5  # so that every session is in its midst
            threads = [
                await chat.refine(f"story {n}", rounds=ROUNDS, stop="never")
                for n in range(SESSIONS)
            ]
            async with breaks(chat):
                await _sweeping(chat, FIVE_MINUTES_S)
            await _ended(chat)
            shown = await _shown(chat, threads)
            found = await cost(chat.program.store, name, ROUNDS, shown)
            chat.server.violations.clear()
            return found


@contextlib.contextmanager
def _fast() -> Iterator[None]:
    """Time passes faster for the program: its clock, and a run's waits."""
    signal = InlineRun.signal

    async def soon(self: InlineRun, timeout: float) -> bool:
        return await signal(self, timeout / SCALE)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InlineRun, "signal", soon)
        for module in (on_discord, on_slack):
            patch.setattr(module, "utc_now", CLOCK)
            made = functools.partial(scripted_context, clock=CLOCK)
            patch.setattr(module, "scripted_context", made)
        yield


async def _sweeping(chat: Chat, seconds: float) -> None:
    """The sweep comes every minute, which is a second here."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        await asyncio.sleep(1.0)
        with contextlib.suppress(Exception, asyncio.TimeoutError):
            async with asyncio.timeout(1.0):
                await chat.program.service.sweep()


async def _ended(chat: Chat) -> None:
    """Until no run is open and no post waits; what is still going after two minutes is stuck."""
    end = asyncio.get_running_loop().time() + WAIT_S
    while asyncio.get_running_loop().time() < end:
        await _sweeping(chat, 1.0)
        async with chat.program.store.read() as uow:
            going = await uow.runs.with_status(OPEN)
            waiting = await uow.outbox.due(chat.name, CLOCK() + timedelta(days=2))
        if not going and not waiting:
            return


async def _shown(chat: Chat, threads: list[str]) -> list[tuple[str, int]]:
    """Rounds as they stand in each thread, by its session."""
    found: list[tuple[str, int]] = []
    for thread in threads:
        async with chat.program.store.read() as uow:
            channel = _channel(chat)
            session = await uow.sessions.in_thread(chat.name, channel, thread)
        for post in chat.seen(thread):
            if match := re.search(r"Round (\d+) of", post.text):
                found.append((session.id if session else thread, int(match[1])))
    return found


def _channel(chat: Chat) -> str:
    return discord_world.CHANNEL if chat.name == "discord" else slack_server.CHANNEL


async def all_rows(tell: Callable[[str], None], only: str = "") -> list[Cost]:
    rows: list[Cost] = []
    for name, platform, breaks in FAULTS:
        if only in name:
            rows.append(await suffered(name, platform, breaks))
            tell(rows[-1].line)
    return rows
