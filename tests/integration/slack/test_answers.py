"""What the platform answers by itself: written down before the acknowledgement, answered once."""

import asyncio
from typing import Any

import pytest

from core.domain.commands import Ask
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import Taken, is_round, says
from tests.standins.slack_server import ANNA, BEN, CHANNEL, SlackServer


def slash(server: SlackServer, command: str, text: str = "") -> dict[str, Any]:
    """One delivery of a slash command, to be delivered as often as one likes."""
    return {
        "command": command,
        "text": text,
        "team_id": "T0TEAM",
        "channel_id": CHANNEL,
        "user_id": ANNA,
        "user_name": "anna",
        "trigger_id": server.trigger(),
        "response_url": f"{server.origin}/hook/1",
    }


@pytest.mark.parametrize(("command", "text"), [("/quota", ""), ("/darkroom", "help")])
async def test_a_repeated_question_is_answered_once(
    server: SlackServer, start: Start, command: str, text: str
) -> None:
    program = await start()
    body = slash(server, command, text)
    for _ in range(3):
        await server.deliver("slash_commands", body)
    await program.person().slash("/darkroom", "sessions")
    await server.until(lambda: len(server.replies) == 2)  # each leaves by itself, in any order
    await program.service.settle_down()
    assert sum("no sessions" in each["text"] for each in server.replies) == 1
    assert len(server.replies) == 2


async def test_a_repeated_letter_is_sent_once(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    first, ben = await program.post(is_round(1)), program.person(BEN, "ben")
    for _ in range(3):
        await ben.react(first, "envelope", event_id="Ev0LETTER")
    await ben.react(first, "email", event_id="Ev1LETTER")
    await server.until(lambda: len(_letters(server)) == 2)
    await program.service.settle_down()
    assert len(_letters(server)) == 2


def _letters(server: SlackServer) -> list[object]:
    return [post for post in server.posts.values() if post.args["channel"] == BEN]


async def test_a_letter_asked_for_before_the_end_is_sent_after_the_restart(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    await program.story(iterations=1)
    first = await program.post(is_round(1))
    program.service._take_soon = lambda row: None  # type: ignore[method-assign]
    await program.person(BEN, "ben").react(first, "envelope")
    await program.stop()
    assert _letters(server) == []
    again = await start()
    await again.post(lambda post: post.args["channel"] == BEN)
    assert len(_letters(server)) == 1


async def test_an_expired_reply_address_is_no_dead_end(server: SlackServer, start: Start) -> None:
    server.expired_replies = True
    program = await start()
    await program.person().slash("/quota")
    await server.until(lambda: server.ephemeral)
    assert "of 30 images" in server.ephemeral[0]["text"]
    server.members.clear()
    await program.person().slash("/quota")
    told = await program.post(says("of 30 images"))
    assert told.channel == "D0ANNA"


async def test_an_unknown_word_and_a_dialog_delivered_twice(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    taken = Taken(program)
    await program.person().slash("/darkroom", "dance")
    await server.until(lambda: server.replies)
    assert "I know" in server.replies[0]["text"]
    assert [type(each) for each in taken.fresh] == [Ask]
    body = slash(server, "/refine")
    await asyncio.gather(*(server.deliver("slash_commands", body, n) for n in range(2)))
    await program.adapter.settle()
    assert len(server.views) == 1
    assert len(server.replies) == 1
