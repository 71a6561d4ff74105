"""The page behind a real nginx: as the documentation sets it up, and as others do."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from aiohttp import ClientSession

from adapters.web.inbound import NAME_HEADER
from adapters.web.visits import COOKIE
from tests.nginx import free_port, nginx, recipes

from .conftest import Stage, playing
from .fake_door import png

pytestmark = pytest.mark.asyncio(loop_scope="session")
TOKEN = "a token of twenty-five ch"
AT_ROOT, BELOW = "location / {", "location /darkroom/ {"
BARE = "proxy_pass http://127.0.0.1:8080;"  # nginx's default: Host is the address behind it
SETUPS = {
    "as documented": (0, ""),
    "below a path, as documented": (1, "/darkroom"),
    "bare": (f"{AT_ROOT} {BARE} }}", ""),
    "the port is dropped": (f"{AT_ROOT} {BARE} proxy_set_header Host $host; }}", ""),
    "Host is kept": (f"{AT_ROOT} {BARE} proxy_set_header Host $http_host; }}", ""),
    "a service's name": (f"{AT_ROOT} {BARE} proxy_set_header Host darkroom; }}", ""),
    "another Host beside": (f"{AT_ROOT} {BARE} proxy_set_header X-Forwarded-Host $host; }}", ""),
    "below a path that is left": (f"{BELOW} {BARE} }}", "/darkroom"),
}


@asynccontextmanager
async def behind(folder: Path, setup: str, token: str = TOKEN) -> AsyncIterator[tuple[Stage, str]]:
    """A page behind nginx, and the address people know."""
    locations, path = SETUPS[setup]
    text = recipes()[locations] if isinstance(locations, int) else locations
    port = free_port()
    public = f"http://127.0.0.1:{port}{path}"
    async with playing(folder, public_url=public, token=token) as stage:
        text = text.replace("127.0.0.1:8080", stage.url.removeprefix("http://"))
        async with nginx(folder, text, port):
            yield replace(stage, url=public), public


@pytest.mark.parametrize("setup", SETUPS)
async def test_the_token_opens_it_and_nothing_else_does(tmp_path: Path, setup: str) -> None:
    async with behind(tmp_path, setup) as (stage, url), ClientSession() as http:
        data = {"kind": "refine", "goal": "a fox", "key": str(uuid.uuid4())}
        headers = {NAME_HEADER: "Ada", "Origin": url.removesuffix("/darkroom")}
        assert (await http.get(f"{url}/api/sessions", headers=headers)).status == 401
        shut = await http.post(f"{url}/api/commands", json=data, headers=headers)
        assert (shut.status, stage.core.received) == (401, [])
        form = {"token": TOKEN}
        entered = await http.post(f"{url}/login", data=form, headers=headers, allow_redirects=False)
        assert entered.status == 303
        assert entered.url.join(entered_at(entered)) == entered.url.join(relative(url))
        cookie = SimpleCookie(entered.headers["Set-Cookie"])[COOKIE].value
        inside = headers | {"Cookie": f"{COOKIE}={cookie}"}
        begun = await http.post(f"{url}/api/commands", json=data, headers=inside)
        assert begun.status == 202
        assert (await begun.json())["state"] == "begun"
        big = await http.post(f"{url}/api/uploads", data=b"x" * 900_000, headers=inside)
        assert big.status == 201
        foreign = inside | {"Origin": "http://evil.example"}
        assert (await http.post(f"{url}/api/commands", json=data, headers=foreign)).status == 403


def entered_at(answer):
    from yarl import URL

    return URL(answer.headers["Location"])


def relative(url: str):
    from yarl import URL

    return URL(f"{url}/")


@pytest.mark.slow
async def test_a_person_comes_in_and_sees_rounds_arrive(tmp_path: Path, browser) -> None:
    """In a browser, below a path: style, scripts, pictures, the event stream and every address."""
    async with behind(tmp_path, "below a path, as documented") as (stage, url):
        context = await browser.new_context(viewport={"width": 1280, "height": 860})
        context.set_default_timeout(20_000)
        page = await context.new_page()
        lost: list[str] = []
        page.on("response", lambda answer: lost.append(f"{answer.status} {answer.url}"))
        await page.goto(url)  # without the slash at its end
        assert page.url == f"{url}/"
        assert await page.locator(".card").evaluate("e => getComputedStyle(e).display") == "grid"
        await page.get_by_label("Token").fill("a guess that is long enough")
        await page.keyboard.press("Enter")
        await page.get_by_text("That is not the token.").wait_for()
        await page.get_by_label("Token").fill(TOKEN)
        await page.keyboard.press("Enter")
        await page.get_by_role("textbox", name="Name").fill("Ada")
        await page.keyboard.press("Enter")
        await page.locator("#channel li").first.wait_for()
        picture = tmp_path / "hills.png"
        picture.write_bytes(png(4))
        await page.locator("input[type=file]").set_input_files(picture)
        line = page.get_by_label("Message or command")
        await line.fill("/refine iterations:4")
        await line.press("Escape")
        await line.press("Enter")
        await page.get_by_role("article", name="Status of the run").wait_for()
        await stage.core.round("s1", "s1-r1", 0)
        card = page.get_by_role("article", name="Round 0")
        await card.wait_for()
        shown = card.locator("img").first
        await shown.scroll_into_view_if_needed()
        await page.wait_for_function(
            "e => e.complete && e.naturalWidth > 0", arg=await shown.element_handle()
        )
        address = await page.locator("#thread-page").get_attribute("href")
        assert address is not None
        assert address.startswith("/darkroom/s/s1?t=")
        await page.goto(url.removesuffix("/darkroom") + address)
        await page.get_by_role("slider").first.wait_for()
        await context.close()
        troubles = [line for line in lost if line.startswith(("4", "5"))]
        assert [line.split("/darkroom")[1] for line in troubles] == ["/", "/login"]


@pytest.mark.slow
async def test_names_are_taken_and_who_leaves_is_asked_again(tmp_path: Path, browser) -> None:
    async with behind(tmp_path, "as documented") as (_, url):
        pages = []
        for _ in range(2):
            context = await browser.new_context()
            context.set_default_timeout(20_000)
            page = await context.new_page()
            await page.goto(url)
            await page.get_by_label("Token").fill(TOKEN)
            await page.keyboard.press("Enter")
            await page.get_by_role("textbox", name="Name").fill("Ada")
            await page.keyboard.press("Enter")
            pages.append(page)
        ada, other = pages
        await other.get_by_role("alert").get_by_text("choose another name").wait_for()
        await other.get_by_role("textbox", name="Name").fill("Bea")
        await other.keyboard.press("Enter")
        await other.locator("#channel li").first.wait_for()
        await ada.get_by_role("button", name="You are Ada").click()
        await ada.get_by_role("button", name="Leave").click()
        await ada.get_by_label("Token").wait_for()
        for page in pages:
            await page.context.close()
