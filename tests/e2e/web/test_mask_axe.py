"""The mask painter by axe-core, on a telephone, a tablet and a desk, light and dark."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.integration.web.painting import painting

from .test_mask_painter import picture

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
AXE = files("axe_playwright_python") / "axe.min.js"


async def findings(page: Any) -> list[str]:
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("axe.run()")
    assert len(found["passes"]) > 20  # it ran
    return [f"{each['impact']}: {each['id']} {each['nodes']}" for each in found["violations"]]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (768, "light"), (1440, "dark")])
async def test_axe_finds_nothing_in_any_state(
    browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    async with painting(tmp_path, picture()) as easel:
        window = {"width": width, "height": 800}
        context = await browser.new_context(viewport=window, color_scheme=scheme)
        page = await context.new_page()
        await page.goto(easel.link())
        await page.locator("html[data-ready]").wait_for()
        wide = "document.documentElement.scrollWidth - innerWidth"
        assert await page.evaluate(wide) <= 0
        await page.get_by_role("button", name="Submit").click()
        assert await findings(page) == []
        await page.get_by_role("button", name="Marks").click()
        await page.get_by_role("button", name="Words").click()
        await page.get_by_text("Keys", exact=True).click()
        assert await findings(page) == []
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_text("Nothing was sent").wait_for()
        assert await findings(page) == []
        await context.close()
