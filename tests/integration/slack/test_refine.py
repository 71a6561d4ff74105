"""The story of a refine, told by both transports, against the stand-in Slack."""

import asyncio
import json

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.access import PROGRAM
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import REFERENCE, is_final, is_round, is_status
from tests.standins.slack_server import CHANNEL, SlackServer


async def test_a_refine_from_the_dialog_to_the_closing_post(
    server: SlackServer, start: Start, mode: str
) -> None:
    program = await start(mode=mode)
    final = await program.story(iterations=2)

    status = await program.post(is_status)
    assert (status.channel, status.thread) == (CHANNEL, "")
    assert "a grey day" in json.dumps(status.blocks)
    assert status.blocks[0]["accessory"]["slack_file"]["id"] in server.files
    assert final.thread == status.ts
    first = await program.post(is_round(1))
    assert first.thread == status.ts
    (image,) = first.images()
    assert image["alt_text"]
    labels = [button["text"]["text"] for button in first.buttons().values()]
    assert labels == [
        "Continue from this",
        "Paint again",
        "Change…",
        "Edit prompt…",
        "Details",
        "More…",
    ]
    assert first.reactions == {"star": {"U0BOT"}}
    assert len(final.images()) >= 3


async def test_progress_edits_the_one_status_message(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=2)
    status = await program.post(is_status)
    await server.until(lambda: "stop" not in status.buttons())
    updated = {args["ts"] for args in server.called("chat.update")}
    assert status.ts in updated
    assert sum(is_status(post) for post in server.posts.values()) == 1
    assert "choose" in status.buttons()
    assert {args["thread_ts"] for args in server.statuses} == {status.ts}


async def test_the_picture_is_seen_as_it_comes(server: SlackServer, start: Start) -> None:
    painter = ScriptedPainter(moves=[flat(60)], previews=[flat(10)], gate=asyncio.Event())
    program = await start(painter=painter)
    telling = asyncio.create_task(program.story(iterations=1))
    status = await program.post(lambda post: is_status(post) and len(post.images()) == 1)
    (shown,) = status.images()
    assert painter.gate is not None
    painter.gate.set()
    await telling
    await server.until(lambda: "stop" not in status.buttons())
    assert status.images() == []
    file = server.files[shown["slack_file"]["id"]]
    await server.until(lambda: file.deleted)  # the upload is taken away as well


async def test_neither_picture_nor_goal_is_said_in_the_dialog(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna = program.person()
    await anna.slash("/refine")
    ack = await anna.submit(await anna.opened())
    assert ack.payload["response_action"] == "errors"
    assert "goal" in ack.payload["errors"]
    assert (
        await program.service.sessions(program.adapter.inbound.people.actor("T0TEAM", anna.id))
        == []
    )


async def test_a_picture_fetched_is_the_picture_dropped(server: SlackServer, start: Start) -> None:
    program = await start()
    final = await program.story(iterations=1)
    assert is_final(final)
    tree = await program.service.tree(await program.only_session(), PROGRAM)
    assert tree is not None
    assert tree.session.reference
    assert server.called("files.info")
    assert REFERENCE
