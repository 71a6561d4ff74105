"""Pictures of what a member sees on Discord: `python -m tests.preview.discord PHOTO DOCS`.

The real program with the embedded engine works on a stand-in Discord; the messages it really sent
are laid out by discord.html and photographed by Chromium."""

import asyncio
import copy
import io
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import async_playwright

from bot.app import serving
from bot.config import Settings, load
from tests.standins.discord_server import CHANNEL, TOKEN, DiscordServer
from tests.standins.discord_world import BEN, MOD_ROLE, MODERATOR, VOICE, texts

Json = dict[str, Any]
GOAL = "three bright caps on a wall, late summer"
HERE = Path(__file__).parent
MOST_BYTES = 290_000
SCALE = 1.5


def settings_for(server: DiscordServer, folder: Path) -> Settings:
    return load(
        None,
        {
            "DARKROOM_BOT__DATA_DIR": str(folder),
            "DARKROOM_BOT__LOG_LEVEL": "warning",
            "DARKROOM_WEB__PORT": "0",
            "DISCORD_TOKEN": TOKEN,
            "DARKROOM_DISCORD__API_BASE": server.api,
            "DARKROOM_DISCORD__CDN_HOSTS": json.dumps([server.origin]),
        },
    )


async def scenes(server: DiscordServer, photo: bytes) -> dict[str, Json]:
    """The story, told to the program; what came of it, as Discord stores it."""
    options = {"goal": GOAL, "iterations": 4, "stop": "never"}
    await server.slash("refine", options, image=photo)

    def posts(channel: str, words: str) -> list[Json]:
        there: dict[str, Json] = server.world.messages.get(channel) or {}
        return [server.world.seen(row) for row in there.values() if words in texts(row)]

    async def post(channel: str, words: str) -> Json:
        found = await server.until(lambda: posts(channel, words), 300)
        return copy.deepcopy(found[0])

    thread = (await post(CHANNEL, "### Refine"))["id"]
    await post(thread, "### Round 2 of 4")
    running = await post(CHANNEL, "### Refine")
    closing = await post(thread, "### Done")
    await server.until(lambda: "→" in texts(posts(thread, "### Round 3 of 4")[0]), 60)
    rounds = posts(thread, "### Round")
    await server.react(rounds[1], "⭐", user=BEN)
    branch = await post(thread, "for Ben")
    form = (await server.click(rounds[-1], "Edit prompt")).form
    details = await server.click(rounds[-1], "Details")
    panel = await server.slash("darkroom settings", user=MODERATOR)

    def shown() -> Any:
        return panel.original

    for name, values in (("channels", (CHANNEL,)), ("roles", (MOD_ROLE,)), ("quality", ("high",))):
        before = shown()["edited_timestamp"]
        await server.select(shown(), f"|{name}", *values, user=MODERATOR)
        await server.until(lambda old=before: shown()["edited_timestamp"] != old)
    title = server.world.channels[thread]["name"]
    pill = {"name": title, "messages": len(server.world.messages[thread])}

    def pane(sign: str, title: str, *rows: Json) -> Json:
        return {
            "sign": sign,
            "title": title,
            "rows": [{"when": "Today at 14:02"} | r for r in rows],
        }

    def in_thread(*rows: Json) -> Json:
        return pane("⤷", title, *rows)

    picked = posts(thread, "### Round 2 of 4")[0]
    notice = posts(thread, "Ben picked")[0]
    started = {"used": ["Anna", "/refine"], "payload": running, "thread": pill}
    changed = {"used": ["Mona", "/darkroom settings"], "payload": panel.original, "private": True}
    return {
        "discord": {
            "columns": [
                [
                    pane("#", "art", started),
                    in_thread({"payload": notice}, {"payload": branch}),
                ],
                [in_thread({"payload": picked})],
                [in_thread({"payload": closing})],
            ]
        },
        "discord-settings": {
            "columns": [
                [pane("#", "art", changed)],
                [in_thread({"payload": details.original, "private": True}), {"form": form}],
            ]
        },
    }


async def photograph(scenes: dict[str, Json], docs: Path) -> None:
    """Writes each scene as WebP of at most MOST_BYTES."""
    names = {CHANNEL: "# art", VOICE: "lounge", MOD_ROLE: "@mods", BEN: "Ben"}
    async with async_playwright() as player:
        browser = await player.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = await browser.new_page(
            viewport={"width": 2000, "height": 1400}, device_scale_factor=SCALE
        )
        await page.goto((HERE / "discord.html").as_uri())
        for name, scene in scenes.items():
            await page.evaluate("scene => render(scene)", scene | {"names": names})
            png = await page.locator("#scene").screenshot()
            (docs / f"{name}.webp").write_bytes(small(png))
        await browser.close()


def small(png: bytes) -> bytes:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    out = io.BytesIO()
    for quality in range(92, 30, -6):
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


async def main(photo: Path, docs: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            DiscordServer() as server,
            serving(settings_for(server, Path(folder))),
        ):
            found = await scenes(server, photo.read_bytes())
            await photograph(found, docs)
            print(*server.violations, sep="\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
