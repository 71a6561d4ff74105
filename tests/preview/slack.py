"""Pictures of what a member sees on Slack: `python -m tests.preview.slack PHOTO DOCS`.

The real program with the embedded engine works on a stand-in Slack; the messages and dialogs it
really sent are laid out by slack.html and photographed by Chromium."""

import asyncio
import base64
import copy
import io
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import async_playwright

from bot.app import serving
from bot.config import Settings, load
from tests.integration.slack.program import is_final, is_round, is_status, says
from tests.standins.slack_people import Person
from tests.standins.slack_server import (
    ANNA,
    APP_TOKEN,
    BEN,
    BOT_TOKEN,
    CHANNEL,
    Post,
    SlackServer,
)

Json = dict[str, Any]
GOAL = "the old warbird, low over the clouds"
HERE = Path(__file__).parent
MOST_BYTES = 290_000
NAMES = {CHANNEL: "design", ANNA: "anna", BEN: "ben", "U0BOT": "darkroom"}
WHEN = "2:02 PM"


def settings_for(server: SlackServer, folder: Path) -> Settings:
    return load(
        None,
        {
            "DARKROOM_BOT__DATA_DIR": str(folder),
            "DARKROOM_BOT__LOG_LEVEL": "warning",
            "DARKROOM_WEB__PORT": "0",
            "DARKROOM_LOOP__REVIEW_TIMEOUT_S": "600",
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "DARKROOM_SLACK__API_BASE": f"{server.origin}/api/",
            "DARKROOM_SLACK__FILE_HOSTS": json.dumps([server.origin]),
        },
    )


class Story:
    """What two people do, and what the program shows them."""

    def __init__(self, server: SlackServer, photo: bytes) -> None:
        self.server, self.photo = server, photo
        self.anna, self.ben = Person(server), Person(server, BEN, "ben")

    async def post(self, true: Callable[[Post], bool], seconds: float = 600.0) -> Post:
        def found() -> list[Post]:
            return [post for post in self.server.posts.values() if true(post)]

        try:
            await self.server.until(found, seconds)
        except TimeoutError:
            shown = [post.blocks[0] for post in self.server.posts.values()]
            raise TimeoutError(f"{shown} {self.server.ephemeral}") from None
        return found()[0]

    async def dialog(self) -> Json:
        """`/refine`, filled in as Anna sends it."""
        file = self.server.add_file(self.photo, "warbird.png", mimetype="image/png")
        await self.anna.slash("/refine", GOAL)
        view = await self.anna.opened()
        filled = copy.deepcopy(view)
        for block in filled["blocks"]:
            if block.get("block_id") == "image":
                block["element"]["chosen"] = {"name": file.name, "url": _url(file.data)}
            if block.get("block_id") == "iterations":
                block["element"]["initial_value"] = "4"
        await self.anna.submit(view, image=file, iterations=4, stop="never")
        return filled

    async def refine(self) -> Json:
        filled = await self.dialog()
        await self.post(is_round(2))
        status = await self.post(is_status)
        await self.server.until(lambda: "choose" in status.buttons(), 60)
        running = copy.deepcopy(status)
        final = await self.post(is_final)
        second = await self.post(is_round(2))
        await self.server.until(lambda: "_Next:_" in json.dumps(second.blocks), 60)
        await self.ben.react(second)
        picked = await self.post(says("picked round 2"))
        thread = {
            "title": "Thread",
            "note": "# design",
            "rows": [_row(second, 2), _row(picked)],
        }
        closing = {"title": "Thread", "note": "# design", "rows": [_row(final, 1)]}
        channel = {
            "title": "# design",
            "rows": [_row(running) | {"replies": len(self.server.in_thread(status.ts))}],
        }
        return {"columns": [[{"modal": filled}], [channel, thread], [closing]]}

    async def rest(self) -> Json:
        """A review, the details of a round, the Home tab of an admin, the settings."""
        await self.post(lambda post: is_final(post) and post.ts != self._first_final())
        await self.anna.slash("/refine", "a lighthouse at dusk, two people on the shore, a dog")
        await self.anna.submit(await self.anna.opened(2), iterations=3, review="yes", stop="never")
        review = await self.post(says("*Review of round"))
        await self.anna.click(review, "revise")
        revising = copy.deepcopy(await self.anna.opened(3))
        await self.anna.slash("/darkroom", "settings")
        await self.anna.submit(
            await self.anna.opened(4), people=[ANNA, BEN], channels=[CHANNEL], quality="high"
        )
        await self.anna.slash("/darkroom", "settings")
        settings = copy.deepcopy(await self.anna.opened(5))
        await self.anna.click(await self.post(is_round(2)), "details")
        details = copy.deepcopy(await self.anna.opened(6))
        home = copy.deepcopy(await self.anna.home())
        reviewing = {"title": "Thread", "note": "# design", "rows": [_row(review)]}
        return {
            "columns": [
                [{"title": "Darkroom", "note": "Home", "home": home}],
                [reviewing, {"modal": revising}, {"modal": details}],
                [{"modal": settings}],
            ]
        }

    def _first_final(self) -> str:
        return next(post.ts for post in self.server.posts.values() if is_final(post))

    @property
    def files(self) -> dict[str, str]:
        return {id: _url(file.data) for id, file in self.server.files.items() if file.data}


def _row(post: Post, stars: int = 0) -> Json:
    return {"blocks": copy.deepcopy(post.blocks), "when": WHEN, "stars": stars}


def _url(data: bytes) -> str:
    kind = "gif" if data.startswith(b"GIF8") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


async def photograph(scenes: dict[str, Json], docs: Path) -> None:
    """Writes each scene as PNG of at most MOST_BYTES."""
    async with async_playwright() as player:
        browser = await player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = await browser.new_page(viewport={"width": 1800, "height": 1400})
        await page.goto((HERE / "slack.html").as_uri())
        for name, scene in scenes.items():
            await page.evaluate("scene => render(scene)", scene | {"names": NAMES})
            png = await page.locator("#scene").screenshot()
            (docs / f"{name}.png").write_bytes(small(png))
        await browser.close()


def small(png: bytes) -> bytes:
    """As many colours as the limit leaves room for."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    out = io.BytesIO()
    for colours in (256, 192, 128, 96, 64):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.FLOYDSTEINBERG).save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


async def main(photo: Path, docs: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with SlackServer() as server, serving(settings_for(server, Path(folder))):
            server.admins.add(ANNA)
            story = Story(server, photo.read_bytes())
            first = await story.refine()
            second = await story.rest()
            for scene in (first, second):
                scene["files"] = story.files
            await photograph({"slack": first, "slack-home": second}, docs)
            print(*server.violations, sep="\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
