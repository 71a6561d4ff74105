"""Socket Mode and HTTP: deaf sockets, signatures, headers that make no sense, acknowledgements."""

import asyncio
import json
import logging
import time

import pytest

from adapters.slack.pace import PostPace
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import Taken, is_round, is_status
from tests.standins.slack_server import ANNA, TEAM, SlackServer

BODY = json.dumps({"type": "event_callback", "team_id": TEAM, "event": {"type": "app_mention"}})


async def test_http_refuses_what_is_not_signed_now(server: SlackServer, start: Start) -> None:
    program = await start(mode="http")
    body = BODY.encode()

    async def status(**headers: str) -> int:
        return (await server.inject(program.url, body, "application/json", **headers)).status

    old = str(int(time.time()) - 301)
    assert await status() == 200
    assert await status(X_Slack_Signature="v0=wrong") == 401
    assert await status(X_Slack_Request_Timestamp="yesterday") == 401
    assert await status(X_Slack_Request_Timestamp=old) == 401
    assert await status(X_Slack_Request_Timestamp="") == 401
    assert await status(X_Slack_Signature="v0=é") == 401


async def test_http_answers_the_url_verification(server: SlackServer, start: Start) -> None:
    program = await start(mode="http")
    body = json.dumps({"type": "url_verification", "challenge": "c0ffee"}).encode()
    ack = await server.inject(program.url, body, "application/json")
    assert (ack.status, ack.payload) == (200, {"challenge": "c0ffee"})


EVENT = {"type": "event_callback", "team_id": TEAM}
BODIES: dict[str, tuple[bytes, str]] = {
    name: (written if isinstance(written, bytes) else json.dumps(written).encode(), kind)
    for name, written, kind in [
        ("no JSON", b"{not json", "application/json"),
        ("nested", b"[" * 100_000, "application/json"),
        ("nested in a payload", b"payload=" + b"[" * 100_000, "application/x-www-form-urlencoded"),
        ("not utf-8", b'{"type": "\xff\xfe"}', "application/json"),
        ("a charset nobody knows", b"{}", "application/json; charset=martian"),
        ("a list", [], "application/json"),
        ("null", b"null", "application/json"),
        ("a list for an event", EVENT | {"event": [1]}, "application/json"),
        ("a text for an event", EVENT | {"event": "x"}, "application/json"),
        ("a mention of nobody", EVENT | {"event": {"type": "app_mention", "user": "U1"}},
         "application/json"),
        ("a list for an item", EVENT | {"event": {"type": "reaction_added", "item": [1]}},
         "application/json"),
        ("actions that are null", {"type": "block_actions", "actions": None}, "application/json"),
        ("no actions", {"type": "block_actions", "actions": []}, "application/json"),
        ("a list for a view", {"type": "view_submission", "view": []}, "application/json"),
        ("a list for a team", {"type": "shortcut", "team": [], "user": []}, "application/json"),
        ("a list for a user", {"type": "message_action", "user": []}, "application/json"),
    ]
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
async def test_what_is_signed_and_no_delivery_is_a_sentence(
    server: SlackServer, start: Start, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    program = await start(mode="http")
    body, kind = BODIES[name]
    ack = await server.inject(program.url, body, kind)
    assert ack.status in (400, 401), ack
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert (await server.inject(program.url, BODY.encode(), "application/json")).status == 200


async def test_a_dropped_socket_comes_back_and_old_buttons_work(
    server: SlackServer, start: Start
) -> None:
    program = await start(config={"ping_interval_s": 0.2})
    await program.story(iterations=1)
    before = server.connections
    for socket in list(server.sockets):
        await socket.close()
    await server.until(lambda: server.connections > before and server.sockets, 25)
    await server.until(lambda: len(server.sockets) >= 1)
    ack = await program.person().click(await program.post(is_round(1)), "continue")
    assert ack.status == 200
    await program.post(lambda p: is_status(p) and bool(p.thread))


async def test_a_deaf_socket_is_replaced(server: SlackServer, start: Start) -> None:
    """The SDK's own reader has died: nothing but the watchdog notices."""
    program = await start(config={"ping_interval_s": 0.2, "sockets": 1})
    sockets = program.adapter._sockets
    assert sockets is not None
    client = sockets._open[0].client
    client.message_processor.cancel()
    before = server.connections
    await server.until(lambda: server.connections > before, 25)

    async def replaced() -> None:
        while not sockets.replaced:
            await asyncio.sleep(0.01)

    await asyncio.wait_for(replaced(), 5)
    ack = await program.person().slash("/quota")
    assert ack.status == 200


async def test_slack_may_ask_for_a_reconnection(server: SlackServer, start: Start) -> None:
    program = await start(config={"ping_interval_s": 0.5, "sockets": 1})
    before = server.connections
    await server.sockets[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await server.until(lambda: server.connections > before and len(server.sockets) == 1, 25)
    assert (await program.person().slash("/quota")).status == 200


async def test_a_null_team_is_the_own_one(server: SlackServer, start: Start) -> None:
    program = await start()
    anna, taken = program.person(), Taken(program)
    event = {
        "type": "app_mention", "user": ANNA, "text": "<@U0BOT> a red fox", "ts": "1.1",
        "channel": "C0GENERAL",
    }  # fmt: skip
    await anna.event(event, team=None)
    assert taken.fresh[0].place.tenant == taken.fresh[0].actor.tenant == TEAM
    await program.post(is_status)


async def test_a_channel_gets_at_most_one_post_an_interval() -> None:
    """Even where one is long under way: the next one starts an interval after its end."""
    pace, loop = PostPace(0.05), asyncio.get_running_loop()
    times: dict[str, list[float]] = {"C1": [], "C2": []}
    under_way: set[str] = set()

    async def post(channel: str, seconds: float) -> None:
        async with pace.turn(channel):
            assert channel not in under_way
            under_way.add(channel)
            times[channel].append(loop.time())
            await asyncio.sleep(seconds)
            times[channel].append(loop.time())
            under_way.remove(channel)

    calls = [(channel, seconds) for seconds in (0.0, 0.08, 0.0) for channel in ("C1", "C2")]
    await asyncio.gather(*(post(channel, seconds) for channel, seconds in calls))
    for each in times.values():
        ends, starts = each[1:-1:2], each[2::2]
        assert all(start - end >= 0.049 for end, start in zip(ends, starts, strict=True))
    assert times["C2"][0] < times["C1"][2], "channels do not wait for each other"


async def test_a_long_line_keeps_its_order_and_holds_nobody_else_up() -> None:
    pace = PostPace(1.0)
    waits = [pace.book("C1", n) for n in range(6)]
    assert waits[:2] == [0.0, 0.0]
    assert waits[3:] == sorted(waits[3:])
    assert 2.9 < waits[3] <= 3.0
    assert pace.book("C1", 5) == pytest.approx(waits[5], abs=0.1)
    assert pace.book("C2", 7) == 0.0


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_an_acknowledgement_does_not_wait_for_slack(
    server: SlackServer, start: Start, mode: str
) -> None:
    program = await start(mode=mode)
    gate = asyncio.Event()
    opened = program.adapter._api.web.views_open

    async def slow(**args: object) -> object:
        await gate.wait()
        return await opened(**args)

    program.adapter._api.sdk.views_open = slow  # type: ignore[method-assign]
    assert (await program.person().slash("/refine")).status == 200
    assert server.views == []
    gate.set()
    await program.person().opened()
