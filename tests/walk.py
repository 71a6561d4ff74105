"""A stranger's walk: a clone, `make run`, a sample picture, a refine, a star, all of it downloaded, Ctrl-C.
Nothing is used but what README says, and what stands on the page. `python -m tests.walk` measures it.

The installing comes from pip's cache, as on a machine that has seen Python packages before."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
GOAL_S = 90.0
READY_S, PATIENCE_MS = 600, 120_000


class Watch:
    """Seconds of each step, and in all."""

    def __init__(self) -> None:
        self.begun = self.last = time.monotonic()
        self.steps: list[tuple[str, float]] = []

    def step(self, name: str) -> None:
        now = time.monotonic()
        self.steps.append((name, now - self.last))
        self.last = now

    @property
    def total(self) -> float:
        return self.last - self.begun


def cloned(folder: Path) -> Path:
    """What is committed, and nothing of this folder besides."""
    there = folder / "darkroom"
    subprocess.run(("git", "clone", "-q", "--no-hardlinks", ROOT, there), check=True)
    return there


def told_by_readme(clone: Path) -> str:
    """The command that README gives to start with."""
    text = (clone / "README.md").read_text("utf-8")
    block = text.partition("## Run it")[2].partition("```\n")[2]
    return block.partition("#")[0].strip()


async def address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(READY_S):
        async for line in process.stdout:
            if found := re.search(rb"https?://\S+", line):
                return found[0].decode()
    raise AssertionError("no address is printed")


async def at_the_page(browser: Any, address: str, folder: Path, watch: Watch) -> Path:
    """From the first look to the zip."""
    page = await browser.new_page(accept_downloads=True)
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(address)
    await page.get_by_role("textbox", name="Name").fill("A stranger")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Develop: A lake at dusk").click()
    await page.locator("article.round").first.wait_for(state="attached")
    watch.step("first picture")
    closing = page.locator("article.closing")
    await closing.first.wait_for(state="attached")
    watch.step("refine")
    await page.get_by_role("button", name=re.compile("^Star ")).first.click()
    await closing.nth(1).wait_for(state="attached")
    watch.step("star")
    href = await page.locator("#thread-page").get_attribute("href")
    await page.goto(address.rstrip("/") + href)
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Download all").click()
    file = folder / "all.zip"
    await (await coming.value).save_as(file)
    watch.step("export")
    return file


async def walk(folder: Path, watch: Watch) -> Path:
    """The zip that the stranger takes home."""
    from playwright.async_api import async_playwright

    clone = cloned(folder)
    watch.step("clone")
    environ = {k: v for k, v in os.environ.items() if not k.endswith(("_TOKEN", "_API_KEY"))}
    environ |= {"DARKROOM_WEB__PORT": "0", "PYTHON": sys.executable, "PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_shell(
        told_by_readme(clone), cwd=clone, env=environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        address = await address_of(process)
        watch.step("make run")
        async with async_playwright() as player:
            browser = await player.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            file = await at_the_page(browser, address, folder, watch)
            await browser.close()
        os.killpg(process.pid, signal.SIGINT)
        async with asyncio.timeout(READY_S):
            await process.wait()
        watch.step("Ctrl-C")
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
    return file


def main() -> int:
    watch = Watch()
    with tempfile.TemporaryDirectory() as place:
        file = asyncio.run(walk(Path(place), watch))
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    for name, seconds in watch.steps:
        print(f"{seconds:7.1f} s  {name}")
    print(f"{watch.total:7.1f} s  in all (goal {GOAL_S:.0f}); {len(names)} files taken home")
    return 0 if "session.json" in names else 1


if __name__ == "__main__":
    raise SystemExit(main())
