"""The page in a real browser: what a person does and what they see."""

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from core.domain.reviews import ReviewClosed, ReviewRequested
from core.domain.updates import Accepted, Discarded, Failed, IterationFinished, Progressed
from core.domain.views import CandidateView, Score
from core.jobs.edit_prompt import EditPrompt

from .conftest import Stage, playing
from .fake_door import QUOTE, png

pytestmark = pytest.mark.asyncio(loop_scope="session")
HOSTILE = '<img src=x onerror="document.title=1">'


@pytest_asyncio.fixture(loop_scope="session")
async def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adapters.web.server.ANSWER_S", 0.3)
    async with playing(tmp_path) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def enter(stage: Stage, browser):
    """Opens a window as somebody; errors on the page fail the test."""
    troubles: list[str] = []
    contexts: list[Any] = []

    async def open_window(name: str = "Ada", **options: object):
        context = await browser.new_context(
            **{"viewport": {"width": 1280, "height": 860}, **options}
        )
        context.set_default_timeout(8_000)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if "Security" in m.text else None)
        await page.goto(stage.url)
        await page.get_by_role("textbox", name="Name").fill(name)
        await page.keyboard.press("Enter")
        await page.get_by_label("Message or command").wait_for()
        await page.locator("#channel li").first.wait_for()
        return page

    yield open_window
    for context in contexts:
        await context.close()
    assert troubles == []


async def start(page, tmp_path: Path, text: str = "/refine iterations:4") -> None:
    """Chooses a picture and sends a command with the keyboard."""
    file = tmp_path / "hills.png"
    file.write_bytes(png(4))
    await page.locator("input[type=file]").set_input_files(file)
    line = page.get_by_label("Message or command")
    await line.fill(text)
    await line.press("Escape")
    await line.press("Enter")
    await page.get_by_role("article", name="Status of the run").wait_for()


