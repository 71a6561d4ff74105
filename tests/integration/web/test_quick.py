"""A thread of forty rounds beside two hundred sessions, in a real browser: what one does is seen at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import pytest_asyncio

from .conftest import Stage, playing
from .test_visits import choose, type_line, until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow, pytest.mark.timeout(300)]
ROUNDS, SESSIONS = 40, 200
MOST_MS = 100
"""From what a person does to the next paint, of this window's own processor time."""
DRAWN_MS = 1000

TOLD = """() => {
  globalThis.told = [];
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (each.interactionId) told.push([each.name, each.duration]);
  }).observe({ type: "event", durationThreshold: 16, buffered: false });
}"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path):
    async with playing(tmp_path) as stage:
        yield stage


async def filled(stage: Stage, page: Any, folder: Path) -> None:
    """The open session gets forty rounds; two hundred more are in the channel."""
    await choose(page, folder)
    await type_line(page, "/refine warm hills")
    await page.get_by_role("article", name="Status of the run").wait_for()
    tree = stage.core.trees["s1"]
    for number in range(ROUNDS):
        await stage.core.round("s1", "s1-r1", number)
    await stage.core.finish("s1", "s1-r1", "Done.")
    tree = stage.core.trees["s1"]
    for n in range(2, SESSIONS + 1):
        other = replace(tree.session, id=f"s{n}", goal=f"hills of day {n}")
        stage.core.trees[f"s{n}"] = replace(tree, session=other)
    await page.reload()
    await until(page, f"document.querySelectorAll('.film li').length === {ROUNDS + 2}")
    await until(page, f"document.querySelectorAll('#channel li').length === {SESSIONS}")
    await page.get_by_role("article", name="The run is over").wait_for()


def pressed(page: Any, selector: str) -> Any:
    """Not by Playwright's own click: what that looks up would count as the page's work."""
    return page.evaluate("(selector) => document.querySelector(selector).click()", selector)


async def test_the_next_paint_comes_at_once(stage: Stage, browser: Any, tmp_path: Path) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    page = await context.new_page()
    await page.goto(stage.url)
    await page.get_by_role("textbox", name="Name").fill("Ada")
    await page.keyboard.press("Enter")
    await page.get_by_label("Message or command").wait_for()
    await filled(stage, page, tmp_path)
    driver = await context.new_cdp_session(page)
    await driver.send("Performance.enable", {"timeDomain": "threadTicks"})

    async def worked() -> float:
        rows = (await driver.send("Performance.getMetrics"))["metrics"]
        return 1000 * next(each["value"] for each in rows if each["name"] == "TaskDuration")

    took: dict[str, float] = {}

    async def timed(name: str, act: Any) -> None:
        before = await worked()
        await act
        await page.evaluate(PAINTED)
        took[name] = max(took.get(name, 0), await worked() - before)

    await page.evaluate(TOLD)
    await page.locator(".film button[aria-current]").focus()
    for _ in range(5):
        await timed("a frame back", page.keyboard.press("ArrowLeft"))
    await timed("against the reference", page.keyboard.press("Space"))
    await timed("the first frame", page.keyboard.press("Home"))
    await timed("the last frame", page.keyboard.press("End"))
    line = page.get_by_label("Message or command")
    await line.focus()
    await timed("a letter in the line", page.keyboard.press("a"))
    await timed("a command begun", page.keyboard.press("Control+a"))
    await timed("completion", page.keyboard.press("/"))
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+a")
    await page.keyboard.press("Delete")
    await timed("Ctrl-K", page.keyboard.press("Control+k"))
    for letter in "day":
        await timed("a letter in Ctrl-K", page.keyboard.press(letter))
    await timed("down in Ctrl-K", page.keyboard.press("ArrowDown"))
    await timed("Ctrl-K away", page.keyboard.press("Escape"))
    await timed("the tree", pressed(page, "#map"))
    await page.get_by_role("dialog", name="Branches").wait_for()
    await timed("the tree away", page.keyboard.press("Escape"))
    await timed("a session opened", pressed(page, "#channel li:nth-child(121) button"))
    await until(page, "location.hash === '#s121'")
    await timed("forty rounds drawn", pressed(page, "#channel li:first-child button"))
    await until(page, f"document.querySelectorAll('.film li').length === {ROUNDS + 2}")
    paints = cast("list[tuple[str, float]]", await page.evaluate("told"))
    slowest = sorted(paints, key=lambda each: -each[1])[:5]
    print(f"processor { ({k: round(v) for k, v in took.items()}) }; events {slowest}")
    await context.close()
    assert took.pop("forty rounds drawn") < DRAWN_MS  # what comes of a press, not its next paint
    assert max(took.values()) < MOST_MS
