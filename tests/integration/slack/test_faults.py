"""What goes wrong between Slack and the program, and what people see of it."""

import asyncio
import json
import time

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from adapters.slack import checkup
from adapters.slack.config import SlackConfig
from core.domain.access import PROGRAM
from core.domain.commands import Actor
from core.domain.errors import PlatformError
from core.domain.records import DeliveryState
from core.jobs.pick import Pick
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import REFERENCE, Taken, is_final, is_round, is_status, says
from tests.standins.slack_server import (
    ANNA,
    APP_TOKEN,
    BEN,
    BOT_TOKEN,
    CHANNEL,
    SCOPES,
    TEAM,
    Fault,
    SlackServer,
)

pytestmark = pytest.mark.slow  # real clients, seconds each


async def test_a_repeated_delivery_works_once(server: SlackServer, start: Start, mode: str) -> None:
    program = await start(mode=mode)
    await program.story(iterations=1)
    taken = Taken(program)
    first = await program.post(is_round(1))
    for _ in range(3):
        ack = await program.person().react(first, "envelope", event_id="Ev0SAME")
        assert ack.status == 200
    assert (len(taken.commands), len(taken.fresh)) == (3, 1)


async def test_a_dialog_sent_twice_is_one_session(server: SlackServer, start: Start) -> None:
    program = await start()
    anna = program.person()
    await anna.slash("/refine")
    dialog = await anna.opened()
    await asyncio.gather(*(anna.submit(dialog, goal="a tree", iterations=1) for _ in range(2)))
    await program.post(is_final)
    assert len(await program.service.sessions(Actor("slack", TEAM, ANNA))) == 1


async def test_what_can_not_be_written_down_is_not_acknowledged(
    server: SlackServer, start: Start
) -> None:
    program = await start(mode="http")
    await program.story(iterations=1)
    first = await program.post(is_round(1))

    async def broken(command: object) -> bool:
        raise OSError("disk full")

    receive, program.service.receive = program.service.receive, broken  # type: ignore[assignment]
    assert (await program.person(BEN).react(first, event_id="EvX")).status == 500
    program.service.receive = receive  # type: ignore[method-assign]
    taken = Taken(program)
    assert (await program.person(BEN).react(first, event_id="EvX")).status == 200
    assert len(taken.fresh) == 1


@pytest.mark.parametrize("after", [False, True])
async def test_a_post_of_unknown_outcome_is_offered_again_never_repeated(
    server: SlackServer, start: Start, after: bool
) -> None:
    program = await start()
    await program.story(iterations=1)
    posts = len(server.posts)
    server.faults["chat.postMessage"] = [Fault(drop=True, after=after)]
    first = await program.post(is_round(1))
    await program.person(BEN, "ben").click(first, "again")
    offer = await program.post(says("A post may be missing here"))
    unknown = await _unknown(program)
    assert len(unknown) == 1
    shown = [p for p in server.posts.values() if is_status(p) and p.thread]
    assert len(shown) == (1 if after else 0)
    assert len(server.posts) > posts
    await program.person().click(offer, "repost")
    await server.until(
        lambda: (
            len([p for p in server.posts.values() if is_status(p) and p.thread])
            == (2 if after else 1)
        )
    )


async def _unknown(program: object) -> list[object]:
    session = await program.only_session()  # type: ignore[attr-defined]
    rows = await program.service.deliveries(session, PROGRAM)  # type: ignore[attr-defined]
    return [row for row in rows if row.state is DeliveryState.UNKNOWN]