async def test_a_whole_refine(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    (command,) = stage.core.received
    assert command.kind == "refine"
    assert command.iterations == 4
    assert await stage.uploads.fetch(command.image) == png(4)
    for number in range(4):
        await stage.core.round("s1", "s1-r1", number)
    card = page.get_by_role("article", name="Round 3, score 74.0")
    await card.get_by_text("Words, scores and checks").click()
    text = await card.inner_text()
    for expected in ("▲ 7.1", "$0.01", "3.4 s", "The sun was too small", "new best"):
        assert expected in text
    await stage.core.finish("s1", "s1-r1", "Two rounds brought nothing.")
    closing = page.get_by_role("article", name="The run is over")
    await closing.wait_for()
    assert "Two rounds brought nothing." in await closing.inner_text()
    await closing.get_by_text("Course, contact sheet").click()
    assert await closing.locator("polyline").count() == 4
    await closing.get_by_text("The figures as a table").click()
    assert await closing.get_by_role("row").count() == 5
    async with page.expect_download() as download:
        await closing.get_by_role("link", name="Contact sheet").click()
    assert (await download.value).suggested_filename == "contact-sheet.png"
    assert await page.get_by_role("button", name="Stop").count() == 0
    await closing.get_by_role("button", name="More rounds").click()
    await page.locator("[aria-disabled]").wait_for(state="detached")
    assert stage.core.received[-1].kind == "continue"


@pytest.mark.slow
async def test_a_star_begins_a_branch_and_stays(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    await stage.core.round("s1", "s1-r1", 0)
    star = page.get_by_role("button", name="Star round 0")
    assert await star.get_attribute("aria-pressed") == "false"
    await star.focus()
    await page.keyboard.press("Space")
    await page.get_by_text("Ada branches off").first.wait_for()
    await page.locator(".star[aria-pressed=true]").wait_for()
    pick = stage.core.received[-1]
    assert (pick.kind, pick.signal) == ("pick", "reaction")
    await page.reload()
    await page.locator(".star[aria-pressed=true]").wait_for()
    await page.locator(".star").first.click()
    await page.locator(".star[aria-pressed=false]").wait_for()
    assert stage.core.received[-1].kind == "unpick"


@pytest.mark.slow
async def test_another_window_watches_live(stage: Stage, enter, tmp_path: Path) -> None:
    ada, bob = await enter("Ada"), await enter("Bob")
    await start(ada, tmp_path, "/refine warm hills iterations:4")
    await bob.get_by_role("button", name="warm hills").click()
    await stage.core.round("s1", "s1-r1", 0)
    await bob.get_by_role("article", name="Round 0").wait_for()
    stage.core.refuse_next = "Only Ada or a moderator can do that."
    await bob.get_by_role("button", name="Stop").click()
    await bob.get_by_role("alert").get_by_text("Only Ada or a moderator").wait_for()
    assert await ada.get_by_text("Only Ada or a moderator").count() == 0
    assert await bob.get_by_text("Only Ada or a moderator").count() == 1


@pytest.mark.slow
async def test_a_lost_connection_misses_and_doubles_nothing(
    stage: Stage, enter, tmp_path: Path
) -> None:
    page = await enter()
    await start(page, tmp_path)
    await stage.core.round("s1", "s1-r1", 0)
    await page.get_by_role("article", name="Round 0").wait_for()
    stage.adapter.sender.close()
    await page.get_by_text("reconnecting").wait_for()
    await stage.core.round("s1", "s1-r1", 1)
    await stage.core.round("s1", "s1-r1", 2)
    await page.get_by_role("article", name="Round 2").wait_for()
    assert await page.locator("article.round").count() == 3
    assert await page.locator("#channel").get_by_text("3 images").count() == 1


@pytest.mark.slow
async def test_words_are_only_ever_text(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter(HOSTILE)
    await start(page, tmp_path, f"/refine {HOSTILE} iterations:2")
    await stage.core.round("s1", "s1-r1", 0)
    card = page.get_by_role("article", name="Round 0")
    await card.get_by_text("Words, scores and checks").click()
    await card.get_by_text("Prompt", exact=True).click()
    assert "<b>not bold</b>" in await card.locator(".words").inner_text()
    assert await page.locator("#thread b, #channel b, img[src=x]").count() == 0
    assert await page.locator(".goal").inner_text() == HOSTILE
    assert await page.title() == "0 of 4 · 41.2 · Darkroom"


@pytest.mark.slow
async def test_the_dabs_are_folded_away_deeper(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    await stage.core.round("s1", "s1-r1", 0)
    card = page.get_by_role("article", name="Round 0")
    await card.get_by_text("Words, scores and checks").click()
    await card.get_by_text("Prompt", exact=True).click()
    assert not await card.locator("pre").is_visible()
    await card.get_by_text("The dabs").click()
    assert "3f9aKq" in await card.locator("pre").inner_text()
    await card.get_by_role("button", name="Edit prompt").click()
    box = page.get_by_role("dialog").get_by_label("Prompt", exact=True)
    assert "Dabs" not in await box.input_value()
    await box.fill("A low moon")
    await page.get_by_role("button", name="Paint this").click()
    await page.get_by_role("dialog").wait_for(state="detached")
    await page.locator("[aria-disabled]").wait_for(state="detached")
    async with asyncio.timeout(8):
        while not isinstance(edit := stage.core.received[-1], EditPrompt):
            await asyncio.sleep(0.02)
    assert edit.prompt.startswith("A low moon\n\nDabs 512x341:")


@pytest.mark.slow
async def test_commands_are_completed(stage: Stage, enter) -> None:
    page = await enter()
    line = page.get_by_label("Message or command")
    await line.press_sequentially("/ref")
    await page.get_by_role("option", name="/refine").wait_for()
    await line.press("Tab")
    await line.press_sequentially("a fox st")
    await page.get_by_role("option", name="stop:").wait_for()
    await line.press("Tab")
    await line.press("ArrowDown")
    await line.press("ArrowDown")
    await line.press("Enter")
    assert await line.input_value() == "/refine a fox stop:never "
    await line.press_sequentially("model:mi")
    await page.get_by_role("option", name="mine:Flux").wait_for()
    await line.press("Tab")
    await line.press_sequentially("review")
    await line.press("Escape")
    await line.press("Enter")
    await page.get_by_role("article", name="Status of the run").wait_for()
    (command,) = stage.core.received
    assert (command.goal, command.stop, command.review) == ("a fox", "never", True)
    assert command.painter == "mine:Flux"


@pytest.mark.slow
async def test_what_can_not_be_sent_is_said(stage: Stage, enter) -> None:
    page = await enter()
    line = page.get_by_label("Message or command")
    for text, answer in (
        ("/refine", "needs a picture"),
        ("/refine a fox iterations:99", "from 1 to 10"),
        ("/refine a fox model:dall-e", "model is one of offline:gouache, mine:Flux"),
        ("/dance", "no command"),
        ("/continue", "Open a session first"),
    ):
        await line.fill(text)
        await line.press("Escape")
        await line.press("Enter")
        await page.locator("#asides").get_by_text(answer).wait_for()
    assert stage.core.received == []
    await line.fill("/quota")
    await line.press("Escape")
    await line.press("Enter")
    await page.locator("#asides").get_by_text("6 of 30").wait_for()


@pytest.mark.slow
async def test_the_form(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    file = tmp_path / "hills.png"
    file.write_bytes(png(4))
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="Form").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_text("Evolve").click()
    await dialog.get_by_label("Rounds at most").fill("6")
    await dialog.get_by_text("neon").click()
    await dialog.get_by_label("How far each round").select_option("drastic")
    await dialog.get_by_label("Keep the subject").check()
    await dialog.get_by_label("Model").select_option("mine:Flux")
    await dialog.get_by_role("button", name="Start").click()
    await dialog.wait_for(state="detached")
    await page.locator(".attachment").wait_for(state="hidden")
    (command,) = stage.core.received
    assert (command.kind, command.iterations, command.styles) == ("evolve", 6, ("neon",))
    assert (command.leap, command.lock, command.painter) == ("drastic", True, "mine:Flux")
    assert command.image is not None


@pytest.mark.slow
async def test_dropped_and_pasted_pictures(stage: Stage, enter) -> None:
    page = await enter()
    for how in ("drop", "paste"):
        await page.evaluate(
            """how => {
              const data = new DataTransfer();
              data.items.add(new File([new Uint8Array([1, 2, 3])], how + ".png", {type: "image/png"}));
              const event = how === "drop" ? new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})
                : new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
              document.body.dispatchEvent(event);
            }""",
            how,
        )
        await page.locator(".attachment").get_by_text(f"{how}.png").wait_for()
        await page.locator(".attachment").get_by_text("ready").first.wait_for()


@pytest.mark.slow
async def test_the_slider_works_with_keys(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    await stage.core.round("s1", "s1-r1", 0)
    await page.get_by_role("button", name="Compare").click()
    slider = page.get_by_role("slider")
    await slider.focus()
    for _ in range(5):
        await slider.press("ArrowRight")
    assert await slider.input_value() == "55"
    style = await page.locator(".compare-frame").get_attribute("style")
    assert "55%" in str(style)
    await page.keyboard.press("Escape")
    assert await page.get_by_role("dialog").count() == 0


@pytest.mark.slow
async def test_the_session_page(stage: Stage, enter, browser, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    for number in range(3):
        await stage.core.round("s1", "s1-r1", number)
    await page.locator(".film").get_by_role("button", name="Round 0").first.click()
    await (
        page.locator("article.round:visible")
        .get_by_role("button", name="Continue from this")
        .click()
    )
    await page.get_by_text("Ada branches off").first.wait_for()
    await stage.core.round("s1", "s1-r2", 3)
    link = stage.url + stage.adapter.links.session("s1")
    guest = await browser.new_page()
    await guest.goto(link)
    await guest.get_by_role("slider").first.wait_for()
    assert await guest.locator(".node[data-id]").count() == 4
    rows = await guest.locator(".row-of-rounds").all()
    assert [await row.locator(".node").count() for row in rows] == [3, 1]  # a branch forks off
    await guest.get_by_role("button", name="Round 1, score 55.9").press("Enter")
    await guest.get_by_role("heading", name="Round 1").wait_for()
    await guest.goto(link[:-2])
    assert "not valid" in await guest.inner_text("body")
    await guest.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_small_screen(stage: Stage, enter, tmp_path: Path, scheme: str) -> None:
    page = await enter(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    await start(page, tmp_path)
    await stage.core.round("s1", "s1-r1", 0)
    await stage.core.finish("s1", "s1-r1", "Done.")
    await page.get_by_role("article", name="The run is over").wait_for()
    wide = (
        "document.documentElement.scrollWidth + ' ' + document.getElementById('thread').scrollWidth"
    )
    assert await page.evaluate(wide) == "360 360"
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(246, 243, 239)" if scheme == "light" else "rgb(20, 16, 15)")
    await page.get_by_role("button", name="Use the").click()
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != background
    await page.get_by_role("button", name="Back to the channel").click()
    await page.locator("#channel").wait_for()
    await page.locator("#thread").wait_for(state="hidden")


@pytest.mark.slow
async def test_new_rounds_are_announced_and_names_are_there(
    stage: Stage, enter, tmp_path: Path
) -> None:
    page = await enter()
    await start(page, tmp_path)
    await stage.core.round("s1", "s1-r1", 0)
    await page.get_by_role("article", name="Round 0").wait_for()
    announcer = page.locator("#announcer")
    assert await announcer.get_attribute("aria-live") == "polite"
    assert (await announcer.text_content()).startswith("Round 0 of 4, score 41.2.")
    nameless = await page.evaluate(
        """() => [...document.querySelectorAll("button, a, input:not([hidden]), textarea, select, img")]
          .filter(e => e.tagName === "IMG" ? !e.hasAttribute("alt")
            : !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML)"""
    )
    assert nameless == []


@pytest.mark.slow
async def test_too_large_is_said_before_the_upload(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    file = tmp_path / "large.png"
    file.write_bytes(io.BytesIO(b"x" * 21_000_000).getvalue())
    await page.locator("input[type=file]").set_input_files(file)
    await page.locator("#asides").get_by_text("larger than 20 MB").wait_for()


def accepted(**more: object) -> Accepted:
    return Accepted(
        session="s1", run="s1-r9", mode="refine", owner="ada", owner_name="Ada", quote=QUOTE,
        branch=True, **more,
    )  # fmt: skip


@pytest.mark.slow
async def test_a_quote_that_asks_first(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    await stage.core.post(accepted(confirm=True, reason="Runs above $0.25 ask first."))
    card = page.get_by_role("article", name="Status of the run").nth(1)
    await card.get_by_text("Runs above $0.25 ask first.").wait_for()
    quote = await card.inner_text()
    assert "Up to 4 images in 4 rounds: at most $0.04, likely $0.02, about 2 min" in quote
    assert await card.get_by_role("button", name="Stop").count() == 0
    await card.get_by_role("button", name="Start").click()
    await page.locator("[aria-disabled]").wait_for(state="detached")
    confirm = stage.core.received[-1]
    assert (confirm.kind, confirm.run, confirm.yes) == ("confirm", "s1-r9", True)
    await stage.core.post(Progressed(session="s1", run="s1-r9", phase="stopped", line="Cancelled."))
    await card.get_by_role("button").first.wait_for(state="detached")


@pytest.mark.slow
async def test_a_critique_is_edited_in_time(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    soon = datetime.now(UTC) + timedelta(seconds=90)
    asked = ReviewRequested(
        session="s1", run="s1-r1", round=2, iteration="i", critique="Too dark.", until=soon
    )
    await stage.core.post(asked)
    card = page.get_by_role("article", name="Review of the critique")
    await card.get_by_text("goes on by itself in").wait_for()
    await card.get_by_role("textbox").fill("Too dark, and too blue.")
    await stage.core.post(asked)
    await card.get_by_role("button", name="Go on").click()
    await card.get_by_text("Sent: the run goes on.").wait_for()
    revise = stage.core.received[-1]
    assert (revise.run, revise.round, revise.critique) == ("s1-r1", 2, "Too dark, and too blue.")
    said = ReviewClosed(how="edited", at=soon, by="ada", by_name="Ada", text="Too blue.")
    await stage.core.post(replace(asked, until=None, closed=said))
    await card.get_by_text("Ada edited the critique at").wait_for()
    await card.get_by_text("Too blue.").wait_for()


@pytest.mark.slow
async def test_the_candidates_of_a_round(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    views = tuple(
        CandidateView(f"i{n}", stage.core.images.add(png(n)), 480, 320, f"Try {n}", Score(60.0 + n))
        for n in (1, 2, 3)
    )
    await stage.core.post(
        IterationFinished(
            session="s1",
            run="s1-r1",
            mode="refine",
            round=1,
            rounds=4,
            candidates=views,
            best=2,
            champion="i3",
            won=True,
            change=None,
            cost=None,
            seconds=2.0,
            prompt="p",
            words="p",
            model="openai:painter",
        )
    )
    card = page.get_by_role("article", name="Round 1, score 63.0")
    await card.wait_for()
    assert "price unknown" in await card.inner_text()
    await card.get_by_role("button", name="Candidate 1").click()
    card = page.get_by_role("article", name="Round 1, score 61.0")
    await card.get_by_role("button", name="Paint again").click()
    await page.locator("[aria-disabled]").wait_for(state="detached")
    assert stage.core.received[-1].iteration == "i1"
    await stage.core.post(Discarded(session="s1", run="s1-r1", round=1, iteration="i3"))
    await page.get_by_text("This image was taken down").wait_for()


@pytest.mark.slow
async def test_a_broken_run_says_so(stage: Stage, enter, tmp_path: Path) -> None:
    page = await enter()
    await start(page, tmp_path)
    await stage.core.post(
        Failed(session="s1", run="s1-r1", sentence="OpenAI refuses the key; the operator was told.")
    )
    await page.get_by_text("OpenAI refuses the key").first.wait_for()
    assert await page.get_by_role("button", name="Stop").count() == 0
    assert await page.get_by_role("button", name="More rounds").count() == 1
