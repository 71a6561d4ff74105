"""A real browser for the tests that look at the page, started once a process."""

import os
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

CHROMIUM = shutil.which("chromium")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Any]:
    """Debian's Chromium, driven by Playwright; each test opens windows of its own."""
    if CHROMIUM is None:
        if os.environ.get("DARKROOM_REQUIRE_ALL") == "1":
            pytest.fail("the package chromium is missing")
        pytest.skip("the package chromium is not installed")
    playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    async with playwright.async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()
