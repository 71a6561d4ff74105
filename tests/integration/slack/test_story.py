"""A story on Slack, by a real client: begun, gone on with by a button and in one's own words."""

import pytest

from core.domain.access import PROGRAM
from core.domain.commands import Actor
from tests.integration.journeys import the_same_people
from tests.integration.slack.conftest import Start
from tests.standins.slack_server import ANNA, TEAM, Post, SlackServer


@pytest.mark.slow
async def test_a_story_is_told_by_buttons_and_words(server: SlackServer, start: Start) -> None:
    program = await start()
    anna = program.person()
    await anna.slash("/journey", "a fox who looks for the sea")
    ack = await anna.submit(await anna.opened())  # what was typed stands in the dialog
    assert not ack.payload
    first = await program.post(lambda post: "turn:1" in post.buttons())
    assert {"say", "again", "details", "more"} <= set(first.buttons())
    await anna.click(first, "turn:2")

    def second(post: Post) -> bool:
        return "scene" in post.buttons()

    scene = await program.post(second)
    assert "way 2" in str(scene.blocks)
    await anna.click(scene, "say")
    await anna.submit(await anna.opened(2), say="She hides in the reeds")
    await program.post(lambda post: "She hides in the reeds" in str(post.blocks))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_eight_scenes_with_the_same_people(server: SlackServer, start: Start) -> None:
    program = await start()
    anna = program.person()
    await anna.slash("/journey", "a fox who looks for the sea")
    await anna.submit(await anna.opened())
    for n in range(1, 8):

        def told(post: Post, n: int = n) -> bool:
            return f"scene {n} of a fox" in str(post.blocks) and "turn:1" in post.buttons()

        await anna.click(await program.post(told), "turn:2")
    await program.post(lambda post: "scene 8 of a fox" in str(post.blocks))
    await program.engine.join()
    (one,) = await program.service.sessions(Actor("slack", TEAM, ANNA))
    tree = await program.service.tree(one.session.id, PROGRAM)
    assert tree is not None
    the_same_people(tree.iterations, 8)
