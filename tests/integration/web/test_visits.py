"""Visits of the page from end to end, in a real browser: what is seen, kept, asked and given back."""

import asyncio
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from .conftest import Stage, playing
from .fake_door import png

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow, pytest.mark.timeout(300)]
AXE = files("axe_playwright_python") / "axe.min.js"


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adapters.web.server.ANSWER_S", 0.5)
    async with playing(tmp_path) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def visit(stage: Stage, browser: Any):
    """Opens a window; what the console says of errors fails the test."""
    troubles: list[str] = []
    contexts: list[Any] = []

    def broke(error: Any) -> None:
        troubles.append(str(error))

    def said(message: Any) -> None:
        if message.type == "error":
            troubles.append(message.text)

    async def open_window(**options: object) -> Any:
        context = await browser.new_context(**options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", broke)
        page.on("console", said)
        await page.goto(stage.url)
        await page.get_by_role("textbox", name="Name").fill("Ada")
        await page.keyboard.press("Enter")
        await page.locator("#channel li").first.wait_for()
        return page

    yield open_window
    for context in contexts:
        await context.close()
    assert [each for each in troubles if "ERR_FAILED" not in each] == []


async def type_line(page: Any, text: str) -> None:
    line = page.get_by_label("Message or command")
    await line.fill(text)
    await line.press("Escape")
    await line.press("Enter")


async def choose(page: Any, folder: Path, count: int = 1) -> None:
    paths = [folder / f"hills{n}.png" for n in range(count)]
    for n, path in enumerate(paths):
        path.write_bytes(png(n % 5))
    await page.locator("input[type=file]").set_input_files(paths)
    await page.locator(".attachment").get_by_text("ready").nth(count - 1).wait_for()


async def findings(page: Any) -> list[str]:
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("axe.run()")
    assert len(found["passes"]) > 15  # it ran
    return [f"{each['id']} {[n['html'] for n in each['nodes']]}" for each in found["violations"]]


async def until(page: Any, holds: str) -> None:
    """Waits for a condition on the page; its policy forbids what Playwright's own wait does."""
    async with asyncio.timeout(20):
        while not await page.evaluate(holds):
            await asyncio.sleep(0.05)


def asked_of(stage: Stage) -> str:
    """The image that the last command is about."""
    return str(cast("Any", stage.core.received[-1]).iteration)


async def away(route: Any) -> None:
    await route.abort()


async def focused(page: Any) -> str:
    return str(await page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.id"))


async def test_on_a_telephone(stage: Stage, visit: Any, tmp_path: Path) -> None:
    window = {"width": 360, "height": 740}
    page = await visit(viewport=window, has_touch=True, color_scheme="dark")
    assert await findings(page) == []
    await page.get_by_role("button", name="Develop: A lake at dusk").tap()
    await page.get_by_role("article", name="Status of the run").wait_for()
    session = await page.evaluate("location.hash")
    await page.evaluate("document.querySelector('.skip').focus()")
    await page.keyboard.press("Enter")
    assert (await focused(page), await page.evaluate("location.hash")) == (
        "Message or command",
        session,
    )
    for number in range(3):
        await stage.core.round("s1", "s1-r1", number)
    await page.get_by_role("article", name="Round 2").wait_for()
    stage.core.refuse_next = "Only Ada or a moderator can do that."
    await page.get_by_role("button", name="Stop").tap()
    told = page.get_by_role("alert").get_by_text("Only Ada or a moderator")
    await told.wait_for()
    box = await told.bounding_box()
    assert 0 <= box["y"] <= window["height"] - box["height"]  # seen without scrolling
    assert await page.locator("#asides").get_by_text("Not yet").count() == 0
    await page.get_by_role("button", name="Dismiss").last.tap()
    small = await page.evaluate(
        """() => [...document.querySelectorAll("button, .button, select, summary")]
          .filter(e => e.checkVisibility() && !e.closest("[hidden]") && e.getBoundingClientRect().height < 43.5)
          .map(e => e.outerHTML)"""
    )
    assert small == []
    await stage.core.finish("s1", "s1-r1", "Done.")
    await page.get_by_role("article", name="The run is over").wait_for()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    assert await findings(page) == []
    await page.get_by_role("button", name="Back to the channel").tap()
    await page.locator("#channel").wait_for()
    await type_line(page, "/dance")  # private answers are seen in the channel as well
    await page.get_by_role("alert").get_by_text("no command").wait_for()


async def test_focus_stays_and_what_costs_is_asked(
    stage: Stage, visit: Any, tmp_path: Path
) -> None:
    stage.core.models = replace(stage.core.models, embedded=False)
    page = await visit(viewport={"width": 1280, "height": 860})
    await choose(page, tmp_path)
    await type_line(page, "/refine iterations:4")
    await page.get_by_role("article", name="Status of the run").wait_for()
    await stage.core.round("s1", "s1-r1", 0)
    star = page.get_by_role("button", name="Star round 0")
    await star.press("Enter")
    box = page.get_by_role("dialog", name="Star round 0")
    await box.get_by_text("at most $0.04").wait_for()
    await box.get_by_role("button", name="Not now").click()
    assert stage.core.received[-1].kind == "refine"
    await star.press("Enter")
    await box.get_by_role("button", name="Star and paint").press("Enter")
    await page.locator(".star[aria-pressed=true]").wait_for()
    assert (await focused(page)).startswith("Star round 0")
    await page.get_by_role("button", name="You are Ada").click()
    await page.get_by_role("textbox", name="Name").press("Enter")
    await page.get_by_role("dialog").wait_for(state="detached")
    await until(page, "document.activeElement.id === 'person'")

    await page.get_by_role("button", name="Details").click()
    await page.get_by_role("button", name="Take this image down").click()
    await page.get_by_role("button", name="Undo").click()
    assert await page.locator(".leaving").count() == 0
    assert stage.core.received[-1].kind == "pick"
    await page.get_by_role("button", name="Details").click()
    await page.get_by_role("button", name="Take this image down").click()
    await page.get_by_role("button", name="Undo").wait_for()
    await page.reload()  # who leaves meant it
    await page.locator("article.round").first.wait_for()
    assert stage.core.received[-1].kind == "discard"


async def test_the_form_keeps_what_was_typed_and_pictures_come_back(
    stage: Stage, visit: Any, tmp_path: Path
) -> None:
    page = await visit(viewport={"width": 768, "height": 900}, forced_colors="active")
    await choose(page, tmp_path)
    await page.get_by_role("button", name="Form").click()
    box = page.get_by_role("dialog")
    assert await findings(page) == []
    await box.get_by_label("Goal").fill("warmer hills")
    stage.core.refuse_next = "This needs 4 images and 0 of your 30 a day are left."
    await box.get_by_role("button", name="Start").click()
    await box.get_by_role("alert").get_by_text("0 of your 30").wait_for()
    assert await box.get_by_label("Goal").input_value() == "warmer hills"
    marks = await page.evaluate(
        "getComputedStyle(document.querySelector('.tabs input:checked + span'), '::before').content"
    )
    assert "✓" in marks
    await page.route("**/i/*", away)
    await box.get_by_role("button", name="Start").click()
    await box.wait_for(state="detached")
    await page.get_by_role("article", name="The reference").wait_for()
    broken = "[...document.querySelectorAll('#thread .picture img')].every(i => i.complete && !i.naturalWidth)"
    await until(page, broken)
    await page.unroute("**/i/*")
    stage.adapter.sender.close()
    await until(
        page,
        "[...document.querySelectorAll('#thread .picture img')].every(i => i.naturalWidth > 0)",
    )


async def test_five_pictures_are_five_runs(stage: Stage, visit: Any, tmp_path: Path) -> None:
    page = await visit(viewport={"width": 1280, "height": 860})
    await choose(page, tmp_path, 5)
    await type_line(page, "/refine iterations:4")
    box = page.get_by_role("dialog")
    await box.get_by_text("Together: up to 20 images, free.").wait_for()
    assert await box.locator("figure img").count() == 5
    await box.get_by_role("button", name="Start 5 runs").click()
    grid = page.get_by_role("region", name="Batch")
    for number in range(1, 6):
        await grid.get_by_role("button", name=f"hills{number - 1}").wait_for()
        assert len(stage.core.received) <= number + 1  # two at once
        await stage.core.round(f"s{number}", f"s{number}-r1", 0)
        await stage.core.finish(f"s{number}", f"s{number}-r1", "Done.")
    await grid.get_by_text("5 of 5 done").wait_for()
    uploads = [
        await stage.uploads.fetch(each.image) for each in cast("list[Any]", stage.core.received)
    ]
    assert sorted(uploads) == sorted(png(n) for n in range(5))
    await grid.get_by_role("button", name="hills2").click()
    await page.get_by_role("article", name="The run is over").wait_for()


async def test_branches_lie_sideways_and_are_grown_from_their_nodes(
    stage: Stage, visit: Any, tmp_path: Path
) -> None:
    page = await visit(viewport={"width": 1280, "height": 860})
    await choose(page, tmp_path)
    await type_line(page, "/refine warm hills")
    await page.get_by_role("article", name="Status of the run").wait_for()
    for number in range(2):
        await stage.core.round("s1", "s1-r1", number)
    await page.get_by_role("article", name="Round 1").wait_for()
    await page.locator(".film button").nth(1).click()
    round_0 = page.get_by_role("article", name="Round 0")
    await round_0.get_by_role("button", name="Continue from this").click()
    await page.get_by_text("Ada branches off").first.wait_for()
    await stage.core.round("s1", "s1-r2", 2)
    await page.get_by_role("article", name="Round 2").wait_for()
    await page.keyboard.press("Escape")
    stage.core.lose("s1", 1)
    await page.get_by_role("button", name="Branches").click()
    places = await page.locator(".map-node").evaluate_all(
        "nodes => nodes.map(n => [n.style.left, n.style.top])"
    )
    assert places == [["0px", "22px"], ["180px", "22px"], ["360px", "22px"], ["180px", "212px"]]
    assert await page.locator(".map-node .gone").inner_text() == "✕ taken down\nRound 2"
    assert await page.get_by_role("button", name="Star Candidate of round 1").count() == 0
    await page.get_by_role("button", name="1 other image of round 1").click()
    await page.get_by_role("button", name="Star Candidate of round 1").wait_for()
    assert await findings(page) == []
    stage.core.refuse_next = "Only three branches at once."
    tree = page.get_by_role("dialog", name="Branches")
    await tree.get_by_role("button", name="Star Round 1").click()
    await tree.get_by_role("alert").filter(has_text="Only three branches").wait_for()
    await tree.get_by_role("button", name="Star Candidate of round 1").click()
    await tree.locator(".map-losers .star[aria-pressed=true]").wait_for()
    assert asked_of(stage) == "s1-r1-1b"
    await tree.get_by_role("button", name="Continue from Round 2").click()
    await tree.wait_for(state="detached")
    assert asked_of(stage) == "s1-r2-2"


async def test_a_session_is_named_found_and_deleted(
    stage: Stage, visit: Any, tmp_path: Path
) -> None:
    page = await visit(viewport={"width": 360, "height": 740})
    await choose(page, tmp_path)
    await type_line(page, "/refine warm hills")
    await page.get_by_role("article", name="Status of the run").wait_for()
    await stage.core.round("s1", "s1-r1", 0)
    await page.get_by_role("button", name="Manage").click()
    await page.get_by_role("textbox", name="Name").fill("Above the valley")
    assert await findings(page) == []
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("heading", name="Above the valley").wait_for()
    assert stage.core.trees["s1"].session.name == "Above the valley"
    await page.reload()
    await page.get_by_role("heading", name="Above the valley").wait_for()
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("gouache")
    thumb = page.get_by_role("option", name="gouache style").locator("img")
    await until(page, "document.querySelector('[role=option] img')?.naturalWidth === 104")
    assert "/static/style-gouache.webp" in await thumb.get_attribute("src")
    await page.get_by_role("combobox").fill("valley")
    assert await page.get_by_role("option").count() == 1
    assert await findings(page) == []
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Manage").click()
    await page.get_by_role("button", name="Delete…").click()
    await page.get_by_role("button", name="Delete for good").click()
    await page.get_by_role("heading", name="Develop a picture").wait_for()
    assert stage.core.trees == {}
