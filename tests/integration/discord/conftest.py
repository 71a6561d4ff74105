"""A stand-in Discord for each test, and programs on it; no request may break Discord's rules."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from core.service import outbox
from tests.integration.discord.program import Program
from tests.standins.discord_server import DiscordServer

Start = Callable[..., Awaitable[Program]]


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def start(
    server: DiscordServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    monkeypatch.setattr(outbox, "IDLE_S", 0.05)
    running: list[Program] = []

    async def start(**options: Any) -> Program:
        program = Program(server, tmp_path, **options)
        running.append(program)
        return await program.start()

    yield start
    for program in running:
        if not program.adapter.bot.is_closed():
            await program.stop()


@pytest.fixture
async def program(start: Start) -> Program:
    return await start()
