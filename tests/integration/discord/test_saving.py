"""A picture as a file of another kind and size: from the letter, from More…, for whoever asked."""

import asyncio
import io
from typing import Any

from PIL import Image

from core.domain.access import PROGRAM
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import Program
from tests.integration.discord.test_controls import refined
from tests.integration.discord.test_stars import messages
from tests.standins.discord_people import EPHEMERAL, Asked
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import ANNA, BEN, DM, media, texts


def file_of(server: DiscordServer, asked: Asked) -> Image.Image:
    assert asked.original is not None
    (shown,) = asked.original["attachments"]
    path = shown["url"].removeprefix(server.origin)
    return Image.open(io.BytesIO(server.world.files[path][0]))


async def stored(program: Program, message: str) -> None:
    """Waits until it is known what a message in the direct messages shows."""
    while await program.service.delivery_of("discord", DM, message, PROGRAM) is None:
        await asyncio.sleep(0.01)


async def saved(server: DiscordServer, opened: Asked, channel: str, **answers: Any) -> Asked:
    asked = await server.submit(opened.form, answers, channel=channel, user=ANNA)
    await server.until(lambda: asked.original is not None and texts(asked.original) != "…")
    return asked


async def test_a_letter_can_be_had_as_another_file(server: DiscordServer, start: Start) -> None:
    program: Program = await start()
    _, (round_,) = await refined(server)
    await server.react(round_, "✉️", user=ANNA)
    (mail,) = await server.until(lambda: messages(server, DM))
    await stored(program, mail["id"])
    before = len(program.painter.requests)
    opened = await server.click(mail, "Save as…", user=ANNA)
    asked = await saved(server, opened, DM, format=["webp"], width="32")
    assert asked.original is not None and asked.original["flags"] & EPHEMERAL
    assert "round-1-32x" in texts(asked.original) and media(asked.original["components"])
    picture = file_of(server, asked)
    assert (picture.format, picture.width) == ("WEBP", 32)
    assert len(program.painter.requests) == before, "nothing is painted for it"


async def test_from_more_and_what_can_not_be(server: DiscordServer, start: Start) -> None:
    await start()
    thread, (round_,) = await refined(server)
    chooser = await server.click(round_, "More…", user=BEN)
    assert chooser.original is not None
    opened = await server.click(chooser.original, "Save as…", user=BEN)
    asked = await saved(server, opened, thread, format=["jpeg"], width="wide")
    assert "number" in texts(asked.original or {"components": []})
    asked = await saved(server, opened, thread, format=["jpeg"], width="9")
    assert "16 to 8192" in texts(asked.original or {"components": []})
    asked = await saved(server, opened, thread, format=["jpeg"], width="")
    picture = file_of(server, asked)
    assert (picture.format, picture.width) == ("JPEG", 64)
