"""/refine as a member sees it."""

import asyncio
import io

from PIL import Image

from adapters.models.scripted import ScriptedPainter, flat
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import finished, messages, saying, status_of, thread_of
from tests.standins.discord_people import EPHEMERAL
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import buttons, media, texts


async def test_each_round_is_a_reply_in_a_thread(server: DiscordServer, program: Program) -> None:
    asked = await server.slash("refine", {"goal": "a red fox", "iterations": 3}, image=REFERENCE)
    thread = await thread_of(server)
    closing = await finished(server, thread)
    rounds = saying(server, "### Round", thread)
    assert len(rounds) == 3
    for message in rounds:
        assert [m["content_type"] for m in media(message["components"])] == ["image/png"]
        labels = list(buttons(message))
        assert labels == [
            "Continue from this",
            "Paint again",
            "Change…",
            "Edit prompt…",
            "Details",
            "More…",
        ]
        assert server.world.reactions[(thread, message["id"])]["⭐"]
    assert "of 100" in texts(rounds[0])
    assert "$0.01" in texts(rounds[0])
    assert "best" in [
        m["url"].rsplit("/", 1)[-1].split(".")[0] for m in media(closing["components"])
    ]
    assert status_of(server)["id"] == thread
    assert asked.response == {"type": 5, "data": {"flags": EPHEMERAL}}
    await server.until(lambda: asked.original and thread in texts(asked.original))


async def test_status_tells_quote_and_progress(server: DiscordServer, program: Program) -> None:
    await server.slash("refine", {"iterations": 2}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    await server.until(lambda: "Stop" not in buttons(status_of(server)))
    status = status_of(server)
    assert "at most $" in texts(status)
    assert "spent $" in texts(status)
    assert [m["content_type"] for m in media(status["components"])] == ["image/webp"]
    assert len(messages(server, CHANNEL)) == 1


async def test_the_picture_is_seen_as_it_comes(server: DiscordServer, start: Start) -> None:
    painter = ScriptedPainter(moves=[flat(60)], previews=[flat(10)], gate=asyncio.Event())
    await start(painter=painter)
    await server.slash("refine", {"iterations": 1}, image=REFERENCE)
    thread = await thread_of(server)

    def shown() -> list[str]:
        names = [m["url"].rpartition("/")[2] for m in media(status_of(server)["components"])]
        return [name.split("?")[0] for name in names]

    await server.until(lambda: shown() == ["reference.webp", "preview.jpg"])
    assert painter.gate is not None
    painter.gate.set()
    await finished(server, thread)
    await server.until(lambda: "Stop" not in buttons(status_of(server)))
    assert shown() == ["reference.webp"]
    files = [file["filename"] for file in status_of(server)["attachments"]]
    assert "preview.jpg" not in files


async def test_neither_image_nor_goal_gets_an_example(
    server: DiscordServer, program: Program
) -> None:
    asked = await server.slash("refine", {})
    assert asked.original is not None
    assert "/refine goal:" in texts(asked.original)
    assert asked.original["flags"] & EPHEMERAL
    assert messages(server) == []


async def test_image_bytes_posted_are_the_painted_ones(
    server: DiscordServer, program: Program
) -> None:
    await server.slash("refine", {"iterations": 1}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    (round_,) = saying(server, "### Round", thread)
    (shown,) = media(round_["components"])
    data, _ = server.world.files[shown["url"].removeprefix(server.origin)]
    assert Image.open(io.BytesIO(data)).getpixel((5, 5)) == (60, 60, 60)
