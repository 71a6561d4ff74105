"""A stand-in Slack for each test, and programs on it; no request may break Slack's rules."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.slack.program import Program
from tests.standins.slack_server import SlackServer

Start = Callable[..., Awaitable[Program]]


@pytest.fixture
async def server() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server
        assert server.violations == []


@pytest.fixture
async def start(
    server: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Start]:
    monkeypatch.setattr("adapters.slack.api.READY_PAUSE_S", 0.01)
    running: list[Program] = []

    async def start(**options: Any) -> Program:
        program = Program(server, tmp_path, **options)
        try:
            await program.start()
        except BaseException:
            await program.engine.close()
            await program.store.close()
            raise
        running.append(program)
        return program

    yield start
    for program in running:
        if not program.stopped:
            await program.stop()


@pytest.fixture(params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)
