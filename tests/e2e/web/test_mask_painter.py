"""The mask painter in a real browser: by mouse, by touch, by pen, by keys alone."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from core.imaging import codec
from core.imaging.mask import plane_of
from tests.integration.web.painting import Easel, painting
from tests.photographs import phone_jpeg

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
SIZE = (960, 640)


def picture(size: tuple[int, int] = SIZE) -> bytes:
    """A red box on grey, a little grain over it."""
    image = Image.new("RGB", size, (120, 120, 125))
    image.paste((190, 40, 40), (size[0] // 2, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4))
    grain = np.random.default_rng(3).integers(-6, 7, (size[1], size[0], 3))
    return codec.encode_array(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


@pytest_asyncio.fixture(loop_scope="session")
async def easel(tmp_path: Path) -> AsyncIterator[Easel]:
    async with painting(tmp_path, picture()) as easel:
        yield easel


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Any):
    """Opens a link as a page; errors on it fail the test."""
    troubles: list[str] = []
    contexts: list[Any] = []

    async def open_page(link: str, width: int = 1100, height: int = 760, **more: Any) -> Any:
        context = await browser.new_context(viewport={"width": width, "height": height}, **more)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if "Security" in m.text else None)
        await page.goto(link)
        await page.locator("html[data-ready]").wait_for()
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert troubles == []


async def at(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where a place of the picture (0-1) is in the window."""
    box = await page.locator("#picture").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


async def drag(page: Any, *points: tuple[float, float]) -> None:
    await page.mouse.move(*await at(page, *points[0]))
    await page.mouse.down()
    for point in points[1:]:
        await page.mouse.move(*await at(page, *point), steps=6)
    await page.mouse.up()


async def covers(page: Any) -> float:
    """Percent; 0 where nothing is covered."""
    words = (await page.locator("#covers").inner_text()).removeprefix("Covers ").removesuffix(" %")
    return 0 if "Nothing" in words else float(words.removeprefix("less than "))


async def submit(page: Any, words: str = "a boat") -> None:
    await page.get_by_label("What shall change?").fill(words)
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_text("Sent. It goes on in the thread").wait_for()


async def test_by_mouse_with_every_tool(easel: Easel, opened: Any) -> None:
    page = await opened(easel.link())
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_role("alert").get_by_text("Nothing is covered yet").wait_for()
    await page.get_by_role("button", name="Rectangle").click()
    await drag(page, (0.1, 0.1), (0.3, 0.5))
    assert await covers(page) == pytest.approx(8, abs=1)
    await page.get_by_role("button", name="Lasso").click()
    await drag(page, (0.4, 0.6), (0.4, 0.9), (0.1, 0.9))
    assert await covers(page) == pytest.approx(12.5, abs=1)
    await page.get_by_role("button", name="Fill").click()
    await page.mouse.click(*await at(page, 0.6, 0.5))
    assert await covers(page) == pytest.approx(25, abs=1)
    await page.get_by_role("button", name="Undo").click()
    assert await covers(page) == pytest.approx(12.5, abs=1)
    await page.get_by_role("button", name="Redo").click()
    await page.get_by_role("button", name="Brush").click()
    await page.get_by_label("Size").fill("64")
    await drag(page, (0.05, 0.95), (0.95, 0.95))
    brushed = await covers(page)
    assert 29 <= brushed <= 36
    await page.get_by_role("button", name="Eraser").click()
    await drag(page, (0.05, 0.95), (0.95, 0.95))
    assert await covers(page) == pytest.approx(25, abs=1)
    await page.get_by_role("button", name="Invert").click()
    assert await covers(page) == pytest.approx(75, abs=1)
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_role("alert").get_by_text("Say what shall change").wait_for()
    await submit(page)
    plane = plane_of(await easel.picture())
    assert plane.shape == (640, 960)
    spots = {(0.2, 0.3): 0, (0.6, 0.5): 0, (0.35, 0.85): 0, (0.9, 0.2): 255, (0.15, 0.65): 255}
    for (x, y), value in spots.items():
        assert plane[int(y * 640), int(x * 960)] == value, (x, y)
    assert easel.sent[-1].instruction == "a boat"


