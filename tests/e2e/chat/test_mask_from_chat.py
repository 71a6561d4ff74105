"""From a post on Discord or Slack to the mask painter in a real browser, and back to the thread."""

import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from PIL import Image

from adapters.models.scripted import ScriptedPainter, flat
from adapters.slack import clicks
from core.domain.commands import Actor
from core.imaging.mask import plane_of
from core.service import outbox
from tests.e2e.chat.mask_page import MaskPage
from tests.integration.discord.program import Program as OnDiscord
from tests.integration.discord.story import saying, thread_of
from tests.integration.slack.program import Program as OnSlack
from tests.standins import discord_world, slack_server
from tests.standins.discord_people import EPHEMERAL
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import GUILD, texts, walk
from tests.standins.slack_server import TEAM, Post, SlackServer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
SIZE = (480, 320)
WHO = {
    OnDiscord: ("discord", GUILD, discord_world.ANNA),
    OnSlack: ("slack", TEAM, slack_server.ANNA),
}


def _left_third() -> bytes:
    with Image.open(io.BytesIO(flat(40, SIZE))) as image:
        image.paste((220, 30, 30), (0, 0, SIZE[0] // 3, SIZE[1]))
        out = io.BytesIO()
        image.save(out, "PNG")
    return out.getvalue()


RED_BOAT = _left_third()


def painter() -> ScriptedPainter:
    """First a dark picture, then one with its left third red."""
    return ScriptedPainter(moves=[flat(40, SIZE), RED_BOAT], mask=True)


async def painted_by_hand(browser: Any, link: str, *, marks: bool) -> None:
    """Covers the left third, or draws an arrow, and says what shall change."""
    context = await browser.new_context(viewport={"width": 1100, "height": 760})
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto(link)
    await page.locator("html[data-ready]").wait_for()
    await page.get_by_role("button", name="Arrow" if marks else "Rectangle").click()
    box = await page.locator("#picture").bounding_box()
    await page.mouse.move(box["x"] + 1, box["y"] + 1)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] - 1, steps=4)
    await page.mouse.up()
    await page.get_by_label("What shall change?").fill("a red boat")
    await page.get_by_role("button", name="Submit").click()
    await page.get_by_text("Sent. It goes on in the thread").wait_for()
    await page.reload()
    await page.get_by_text("This link was used").first.wait_for()
    await context.close()


@asynccontextmanager
async def going(program: OnDiscord | OnSlack) -> AsyncGenerator[None]:
    await program.start()
    try:
        yield
    finally:
        await program.stop()


async def edited(program: OnDiscord | OnSlack, marks: bool) -> None:
    """The edit was asked for with what was painted; outside of a mask nothing changed."""
    asked = program.painter.requests[-1]
    assert asked.operation == "edit" and "a red boat" in asked.prompt
    if marks:
        assert asked.mask is None and len(asked.sources) == 2
        return
    assert asked.mask is not None
    plane = plane_of(asked.mask)
    assert plane.shape == (320, 480) and plane[160, 100] == 255 and plane[160, 240] == 0
    (row,) = await program.service.sessions(Actor(*WHO[type(program)]))
    assert row.best is not None
    assert row.best.image == await program.images.put(RED_BOAT)


async def test_discord(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    monkeypatch.setattr(outbox, "IDLE_S", 0.05)
    page = MaskPage(tmp_path)
    async with DiscordServer() as server:
        program = OnDiscord(server, tmp_path, painter=painter(), mask_link=page.link)

        def made(job: str) -> list[Any]:
            return [m for m in saying(server, f"### {job}", thread) if "continue from" in texts(m)]

        async with going(program), page.open(program.service, program.uploads):
            await server.slash("imagine", {"prompt": "a lake", "candidates": 1})
            thread = await thread_of(server)
            post = (await server.until(lambda: made("Imagine")))[0]
            for marks in (False, True):
                asked = await server.click(post, "Edit a part…")
                assert asked.original is not None and asked.original["flags"] & EPHEMERAL
                links = [p["url"] for p in walk(asked.original["components"]) if p.get("url")]
                await painted_by_hand(browser, links[int(marks)], marks=marks)
                await server.until(lambda marks=marks: len(made("Edit")) == 1 + marks)
                await edited(program, marks)
        assert server.violations == []


async def test_slack(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.api.READY_PAUSE_S", 0.01)
    monkeypatch.setattr(clicks, "DOUBLE_CLICK_S", 0.0)
    page = MaskPage(tmp_path)
    async with SlackServer() as server:
        program = OnSlack(server, tmp_path, painter=painter(), mask_link=page.link)
        async with going(program), page.open(program.service, program.uploads):
            anna, told = program.person(), server.replies
            await anna.slash("/imagine")
            await anna.submit(await anna.opened(), prompt="a lake", candidates=1)
            post = await program.post(lambda post: "part" in post.buttons())
            for marks in (False, True):
                await anna.click(post, "part")
                await server.until(lambda marks=marks: len(told) > marks)
                ways = told[-1]["blocks"][1]["elements"]
                await painted_by_hand(browser, ways[int(marks)]["url"], marks=marks)
                await server.until(lambda marks=marks: len(edits(program)) == 1 + marks)
                assert {each.thread for each in edits(program)} == {post.thread}
                await edited(program, marks)
        assert server.violations == []


def edits(program: OnSlack) -> list[Post]:
    return [
        post
        for post in program.server.posts.values()
        if "part" in post.buttons() and "*Edit ·" in str(post.blocks)
    ]
