"""The whole program with its embedded engine, used by people in a real browser."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from bot.app import serving
from bot.config import Settings
from tests import icc
from tests.photographs import phone_jpeg

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


def photograph() -> bytes:
    """A lake at dusk, small: big shapes and a few details."""
    image = Image.new("RGB", (120, 80), (226, 148, 92))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 50, 120, 80), fill=(44, 62, 98))
    draw.ellipse((75, 25, 95, 45), fill=(255, 226, 150))
    draw.polygon([(0, 52), (30, 20), (65, 52)], fill=(64, 44, 70))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


async def window(browser: Any, url: str, name: str) -> Any:
    context = await browser.new_context(viewport={"width": 1100, "height": 800})
    context.set_default_timeout(30_000)
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_role("textbox", name="Name").fill(name)
    await page.keyboard.press("Enter")
    await page.get_by_label("Message or command").wait_for()
    return page


async def type_command(page: Any, text: str) -> None:
    line = page.get_by_label("Message or command")
    await line.fill(text)
    await line.press("Escape")
    await line.press("Enter")


async def choose(page: Any, folder: Path, name: str, data: bytes) -> None:
    file = folder / name
    file.write_bytes(data)
    await page.locator("input[type=file]").set_input_files(file)
    await page.locator(".attachment").get_by_text("ready").wait_for()


def settings(folder: Path) -> Settings:
    return Settings.model_validate({"bot": {"data_dir": folder / "data"}, "web": {"port": 0}})


async def test_a_photograph_is_developed_and_a_star_grows_a_branch(
    browser: Any, tmp_path: Path
) -> None:
    async with serving(settings(tmp_path)) as app:
        ada = await window(browser, app.address, "Ada")
        await choose(ada, tmp_path, "lake.png", photograph())
        await type_command(ada, "/refine iterations:2 stop:never")
        await closings(ada, 1)
        first, second = await round_scores(ada)
        assert second > first
        await ada.locator(".film").get_by_role("button", name="Round 2").first.click()
        await ada.get_by_role("button", name="Star round 2").click()
        await closings(ada, 2)
        scores = await round_scores(ada)
        assert len(scores) > 2
        await ada.reload()
        await closings(ada, 2)
        assert await round_scores(ada) == scores
        pressed = await ada.locator(".star[aria-pressed=true]").all()
        named = [str(await star.get_attribute("aria-label")) for star in pressed]
        # the round, and its picture again where it is a result
        assert sum(name.startswith("Star round 2") for name in named) == 1
        assert {name.partition(":")[0] for name in named} <= {"Star round 2", "Star the result"}
        page = await ada.locator("#thread-page").get_attribute("href")
        await ada.goto(app.address.rstrip("/") + page)
        await ada.get_by_role("slider").first.wait_for()
        assert await ada.locator(".node[data-id]").count() == len(scores)


@pytest.mark.slow
async def test_a_phones_picture_is_developed_and_what_was_decided_is_told(
    browser: Any, tmp_path: Path
) -> None:
    wide = icc.display("Display P3", icc.P3)
    with Image.open(io.BytesIO(phone_jpeg())) as picture:
        picture.save(tmp_path / "phone.jpg", quality="keep", icc_profile=wide)
    async with serving(settings(tmp_path)) as app:
        ada = await window(browser, app.address, "Ada")
        await choose(ada, tmp_path, "IMG_1.JPG", (tmp_path / "phone.jpg").read_bytes())
        await type_command(ada, "/refine iterations:1")
        await closings(ada, 1)
        await ada.get_by_text("Its colours were converted from Display P3.").wait_for()
        assert len(await round_scores(ada)) == 1


async def closings(page: Any, count: int) -> None:
    """One frame of the stage is seen at a time."""
    await page.locator("article.closing").nth(count - 1).wait_for(state="attached", timeout=90_000)


async def round_scores(page: Any) -> list[float]:
    cards = await page.locator("article.round").all()
    labels = [str(await card.get_attribute("aria-label")) for card in cards]
    return [float(label.rpartition(" ")[2]) for label in labels]


async def test_what_is_refused_is_said_to_who_asked(browser: Any, tmp_path: Path) -> None:
    async with serving(settings(tmp_path)) as app:
        ada = await window(browser, app.address, "Ada")
        await choose(ada, tmp_path, "notes.png", b"this is no picture at all\n" * 40)
        await type_command(ada, "/refine")
        await ada.locator("#asides .aside").wait_for()
        assert "picture" in (await ada.locator("#asides").inner_text()).lower()
        assert await ada.locator("#channel .message").count() == 0
        await choose(ada, tmp_path, "lake.png", photograph())
        await type_command(ada, "/refine iterations:10 stop:never")
        bob = await window(browser, app.address, "Bob")
        await bob.locator("#channel .message").click()
        await bob.get_by_role("button", name="Stop").click()
        await bob.get_by_role("alert").get_by_text("Only Ada or a moderator").wait_for()
        await ada.get_by_role("button", name="Stop").click()
        await ada.get_by_role("article", name="The run is over").wait_for()
        await bob.get_by_role("article", name="The run is over").wait_for()
        assert len(await round_scores(bob)) < 10
        assert await ada.get_by_text("Only Ada or a moderator").count() == 0


async def test_a_review_waits_for_words(browser: Any, tmp_path: Path) -> None:
    async with serving(settings(tmp_path)) as app:
        ada = await window(browser, app.address, "Ada")
        await choose(ada, tmp_path, "lake.png", photograph())
        await type_command(ada, "/refine iterations:2 stop:never review:on")
        review = ada.get_by_role("article", name="Review of the critique")
        await review.get_by_role("textbox").fill("warmer, please")
        await review.get_by_role("button", name="Go on").click()
        await ada.get_by_role("article", name="The run is over").wait_for()
        assert len(await round_scores(ada)) == 2


async def test_a_story_begins_with_words_and_goes_on_by_a_button(
    browser: Any, tmp_path: Path
) -> None:
    async with serving(settings(tmp_path)) as app:
        ada = await window(browser, app.address, "Ada")
        await type_command(ada, '/journey theme:"a fox who looks for the sea"')
        scenes = ada.locator("article.round.story")
        await scenes.first.wait_for(timeout=90_000)
        assert len(await scenes.first.locator(".told").inner_text()) > 200
        await scenes.first.locator(".actions button").first.click()
        await scenes.nth(1).wait_for(state="attached", timeout=90_000)
        await ada.get_by_text("Scene 2 of 8").first.wait_for()