async def test_zoom_and_pan_hold_the_place_under_the_pointer(easel: Easel, opened: Any) -> None:
    page = await opened(easel.link())
    x, y = await at(page, 0.25, 0.25)
    await page.mouse.move(x, y)
    await page.mouse.wheel(0, -600)
    await page.wait_for_function("parseInt(document.querySelector('#zoom').textContent) > 150")
    assert await at(page, 0.25, 0.25) == pytest.approx((x, y), abs=3)
    x, y = await at(page, 0.25, 0.25)
    await page.mouse.down(button="middle")
    await page.mouse.move(x - 60, y - 40)
    await page.mouse.up(button="middle")
    assert await at(page, 0.25, 0.25) == pytest.approx((x - 60, y - 40), abs=3)
    assert await covers(page) == 0
    await page.get_by_role("button", name="Rectangle").click()
    await drag(page, (0.25, 0.25), (0.4, 0.4))
    assert await covers(page) == pytest.approx(2, abs=1)
    await page.get_by_role("button", name="Fit").click()
    await submit(page)
    rows, columns = np.nonzero(plane_of(await easel.picture()))
    assert (columns.min(), columns.max()) == pytest.approx((240, 384), abs=4)
    assert (rows.min(), rows.max()) == pytest.approx((160, 256), abs=4)


async def touch(client: Any, kind: str, *points: tuple[float, float]) -> None:
    fingers = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]
    await client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


async def test_by_touch_one_finger_paints_and_two_move_the_view(easel: Easel, opened: Any) -> None:
    page = await opened(easel.link(), 360, 740, has_touch=True, is_mobile=True)
    client = await page.context.new_cdp_session(page)
    await touch(client, "touchStart", await at(page, 0.2, 0.5))
    for step in range(1, 7):
        await touch(client, "touchMove", await at(page, 0.2 + step * 0.1, 0.5))
    await touch(client, "touchEnd")
    painted = await covers(page)
    assert painted > 3
    before = await page.locator("#zoom").inner_text()
    a, b = await at(page, 0.4, 0.5), await at(page, 0.6, 0.5)
    await touch(client, "touchStart", a)
    await touch(client, "touchMove", (a[0] - 4, a[1]))
    await touch(client, "touchStart", a, b)
    await touch(client, "touchMove", (a[0] - 50, a[1]), (b[0] + 50, b[1]))
    await touch(client, "touchEnd")
    assert await page.locator("#zoom").inner_text() != before
    assert await covers(page) == painted  # what the first finger began is taken back
    await submit(page)
    plane = plane_of(await easel.picture())
    assert plane[320, 480] == 255 and plane[60, 480] == 0


async def test_by_pen_the_pressure_is_the_width(easel: Easel, opened: Any) -> None:
    page = await opened(easel.link())
    client = await page.context.new_cdp_session(page)

    async def stroke(y: float, force: float) -> None:
        for step in range(9):
            x, down = await at(page, 0.2 + step * 0.05, y)
            kind = "mousePressed" if step == 0 else "mouseReleased" if step == 8 else "mouseMoved"
            event = {
                "type": kind,
                "x": x,
                "y": down,
                "button": "left",
                "buttons": 1,
                "clickCount": 1,
            }
            event |= {"pointerType": "pen", "force": 0 if step == 8 else force}
            await client.send("Input.dispatchMouseEvent", event)

    await stroke(0.3, 0.2)
    await stroke(0.7, 0.9)
    await submit(page)
    plane = plane_of(await easel.picture())
    thin, thick = (
        int((plane[:, 384] == 255)[half].sum()) for half in (slice(0, 320), slice(320, 640))
    )
    assert 0 < thin * 2 < thick


async def test_by_keys_alone(easel: Easel, opened: Any) -> None:
    page = await opened(easel.link())
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # the first link leads to the picture
    await page.locator("#stage:focus-visible").wait_for()
    await page.keyboard.press("r")
    await page.keyboard.press("Enter")
    for _ in range(8):
        await page.keyboard.press("ArrowRight")
    for _ in range(8):
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    said = page.locator("#announcer")
    assert await said.inner_text() == "Rectangle. Covers 2 %."
    await page.keyboard.press("b")
    await page.keyboard.press("]")
    await page.keyboard.down(" ")
    for _ in range(6):
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.up(" ")
    assert await covers(page) > 2
    await page.keyboard.press("Control+z")
    assert await said.inner_text() == "Undone. Covers 2 %."
    await page.keyboard.press("Control+Shift+Z")
    await page.keyboard.press("i")
    await page.keyboard.press("i")
    await page.keyboard.press("+")
    assert int((await page.locator("#zoom").inner_text()).removesuffix(" %")) > 100
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == "instruction":
            break
    await page.keyboard.type("be brief")  # letters are letters here
    assert await page.locator("#tools [aria-pressed=true]").get_attribute("data-tool") == "brush"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_text("Sent. It goes on in the thread").wait_for()
    assert await page.evaluate("document.activeElement.id") == "closed-words"
    assert plane_of(await easel.picture())[360, 540] == 255
    assert easel.sent[-1].instruction == "be brief"


