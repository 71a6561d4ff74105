"""A story on Discord, by a real client: begun, gone on with by a button and in one's own words."""

import pytest

from core.domain.access import PROGRAM
from core.domain.commands import Actor
from tests.integration.discord.conftest import Start
from tests.integration.discord.story import saying, thread_of
from tests.integration.journeys import the_same_people
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import ANNA, GUILD, texts


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


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_eight_scenes_with_the_same_people(server: DiscordServer, start: Start) -> None:
    program = await start()
    await server.slash("journey", {"theme": "a fox who looks for the sea", "scenes": 8})
    thread = await thread_of(server)
    for n in range(1, 9):
        words = f"scene {n} of a fox"
        await server.until(lambda words=words: saying(server, words, thread))
        if n < 8:
            await server.click(saying(server, words, thread)[0], "2 way 2")
    await program.engine.join()
    (one,) = await program.service.sessions(Actor("discord", GUILD, ANNA))
    tree = await program.service.tree(one.session.id, PROGRAM)
    assert tree is not None
    the_same_people(tree.iterations, 8)
