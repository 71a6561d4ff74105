"""A real server over loopback with a Door in memory behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from adapters.web.config import WebConfig
from adapters.web.server import CONNECTIONS, WebAdapter
from adapters.web.uploads import WebUploads

from .fake_door import FakeDoor


@dataclass
class Stage:
    """What a test plays on."""

    core: FakeDoor
    adapter: WebAdapter
    uploads: WebUploads
    url: str


async def serve(adapter: WebAdapter) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(adapter.app(), shutdown_timeout=1, **CONNECTIONS)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


@asynccontextmanager
async def playing(tmp_path: Path, **config: str) -> AsyncIterator[Stage]:
    """A page with this configuration."""
    core = FakeDoor()
    uploads = WebUploads(tmp_path / "uploads", limit_mb=1)
    adapter = WebAdapter(core, WebConfig(secret="a secret for tests only", **config), uploads)
    core.sender = adapter.sender
    runner, url = await serve(adapter)
    try:
        yield Stage(core, adapter, uploads, url)
    finally:
        await runner.cleanup()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with playing(tmp_path) as stage:
        yield stage