async def test_marks_are_drawn_in_colours_with_words(easel: Easel, opened: Any) -> None:
    page = await opened(easel.link(marks=True))
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_role("alert").get_by_text("no marks yet").wait_for()
    await page.get_by_label("Size").fill("8")
    await page.get_by_role("button", name="Arrow").click()
    await drag(page, (0.2, 0.8), (0.45, 0.55))
    await page.get_by_role("button", name="Blue").click()
    await page.get_by_role("button", name="Circle").click()
    await drag(page, (0.5, 0.25), (0.75, 0.75))
    await page.get_by_role("button", name="Words").click()
    await page.mouse.click(*await at(page, 0.1, 0.1))
    await page.get_by_role("alert").get_by_text("Type the words first").wait_for()
    await page.keyboard.type("greener")
    await page.mouse.click(*await at(page, 0.1, 0.15))
    await submit(page, "as marked")
    with Image.open(io.BytesIO(await easel.picture())) as made:
        pixels = np.asarray(made)
    assert pixels.shape == (640, 960, 4)
    assert pixels[500, 205].tolist() == [255, 59, 48, 255]
    assert pixels[320, 480].tolist() == [10, 132, 255, 255]
    written = pixels[80:112, 90:240]
    assert (written[..., 3] > 200).any() and (written[..., 2] > 200).any()
    assert pixels[320, 600, 3] == 0


async def test_a_link_that_is_over_says_so(easel: Easel, browser: Any) -> None:
    easel.clock[0] = 3 * 3600
    link, easel.clock[0] = easel.link(), 0
    page = await browser.new_page()
    await page.goto(link)
    await page.get_by_text(
        "This link has expired. Press Edit a part… again for a new one."
    ).wait_for()
    assert not await page.locator("#main").is_visible()
    await page.close()


async def test_cancel_sends_nothing_and_leads_back(easel: Easel, opened: Any) -> None:
    page = await opened(easel.link())
    await page.get_by_role("button", name="Rectangle").click()
    await drag(page, (0.1, 0.1), (0.5, 0.5))
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_text("Nothing was sent").wait_for()
    await page.get_by_role("button", name="Back to the picture").click()
    assert await covers(page) == pytest.approx(16, abs=1)
    easel.core.refuse_next = "Your day is used up."
    await page.get_by_label("What shall change?").fill("a boat")
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_role("alert").get_by_text("Your day is used up.").wait_for()
    await submit(page)


FRAMES = """async ([from, to]) => {
  const stage = document.querySelector('#stage'), times = [];
  const send = (name, x, y) => stage.dispatchEvent(new PointerEvent(name, {clientX: x, clientY: y,
    pointerId: 1, pointerType: 'mouse', button: 0, buttons: 1, bubbles: true, cancelable: true}));
  stage.setPointerCapture = () => {};
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  send('pointerdown', ...from);
  await frame(); await frame();
  for (let step = 1; step <= 60; step += 1) {
    const began = performance.now();
    send('pointermove', from[0] + (to[0] - from[0]) * step / 60, from[1] + (to[1] - from[1]) * step / 60);
    const painted = performance.now() - began;
    await frame();
    times.push([painted, performance.now() - began]);
  }
  const began = performance.now();
  send('pointerup', ...to);
  const half = (at) => times.map((each) => each[at]).sort((a, b) => a - b)[30];
  return {painting: half(0), frame: half(1), ending: performance.now() - began};
}"""


async def test_a_stroke_on_a_phones_photograph_is_quick(
    browser: Any, opened: Any, tmp_path: Path
) -> None:
    stored = codec.admit(phone_jpeg()).data
    async with painting(tmp_path, stored) as easel:
        page = await opened(easel.link())
        size = await page.evaluate("[mask.width, mask.height]")
        assert max(size) == 2048
        took = await page.evaluate(FRAMES, [await at(page, 0.2, 0.2), await at(page, 0.8, 0.8)])
        print("a stroke, ms:", took)
        assert took["painting"] < 20
        assert took["ending"] < 2_000
        await page.get_by_role("button", name="Fill").click()
        await page.mouse.click(*await at(page, 0.1, 0.9))
        await page.get_by_role("button", name="Undo").click()
        await submit(page)
        plane = plane_of(await easel.picture())
        assert plane.shape == (3072, 4096)
        assert plane[1536, 2048] == 255 and plane[100, 100] == 0
