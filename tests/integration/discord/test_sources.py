"""Where a picture may be: an attachment, an embed, a forward, a gallery, the message answered."""

import io
from typing import Any

import pytest
from PIL import Image

from adapters.models.scripted import flat
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import finished, first_alone, saying, status_of, thread_of
from tests.standins.discord_people import Asked
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import BEN, CHANNEL, GUILD

pytestmark = pytest.mark.slow  # real clients, seconds each

OTHER = flat(30)


def embed(server: DiscordServer) -> dict[str, Any]:
    url = server.upload(REFERENCE)["url"]
    image = {"url": "https://example.org/cat.png", "proxy_url": url, "width": 8, "height": 8}
    return {"embeds": [{"type": "image", "url": "https://example.org/cat.png", "image": image}]}


def forward(server: DiscordServer) -> dict[str, Any]:
    snapshot = {
        "type": 0,
        "content": "",
        "embeds": [],
        "attachments": [server.upload(REFERENCE)],
        "timestamp": "2026-11-01T00:00:00+00:00",
        "edited_timestamp": None,
        "flags": 0,
        "mentions": [],
    }
    where = {"type": 1, "channel_id": CHANNEL, "message_id": "1", "guild_id": GUILD}
    return {"message_snapshots": [{"message": snapshot}], "message_reference": where}


def gallery(server: DiscordServer) -> dict[str, Any]:
    file = server.upload(REFERENCE)
    media = {"url": file["url"], "proxy_url": file["url"], "width": 8, "height": 8}
    shown = {"type": 12, "id": 2, "items": [{"media": media}]}
    return {"flags": 1 << 15, "components": [{"type": 17, "id": 1, "components": [shown]}]}


SOURCES = pytest.mark.parametrize("source", [embed, forward, gallery])


async def same_as_the_reference(server: DiscordServer, program: Program) -> bool:
    await finished(server, await thread_of(server))
    (reference,) = await references(program)
    kept = Image.open(io.BytesIO(await program.images.get(reference)))
    return kept.size == (64, 64) and kept.getpixel((5, 5)) == (200, 200, 200)


async def references(program: Program) -> list[str]:
    async with program.store.read() as uow:
        found = await uow.sessions.in_channel("discord", CHANNEL, 10)
    return [session.reference for session in found]


@SOURCES
async def test_refine_this_image(server: DiscordServer, program: Program, source: Any) -> None:
    theirs = await server.say("look", user=BEN, mention=False, more=source(server))
    asked = await server.menu("Refine this image", theirs)
    sent: Asked = await server.submit(asked.form, {"goal": "a lion", "iterations": "1"})
    assert sent.original is not None
    assert await same_as_the_reference(server, program)


@SOURCES
async def test_a_mention(server: DiscordServer, program: Program, source: Any) -> None:
    await server.say("a lion", more=source(server))
    assert await same_as_the_reference(server, program)


async def test_a_mention_that_answers_somebodys_picture(
    server: DiscordServer, program: Program
) -> None:
    theirs = await server.say("my cat", images=[REFERENCE], user=BEN, mention=False)
    where = {"type": 0, "channel_id": CHANNEL, "message_id": theirs["id"], "guild_id": GUILD}
    more = {"type": 19, "message_reference": where, "referenced_message": theirs}
    await server.say("a lion", more=more)
    assert await same_as_the_reference(server, program)
    assert status_of(server)


async def test_the_first_picture_of_several_is_taken(
    server: DiscordServer, program: Program
) -> None:
    await server.say("a lion", images=[REFERENCE, OTHER])
    await first_alone(server, 2)
    status = (await server.until(lambda: saying(server, "Not used: 1 more picture")))[0]
    await server.click(status, "Start")
    assert await same_as_the_reference(server, program)
