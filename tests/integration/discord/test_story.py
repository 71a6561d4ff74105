"""A story on Discord, by a real client: begun, gone on with by a button and in one's own words."""

import pytest

from tests.integration.discord.conftest import Start
from tests.integration.discord.story import saying, thread_of
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import texts


@pytest.mark.slow
async def test_a_story_is_told_by_buttons_and_words(server: DiscordServer, start: Start) -> None:
    await start()
    await server.slash("journey", {"theme": "a fox who looks for the sea"})
    thread = await thread_of(server)
    await server.until(lambda: saying(server, "scene 1 of a fox", thread))
    (first,) = saying(server, "scene 1 of a fox", thread)
    await server.click(first, "2 way 2")
    await server.until(lambda: saying(server, "scene 2 of a fox", thread))
    (second,) = saying(server, "scene 2 of a fox", thread)
    assert "> way 2" in texts(second)
    asked = await server.click(second, "Say or do something else…")
    await server.submit(asked.form, {"say": "She hides in the reeds"})
    await server.until(lambda: saying(server, "> She hides in the reeds", thread))
