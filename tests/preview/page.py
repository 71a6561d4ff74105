"""Pictures of the page and of a refine that moves: `python -m tests.preview.page PHOTO DOCS`.

The real program with the embedded engine: a sample picture is pressed on the page, wide and light, and
as on a phone in the dark; `darkroom refine PHOTO` makes the animation, which is only made small here."""

import asyncio
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageSequence
from playwright.async_api import async_playwright

from bot.app import serving
from bot.config import load
from tests.preview.discord import small

Theme = Literal["light", "dark"]
SHOTS: tuple[tuple[int, int, Theme], ...] = ((1180, 1000, "light"), (380, 1000, "dark"))
SCALE, GAP = 1.5, 40
ROUNDS, SIZE = "6", "480x320"
MOVING_WIDTH, MOVING_BYTES = 480, 600_000


async def developed(browser: Any, address: str) -> str:
    """Presses a sample as somebody would; the address of what came of it."""
    page = await browser.new_page(viewport={"width": 1180, "height": 800})
    page.set_default_timeout(600_000)
    await page.goto(address)
    await page.get_by_role("textbox", name="Name").fill("Ada")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Develop: A lake at dusk").click()
    await page.locator("article.closing").first.wait_for(state="attached")
    await page.wait_for_timeout(500)  # the closing card's pictures
    return str(page.url)


async def shot(browser: Any, address: str, width: int, height: int, theme: Theme) -> Image.Image:
    page = await browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=theme, device_scale_factor=SCALE
    )
    page.set_default_timeout(600_000)
    await page.goto(address)
    await page.get_by_role("textbox", name="Name").fill("Ada")
    await page.keyboard.press("Enter")
    await page.locator("article.closing").first.wait_for(state="attached")
    await page.wait_for_timeout(3000)  # pictures are there, cross-fades are over
    png = await page.screenshot()
    await page.close()
    return Image.open(io.BytesIO(png)).convert("RGB")


async def the_page(folder: Path, docs: Path) -> None:
    known = {"DARKROOM_BOT__DATA_DIR": str(folder / "data"), "DARKROOM_WEB__PORT": "0"}
    settings = load(None, known | {"DARKROOM_BOT__LOG_LEVEL": "warning"})
    async with serving(settings) as app, async_playwright() as player:
        browser = await player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        address = await developed(browser, app.address)
        shots = [await shot(browser, address, *each) for each in SHOTS]
        await browser.close()
    sheet = Image.new("RGB", (sum(s.width for s in shots) + GAP, shots[0].height), "white")
    sheet.paste(shots[0], (0, 0))
    sheet.paste(shots[1], (shots[0].width + GAP, 0))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    (docs / "page.webp").write_bytes(small(out.getvalue()))


def the_refine(folder: Path, photo: Path, docs: Path) -> None:
    words = ("refine", str(photo), "-n", ROUNDS, "--size", SIZE, "--stop", "never", "--out", "out")
    subprocess.run((sys.executable, "-m", "bot", *words), cwd=folder, check=True, env=_env())
    with Image.open(folder / "out" / "evolution.webp") as made:
        (docs / "refine.webp").write_bytes(moving(made))


def _env() -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return {"PYTHONPATH": root, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def moving(made: Image.Image) -> bytes:
    """The same animation, small enough to stand at the head of a page."""
    frames: list[Image.Image] = []
    pauses: list[int] = []
    for frame in ImageSequence.Iterator(made):
        pauses.append(int(frame.info.get("duration") or 200))
        height = round(MOVING_WIDTH * frame.height / frame.width)
        frames.append(frame.convert("RGB").resize((MOVING_WIDTH, height)))
    data = b""
    for quality in range(80, 20, -10):
        out = io.BytesIO()
        more: dict[str, Any] = {"append_images": frames[1:], "duration": pauses, "loop": 0}
        frames[0].save(out, "WEBP", save_all=True, quality=quality, method=6, **more)
        data = out.getvalue()
        if len(data) <= MOVING_BYTES:
            break
    return data


async def main(photo: Path, docs: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await asyncio.to_thread(the_refine, Path(folder), photo.absolute(), docs)
        await the_page(Path(folder), docs)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
