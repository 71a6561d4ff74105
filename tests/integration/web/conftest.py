"""A real server over loopback with a Door in memory behind it, and a browser."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.web.config import WebConfig
from adapters.web.server import WebAdapter
from adapters.web.uploads import WebUploads

from .fake_door import FakeDoor

CHROMIUM = shutil.which("chromium")


@dataclass
class Stage:
    """What a test plays on."""

    door: FakeDoor
    adapter: WebAdapter
    uploads: WebUploads
    url: str


async def serve(adapter: WebAdapter) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(adapter.app(), shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return runner, f"http://{host}:{port}"


@asynccontextmanager
async def playing(tmp_path: Path) -> AsyncIterator[Stage]:
    door = FakeDoor()
    uploads = WebUploads(tmp_path / "uploads", limit_mb=1)
    adapter = WebAdapter(door, WebConfig(secret="a secret for tests only"), uploads)
    door.sender = adapter.sender
    runner, url = await serve(adapter)
    try:
        yield Stage(door, adapter, uploads, url)
    finally:
        await runner.cleanup()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with playing(tmp_path) as stage:
        yield stage


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    if CHROMIUM is None:
        if os.environ.get("DARKROOM_REQUIRE_ALL") == "1":
            pytest.fail("the package chromium is missing")
        pytest.skip("the package chromium is not installed")
    playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()