async def test_a_rate_limit_waits_as_told_and_loses_nothing(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    server.faults["chat.postMessage"] = [Fault("ratelimited", status=429, retry_after=1)]
    begun = time.monotonic()
    await program.story(iterations=1)
    assert time.monotonic() - begun >= 1.0
    assert sum(is_status(post) for post in server.posts.values()) == 1


async def test_a_lost_edit_is_simply_repeated(server: SlackServer, start: Start) -> None:
    program = await start()
    server.faults["chat.update"] = [Fault(drop=True), Fault("internal_error", status=500)]
    await program.story(iterations=1)
    status = await program.post(is_status)
    await server.until(lambda: "stop" not in status.buttons(), 25)
    assert await _unknown(program) == []


async def test_not_in_the_channel_is_told_before_anything_is_bought(
    server: SlackServer, start: Start
) -> None:
    server.members.clear()
    program = await start()
    anna = program.person()
    await anna.slash("/refine")
    await anna.submit(await anna.opened(), goal="a tree", iterations=1)
    told = await program.post(says("/invite @darkroom"))
    assert told.channel == "D0ANNA"
    assert not any(is_status(post) for post in server.posts.values())
    assert sum(says("/invite")(post) for post in server.posts.values()) == 1
    assert not program.painter.requests
    server.members.add(CHANNEL)
    await anna.slash("/refine")
    await anna.submit(await anna.opened(2), goal="a tree", iterations=1)
    assert (await program.post(is_final)).channel == CHANNEL


async def test_an_archived_channel_is_told(server: SlackServer, start: Start) -> None:
    program = await start()
    server.archived.add(CHANNEL)
    anna = program.person()
    await anna.slash("/refine")
    await anna.submit(await anna.opened(), goal="a tree", iterations=1)
    told = await program.post(says("is archived"))
    assert told.channel == "D0ANNA"


async def test_an_upload_that_is_not_ready_is_waited_for(server: SlackServer, start: Start) -> None:
    server.not_ready_polls = 3
    program = await start()
    final = await program.story(iterations=1)
    assert final.images()
    assert len(server.called("files.info")) > len(server.called("files.completeUploadExternal"))


async def test_a_removed_picture_is_uploaded_again_for_an_edit(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    await program.story(iterations=1)
    status = await program.post(is_status)
    gone = status.blocks[0]["accessory"]["slack_file"]["id"]
    del server.files[gone]
    await program.person().click(await program.post(is_final), "continue")
    branch = await program.post(lambda p: is_status(p) and bool(p.thread), 25)
    assert branch.blocks[0]["accessory"]["slack_file"]["id"] in server.files


async def test_a_removed_upload_is_refused_with_a_sentence(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna, photo = program.person(), server.add_file(REFERENCE, mimetype="image/png")
    await anna.slash("/refine")
    dialog = await anna.opened()
    handed = server.describe(photo)
    server.describe = lambda file: handed  # type: ignore[method-assign]
    del server.files[photo.id]
    await anna.submit(dialog, image=photo)
    await server.until(lambda: server.ephemeral)
    assert "upload it again" in server.ephemeral[0]["text"]


@pytest.mark.parametrize(
    ("word", "token"), [("invalid_auth", "slack.bot_token"), ("", "slack.app_token")]
)
async def test_a_refused_token_is_one_sentence(
    server: SlackServer, start: Start, word: str, token: str
) -> None:
    server.refuse_tokens = word
    with pytest.raises(PlatformError, match=token) as raised:
        await start(config={} if word else {"app_token": "xapp-wrong"})
    assert APP_TOKEN not in str(raised.value)


async def test_goodbye_disconnects(server: SlackServer, start: Start) -> None:
    program = await start()
    assert program.adapter.connected
    await program.person().event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}})
    assert not program.adapter.connected


