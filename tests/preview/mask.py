"""A picture of the mask painter at work: `python -m tests.preview.mask PHOTO DOCS`.

The real page on a real server, wide and light, and as on a phone in the dark."""

import asyncio
import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.async_api import async_playwright

from tests.integration.web.painting import Easel, painting
from tests.preview.discord import small

Theme = Literal["light", "dark"]
SHOTS: tuple[tuple[int, int, Theme], ...] = ((1080, 760, "light"), (360, 760, "dark"))
SCALE, GAP = 1.5, 40
LASSO = (
    (0.41, 0.44),
    (0.46, 0.34),
    (0.55, 0.36),
    (0.61, 0.5),
    (0.57, 0.69),
    (0.45, 0.58),
    (0.41, 0.44),
)


async def shot(browser: Any, easel: Easel, width: int, height: int, theme: Theme) -> Image.Image:
    page = await browser.new_page(
        viewport={"width": width, "height": height}, color_scheme=theme, device_scale_factor=SCALE
    )
    page.set_default_timeout(120_000)
    await page.goto(easel.link())
    await page.locator("html[data-ready]").wait_for()
    await page.get_by_role("button", name="Lasso").click()
    box = await page.locator("#picture").bounding_box()
    for number, (x, y) in enumerate(LASSO):
        await page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
        if number == 0:
            await page.mouse.down()
    await page.mouse.up()
    await page.get_by_label("What shall change?").fill("a yellow cap")
    png = await page.screenshot()
    await page.close()
    return Image.open(io.BytesIO(png)).convert("RGB")


async def main(photo: Path, docs: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            painting(Path(folder), photo.read_bytes()) as easel,
            async_playwright() as player,
        ):
            browser = await player.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            shots = [await shot(browser, easel, *each) for each in SHOTS]
            await browser.close()
    sheet = Image.new("RGB", (sum(s.width for s in shots) + GAP, shots[0].height), "white")
    sheet.paste(shots[0], (0, 0))
    sheet.paste(shots[1], (shots[0].width + GAP, 0))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    (docs / "mask.webp").write_bytes(small(out.getvalue()))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
