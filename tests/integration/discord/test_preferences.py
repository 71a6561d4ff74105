"""What a person prefers, on Discord: a panel for their eyes alone, and what comes of it."""

import asyncio

from core.domain.commands import Actor
from core.domain.preferences import Preferences
from tests.integration.discord.program import Program
from tests.integration.discord.story import finished, saying, thread_of
from tests.standins.discord_people import EPHEMERAL
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import ANNA, GUILD, texts, walk


async def test_a_select_is_kept_at_once_and_holds(server: DiscordServer, program: Program) -> None:
    asked = await server.slash("preferences")
    panel = asked.original
    assert panel is not None
    assert panel["flags"] & EPHEMERAL
    selects = [part for part in walk(panel["components"]) if part["type"] == 3]
    assert [each["custom_id"].rpartition("|")[2] for each in selects] == [
        "model",
        "quality",
        "size",
        "style",
        "review",
        "language",
        "posts",
    ]
    for name, value in (("size", "wide"), ("posts", "end"), ("language", "de")):
        changed = await server.select(panel, name, value)
    anna, wanted = (
        Actor("discord", GUILD, ANNA),
        Preferences(size="wide", posts="end", language="de"),
    )
    async with asyncio.timeout(20):
        while await program.service.preferences(anna) != wanted:
            await asyncio.sleep(0.02)
    await server.until(lambda: "Was du bevorzugst" in texts(changed.original or {}))
    await server.slash("refine", {"iterations": 2, "stop": "never", "goal": "a fox"})
    thread = await thread_of(server)
    await finished(server, thread)
    assert not saying(server, "### Round", thread)
    wide = program.painter.requests[-1]
    assert wide.width > wide.height
