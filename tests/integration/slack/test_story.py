"""A story on Slack, by a real client: begun, gone on with by a button and in one's own words."""

import pytest

from tests.integration.slack.conftest import Start
from tests.standins.slack_server import Post, SlackServer


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
