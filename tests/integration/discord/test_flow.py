"""The flow as its people meet it: progress, money, words for the blind, who may, other threads."""

import re
from decimal import Decimal
from typing import Any

import pytest

from core.domain.access import PROGRAM
from core.domain.defaults import LoopDefaults
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import (
    finished,
    messages,
    saying,
    status_of,
    thread_of,
)
from tests.integration.discord.test_controls import refined
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import ANNA, BEN, MODERATOR, texts, walk

pytestmark = pytest.mark.slow  # real clients, seconds each

NOTHING: dict[str, Any] = {"content": "", "components": []}


async def test_progress_is_coalesced(server: DiscordServer, start: Start) -> None:
    await start(progress_every_s=30.0)
    await server.slash("refine", {"iterations": 4, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    await server.until(lambda: "Stop" not in str(status_of(server)["components"]))
    path = f"/channels/{CHANNEL}/messages/{thread}"
    edits = [r for r in server.requests if r.method == "PATCH" and r.path == path]
    assert 1 <= len(edits) <= 2  # the first line of progress, and how it ended


async def test_the_closing_post_says_what_it_cost_and_what_was_given_back(
    server: DiscordServer, program: Program
) -> None:
    await server.slash("refine", {"iterations": 2, "stop": "never"}, image=REFERENCE)
    post = await finished(server, await thread_of(server))
    shown = [part["items"] for part in walk(post["components"]) if part["type"] == 12]
    assert [len(items) for items in shown] == [1, 1, 1, 1]  # side by side they would be cropped
    assert shown[-1][0]["description"] == "Score and cost by round"
    closing, quote = texts(post), texts(status_of(server))
    bill = re.search(r"2 images, \$(\S+) \(at most \$(\S+) was .*\$(\S+) given back", closing)
    assert bill is not None
    spent, at_most, back = map(Decimal, bill.groups())
    assert f"at most ${at_most}" in quote
    assert 0 < spent == at_most - back


async def test_every_image_is_described(server: DiscordServer, program: Program) -> None:
    thread, (round_,) = await refined(server)
    await server.react(round_, "✉️", user=ANNA)
    await server.react(round_, "⭐", user=BEN)
    await finished(server, thread, times=2)
    posts = [post for place in server.world.messages.values() for post in place.values()]
    words = [
        item.get("description")
        for post in posts
        for part in walk(post["components"])
        for item in [*(part.get("items") or []), *([part] if part["type"] == 11 else [])]
    ]
    assert len(words) >= 5
    assert all(words)
    shown = next(part for part in walk(round_["components"]) if part["type"] == 12)
    (node, *_) = (await tree_of(program)).iterations
    assert shown["items"][0]["description"] == node.alt


async def tree_of(program: Program) -> Any:
    async with program.store.read() as uow:
        (session,) = await uow.sessions.in_channel("discord", CHANNEL, 5)
    return await program.service.tree(session.id, PROGRAM)


async def test_a_strangers_cross_and_stop_change_nothing(
    server: DiscordServer, start: Start
) -> None:
    program = await start()
    program.painter.seconds = 0.1
    await server.slash("refine", {"iterations": 3, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    (first, *_) = await server.until(lambda: saying(server, "### Round", thread))
    await server.react(first, "❌", user=BEN)
    asked = await server.click(status_of(server), "Stop", user=BEN)
    await server.until(lambda: "Only " in texts(asked.original or NOTHING))
    await finished(server, thread)
    assert len(saying(server, "### Round", thread)) == 3


async def test_a_moderator_may_stop_it(server: DiscordServer, start: Start) -> None:
    program = await start()
    program.painter.seconds = 0.15
    await server.slash("refine", {"iterations": 8, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    await server.until(lambda: saying(server, "### Round", thread))
    await server.click(status_of(server), "Stop", user=MODERATOR)
    await finished(server, thread)
    assert len(saying(server, "### Round", thread)) < 8


async def test_a_review_nobody_answers_goes_on_by_itself(
    server: DiscordServer, start: Start
) -> None:
    await start(loop=LoopDefaults(review_timeout_s=0.2))
    options = {"iterations": 2, "review": True, "stop": "never"}
    await server.slash("refine", options, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    assert saying(server, "### Review", thread)
    assert len(saying(server, "### Round", thread)) == 2


async def test_in_somebodys_thread_everything_goes_there(
    server: DiscordServer, program: Program
) -> None:
    theirs = await server.say("let us paint", user=BEN, mention=False)
    thread = server.world.open_thread(CHANNEL, theirs["id"], {"name": "painting"})
    await server.dispatch("THREAD_CREATE", {**thread, "newly_created": True})
    await server.slash("refine", {"goal": "a fox", "iterations": 1}, channel=thread["id"])
    await finished(server, thread["id"])
    assert len(saying(server, "### Refine", thread["id"])) == 1
    assert len(saying(server, "### Round", thread["id"])) == 1
    assert messages(server, CHANNEL) == [theirs]


async def test_a_session_is_resumed_from_the_list(server: DiscordServer, program: Program) -> None:
    thread, _ = await refined(server)
    listed = await server.slash("sessions")
    assert listed.original is not None
    select = next(p for p in walk(listed.original["components"]) if p["type"] == 3)
    await server.choose(listed.original, select["options"][0]["value"])
    await finished(server, thread, times=2)
    assert len(messages(server)) == 1
