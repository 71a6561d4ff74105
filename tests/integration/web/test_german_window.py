"""A browser that asks for German: nothing in its window is the English of the page's table."""

from pathlib import Path
from typing import Any

import pytest

from core.domain.preferences import Preferences
from tests.page_words import SHOWN, english

from .conftest import playing
from .fake_door import png

pytestmark = pytest.mark.asyncio(loop_scope="session")
HEARD = ("Wer bist du?", "Entwickle ein Bild", "Von hier weiter", "Zweige und Runden", "Befehle")

TYPED = {"words"}  # a value of an option


async def entered(browser: Any, url: str, locale: str) -> Any:
    context = await browser.new_context(locale=locale)
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto(url)
    return page


async def test_a_german_window_says_nothing_in_english(browser: Any, tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        page = await entered(browser, stage.url, "de-AT")
        name = page.locator("dialog input[name=name]")
        await name.wait_for()
        seen: list[str] = await page.evaluate(SHOWN)
        await name.fill("Ada")
        await page.keyboard.press("Enter")
        line = page.locator("#line")
        await line.wait_for()
        for words, place in (
            ("/help", ".aside .help"),
            ("/nothing", ".aside[role=alert]"),
            ("/preferences", "dialog .fields"),
        ):
            await line.fill(words)
            await line.press("Escape")
            await line.press("Enter")
            await page.locator(place).first.wait_for()
            seen += await page.evaluate(SHOWN)
        await page.keyboard.press("Escape")
        seen += await painted(page, stage, tmp_path)
        for open_ in ("#map", ".form-button", "#find"):
            await page.locator(open_).click()
            await page.locator("dialog").wait_for()
            seen += await page.evaluate(SHOWN)
            await page.keyboard.press("Escape")
        await page.context.close()
    assert set(english(seen, "de")) - TYPED == set()
    assert [words for words in HEARD if not any(words in each for each in seen)] == []


async def painted(page: Any, stage: Any, folder: Path) -> list[str]:
    """A run from its beginning to its end."""
    file = folder / "hills.png"
    file.write_bytes(png(4))
    await page.locator("input[type=file]").set_input_files(file)
    await page.locator("#line").fill("/refine iterations:2")
    await page.locator("#line").press("Escape")
    await page.locator("#line").press("Enter")
    await page.locator("article.status").wait_for()
    seen: list[str] = await page.evaluate(SHOWN)
    for number in range(2):
        await stage.core.round("s1", "s1-r1", number)
    await page.locator("article.round").nth(1).wait_for(state="attached")
    seen += await page.evaluate(SHOWN)
    await stage.core.finish("s1", "s1-r1", "All rounds are done.")
    await page.locator("article.closing").wait_for(state="attached")
    return seen + await page.evaluate(SHOWN)


async def test_what_a_person_prefers_is_spoken_after_they_said_who_they_are(
    browser: Any, tmp_path: Path
) -> None:
    async with playing(tmp_path) as stage:
        stage.core.preferred["ada"] = Preferences(language="de")
        page = await entered(browser, stage.url, "en-US")
        await page.get_by_role("textbox", name="Name").fill("Ada")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Entwickle ein Bild").wait_for()
        assert await page.evaluate("document.documentElement.lang") == "de"
        await page.reload()
        await page.get_by_role("heading", name="Entwickle ein Bild").wait_for()
        await page.context.close()


async def gone(route: Any) -> None:
    await route.abort()


async def test_without_the_table_the_page_works_in_english(browser: Any, tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        context = await browser.new_context(locale="de")
        page = await context.new_page()
        await page.route("**/texts/de.json*", gone)
        await page.goto(stage.url)
        await page.get_by_role("heading", name="Who are you?").wait_for()
        await context.close()
