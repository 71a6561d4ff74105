"""Every job on a picture, on the page: the menu, each form, several pictures, a grid's captions."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from core.domain.commands import Undo
from core.domain.updates import IterationFinished
from core.domain.views import CandidateView
from core.ports.offers import on_picture
from tests.jobs import studio

from .conftest import Stage, playing
from .fake_door import png

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    studio.added(monkeypatch)
    monkeypatch.setattr("adapters.web.server.ANSWER_S", 0.3)
    async with playing(tmp_path) as stage:
        yield stage


async def entered(browser: Any, stage: Stage, width: int = 1280) -> Any:
    context = await browser.new_context(viewport={"width": width, "height": 860})
    context.set_default_timeout(20_000)
    page = await context.new_page()
    await page.goto(stage.url)
    await page.get_by_role("textbox", name="Name").fill("Ada")
    await page.keyboard.press("Enter")
    await page.get_by_label("Message or command").wait_for()
    return page


async def grid(page: Any, stage: Stage) -> IterationFinished:
    """A session with a post of two labelled pictures, opened."""
    await page.get_by_label("Message or command").fill("a fox")
    await page.get_by_label("Message or command").press("Enter")
    await page.get_by_role("article", name="Status of the run").wait_for()
    await stage.core.round("s1", "s1-r1", 0)
    base = next(
        each.update for each in stage.core.rows if isinstance(each.update, IterationFinished)
    )
    hashes = [stage.core.images.add(data) for data in stage.core.steps[2:4]]
    views = tuple(
        CandidateView(f"s1-p.1.{n}", hash, 480, 320, f"picture {n}")
        for n, hash in enumerate(hashes)
    )
    update = replace(
        base,
        run="s1-p",
        mode="merge",
        round=1,
        candidates=views,
        best=0,
        words="a fox in both",
        parent=base.candidates[0].iteration,
        shown="picture",
        labels=("ink", "oil"),
        critique="",
    )
    await stage.core.post(update)
    await page.get_by_role("article", name="Merge").wait_for()
    return update


async def test_every_job_opens_from_a_picture_and_builds_its_command(
    stage: Stage, browser: Any, tmp_path: Path
) -> None:
    page = await entered(browser, stage)
    update = await grid(page, stage)
    file = tmp_path / "second.png"
    file.write_bytes(png(3))
    offers = on_picture(stage.core.offers)
    names = [each.name for each in offers if not each.missing]
    for offer in offers:
        await page.get_by_role("button", name="More… with 2 oil").click()
        listed = page.locator(".jobs button").nth([o.name for o in offers].index(offer.name))
        if offer.missing:
            assert await listed.is_disabled()
            assert "STABILITY_API_KEY" in await listed.inner_text()
            await page.keyboard.press("Escape")
            continue
        before = len(stage.core.received)
        await listed.click()
        if offer.asks:
            for picture in await page.locator("dialog input[type=file][required]").all():
                await picture.set_input_files(file)
            for words in await page.locator("dialog textarea").all():
                await words.fill("how many suns?")
            await page.get_by_role("button", name="Start").click()
        await page.get_by_role("dialog").wait_for(state="detached")
        while len(stage.core.received) == before:
            await page.wait_for_timeout(20)
    made = {each.kind: each for each in stage.core.received[1:]}
    assert list(made) == names
    assert {each.iteration for each in made.values()} == {update.candidates[1].iteration}
    assert await stage.uploads.fetch(made["merge"].second) == png(3)


async def test_the_grid_has_captions_and_the_way_back(stage: Stage, browser: Any) -> None:
    page = await entered(browser, stage)
    update = await grid(page, stage)
    card = page.get_by_role("article", name="Merge")
    assert await card.locator("figcaption").all_inner_texts() == ["1 ink", "2 oil"]
    assert "Round" not in await card.inner_text()
    await card.get_by_text("Words, scores and checks").click()
    assert "a fox in both" in await card.inner_text()
    await card.get_by_role("button", name="More… with 1 ink").click()
    await page.get_by_role("button", name="Back to the picture before").click()
    while not isinstance(stage.core.received[-1], Undo):
        await page.wait_for_timeout(20)
    assert stage.core.received[-1].iteration == update.candidates[0].iteration


async def test_several_pictures_are_dropped_and_go_together(
    stage: Stage, browser: Any, tmp_path: Path
) -> None:
    page = await entered(browser, stage)
    paths = []
    for n in range(3):
        (tmp_path / f"{n}.png").write_bytes(png(n))
        paths.append(tmp_path / f"{n}.png")
    await page.locator("input[type=file]").set_input_files(paths[:2])
    await page.locator(".attachment").get_by_text("ready").nth(1).wait_for()
    line = page.get_by_label("Message or command")
    await line.fill("/refine a fox")
    await line.press("Escape")
    await line.press("Enter")
    await page.get_by_role("dialog").get_by_text("2 pictures, a run each").wait_for()
    await page.keyboard.press("Escape")
    assert stage.core.received == []
    await line.fill("a fox in both")
    await line.press("Enter")
    box = page.get_by_role("dialog")
    await box.get_by_text("Merge", exact=True).click()
    assert await box.locator(".drop img").count() == 2
    assert await box.get_by_label("Goal").input_value() == "a fox in both"
    async with page.expect_file_chooser() as chooser:
        await box.get_by_role("button", name="Add a picture").click()
    await (await chooser.value).set_files(paths[2])
    await box.get_by_role("button", name="Start").click()
    await box.wait_for(state="detached")
    while not stage.core.received:
        await page.wait_for_timeout(20)
    (command,) = stage.core.received
    pictures = (command.image, command.second, command.third)
    assert [await stage.uploads.fetch(each) for each in pictures] == [png(0), png(1), png(2)]
    assert json.loads(command.image.ref)["upload"]
