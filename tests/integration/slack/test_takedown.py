"""❌ on Slack: the uploads go with the posts, but for those that another post shows."""

import asyncio
import json

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.access import PROGRAM
from core.domain.records import DeliveryState
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import Program, is_final, is_round, is_status
from tests.standins.slack_server import BEN, Fault, Post, SlackServer


def shown(*posts: Post) -> set[str]:
    return {image["slack_file"]["id"] for post in posts for image in post.images()}


def on_status(post: Post) -> set[str]:
    found = [(block.get("accessory") or {}).get("slack_file") for block in post.blocks]
    return shown(post) | {file["id"] for file in found if file}


async def letter(program: Program, number: int) -> Post:
    """Ben has the image of a round sent to him."""
    before = {ts for _, ts in program.server.posts}
    await program.person(BEN, "ben").react(await program.post(is_round(number)), "envelope")
    return await program.post(lambda post: post.channel.startswith("D") and post.ts not in before)


async def crossed(program: Program, number: int) -> None:
    """A round is taken down, and all that follows from it has reached Slack."""
    server, post = program.server, await program.post(is_round(number))
    old = shown(await program.post(is_final))
    await program.person().react(post, "x")
    await server.until(lambda: (post.channel, post.ts) in server.deleted)
    await program.service.settle_down()
    closing = await program.post(is_final)
    await server.until(lambda: shown(closing) != old and not shown(closing) - server.kept())
    await settled(program)


async def settled(program: Program) -> None:
    session = await program.only_session()
    under_way = {DeliveryState.PENDING, DeliveryState.SENDING}
    while True:
        rows = [*await program.service.deliveries(session, PROGRAM)]
        rows += await program.service.deliveries("", PROGRAM)
        if not under_way & {row.state for row in rows}:
            return
        await asyncio.sleep(0.01)


async def test_what_two_posts_share_goes_with_the_second(server: SlackServer, start: Start) -> None:
    program = await start(painter=ScriptedPainter([flat(90)] * 4))
    closing = await program.story(iterations=2)
    first, second = await program.post(is_round(1)), await program.post(is_round(2))
    assert shown(first) == shown(second) <= shown(closing)
    letter_a, letter_b = await letter(program, 1), await letter(program, 2)
    mine, sheet = shown(letter_a), shown(closing) - shown(first)
    assert server.kept() == on_status(await program.post(is_status)) | shown(
        first, closing, letter_a, letter_b
    )
    await crossed(program, 1)
    assert shown(second) <= server.kept(), "round 2 shows the same bytes"
    assert not mine & server.kept(), "Ben's copy of round 1"
    assert shown(letter_b) <= server.kept()
    assert not (sheet - shown(closing)) & server.kept() and sheet - shown(closing)
    await crossed(program, 2)
    assert not shown(second, letter_b) & server.kept()
    left = on_status(await program.post(is_status)) | shown(closing)
    assert server.kept() == left


@pytest.mark.slow
async def test_uploads_of_the_process_before_are_known(server: SlackServer, start: Start) -> None:
    before = await start()
    await before.story(iterations=1)
    picture = shown(await before.post(is_round(1)))
    await settled(before)
    await before.stop()
    program = await start()
    await crossed(program, 1)
    assert not picture & server.kept()
    assert program.told == []


@pytest.mark.slow
async def test_what_slack_does_not_delete_keeps_no_post_waiting(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    closing = await program.story(iterations=2)
    old = shown(closing)
    server.undeletable = server.kept()
    server.faults["files.delete"] = [
        Fault("file_not_found"),
        Fault("missing_scope"),
        Fault("ratelimited", status=429, retry_after=1),
    ]
    for number in (1, 2):
        post = await program.post(is_round(number))
        await program.person().react(post, "x")
        await server.until(lambda post=post: (post.channel, post.ts) in server.deleted)
    await program.service.settle_down()
    await settled(program)
    rows = await program.service.deliveries(await program.only_session(), PROGRAM)
    assert {row.state for row in rows} == {DeliveryState.SENT}
    assert not shown(closing) & old and "Finished" in json.dumps(closing.blocks)
    assert {about for about, _ in program.told} == {
        "slack/files/cant_delete_file",
        "slack/files/missing_scope",
    }
    assert all("stay among the app's files" in sentence for _, sentence in program.told)


@pytest.mark.slow
async def test_a_closing_post_that_can_not_be_edited_loses_its_pictures(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    closing = await program.story(iterations=1)
    pictures = shown(closing)
    first = await program.post(is_round(1))
    await settled(program)
    server.faults["chat.update"] = [Fault("edit_window_closed")] * 5
    await program.person().react(first, "x")
    await server.until(lambda: shown(first) and not shown(first) & server.kept())
    await program.service.settle_down()
    await settled(program)
    assert pictures and not shown(first) & server.kept()