async def test_a_token_revoked_in_mid_run_loses_nothing(
    server: SlackServer,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("adapters.slack.api.REVOKED_WAIT_S", 0.3)
    program = await start(painter=ScriptedPainter(moves=[flat(90)], seconds=0.2))
    anna = program.person()
    await anna.slash("/refine")
    await anna.submit(await anna.opened(), goal="a tree", iterations=2, stop="never")
    await program.post(is_status)
    server.refuse_tokens = "token_revoked"
    while program.adapter.connected:
        await program.outbox.drain()
        await asyncio.sleep(0.01)
    assert "refuses the bot token (token_revoked)" in caplog.text
    server.refuse_tokens = ""
    await program.post(is_final)
    assert program.adapter.connected
    assert [sum(is_round(n)(post) for post in _all(server)) for n in (1, 2)] == [1, 1]


async def test_missing_scopes_are_named(server: SlackServer, start: Start) -> None:
    server.scopes = "commands,chat:write"
    program = await start()
    assert "files:read" in program.adapter.missing_scopes
    server.scopes = ""


async def test_stars_of_the_down_time_are_found_at_the_start(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    await program.story(iterations=1)
    first = await program.post(is_round(1))
    await program.person(BEN, "ben").react(first)
    await program.post(lambda p: is_status(p) and bool(p.thread))
    await program.stop()
    first.reactions["star"].add("U0CARL")
    (await program.post(is_final)).reactions["star"].add("U0EVE")
    again = await start()
    await again.adapter.settle()
    await server.until(
        lambda: any(is_status(p) and "<@U0CARL>" in json.dumps(p.blocks) for p in _all(server))
    )
    await server.until(
        lambda: any(is_status(p) and "<@U0EVE>" in json.dumps(p.blocks) for p in _all(server))
    )
    bens = [p for p in _all(server) if is_status(p) and f"<@{BEN}>" in json.dumps(p.blocks)]
    assert len(bens) == 1
    old = await again.post(is_round(1))
    taken = Taken(again)
    await again.person("U0DORA", "dora").click(old, "continue")
    assert isinstance(taken.fresh[0], Pick)


def _all(server: SlackServer) -> list:
    return list(server.posts.values())


async def test_a_round_taken_down_is_not_looked_at_again(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    assert len(await program.service.shown("slack")) == 1
    await program.person().react(await program.post(is_round(1)), "x")
    await server.until(lambda: server.deleted)
    assert await program.service.shown("slack") == []


async def test_a_channel_left_in_mid_run_the_result_goes_to_the_owner(
    server: SlackServer, start: Start
) -> None:
    program = await start(painter=ScriptedPainter(moves=[flat(90), flat(150)], seconds=0.3))
    anna = program.person()
    await anna.slash("/refine")
    await anna.submit(await anna.opened(), goal="a tree", iterations=2, stop="never")
    await program.post(is_status)
    server.members.clear()
    final = await program.post(is_final)
    assert final.channel == "D0ANNA"
    assert final.images()
    assert f"<#{CHANNEL}>" in final.blocks[0]["text"]["text"]
    again = final.buttons()["continue"]["value"]
    assert await program.service.iteration(again, PROGRAM) is not None


@pytest.mark.parametrize("word", ["restricted_action_thread_locked", "thread_not_found"])
async def test_a_thread_that_takes_nothing_is_left_for_the_channel(
    server: SlackServer, start: Start, word: str
) -> None:
    server.closed_threads = word
    program = await start()
    final = await program.story(iterations=1)
    assert (final.channel, final.thread) == (CHANNEL, "")
    assert sum(is_round(1)(post) for post in server.posts.values()) == 1


@pytest.mark.parametrize(
    ("scopes_", "refused", "ok", "said"),
    [
        (SCOPES, "", True, "all scopes"),
        (SCOPES.replace(",users:read", ""), "", False, "lacks users:read"),
        (SCOPES, "token_revoked", False, "refuses the bot token"),
    ],
)
async def test_the_checkup_names_what_is_missing(
    server: SlackServer, scopes_: str, refused: str, ok: bool, said: str
) -> None:
    server.scopes, server.refuse_tokens = scopes_, refused
    found = await checkup.examine(SlackConfig(BOT_TOKEN, api_base=f"{server.origin}/api/"))
    assert found.ok is ok
    assert said in found.text


async def test_a_slack_that_can_not_be_reached_is_no_verdict() -> None:
    found = await checkup.examine(SlackConfig(BOT_TOKEN, api_base="http://127.0.0.1:9/api/"))
    assert found.ok is None
    assert "reached" in found.text


@pytest.mark.parametrize("after", [False, True], ids=["never came", "came"])
async def test_a_lost_first_post_leaves_one_thread_with_a_status_that_goes_on(
    server: SlackServer, start: Start, after: bool
) -> None:
    program = await start(painter=ScriptedPainter(moves=[flat(90), flat(150)], seconds=0.1))
    server.faults["chat.postMessage"] = [Fault(drop=True, after=after)]
    anna = program.person()
    await anna.slash("/refine")
    await anna.submit(await anna.opened(), goal="a tree", iterations=2, stop="never")
    final = await program.post(is_final)
    rounds = [post for post in _all(server) if is_round(1)(post) or is_round(2)(post)]
    assert len(rounds) == 2
    (thread,) = {post.thread for post in [*rounds, final]}
    root = server.posts[(CHANNEL, thread)]
    await server.until(lambda: says("All rounds are done")(root), 25)
    assert not any(says("Waiting for its turn")(post) for post in _all(server))
    assert not any(says("may be missing")(post) for post in _all(server))
    assert sum(is_status(post) for post in _all(server)) == (2 if after else 1)
