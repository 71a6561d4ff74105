"""Admins of the workspace, and the operator who is told by direct message."""

import asyncio
import logging

import pytest

from adapters.slack import moderators
from core.domain.commands import Discard, Place
from core.domain.records import DeliveryState
from core.domain.updates import Noticed
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import Program, Taken, is_round
from tests.standins.slack_server import ANNA, BEN, TEAM, Ack, Fault, SlackServer

pytestmark = pytest.mark.slow  # real clients, seconds each

CARL = "U0CARL"


def standings(server: SlackServer) -> list[str]:
    """Whose standing was asked for; the languages of people are asked for as well."""
    asked = server.called("users.info")
    return [each["user"] for each in asked if not each.get("include_locale")]


async def crossed(program: Program, user: str) -> Ack:
    return await program.person(user, user.lower()).react(await program.post(is_round(1)), "x")


async def test_an_admin_may_take_down_what_others_may_not(
    server: SlackServer, start: Start
) -> None:
    server.admins.add(BEN)
    program = await start()
    await program.story(iterations=1)
    await crossed(program, CARL)
    await server.until(lambda: server.ephemeral)
    assert server.ephemeral[0]["user"] == CARL
    assert server.deleted == []
    await crossed(program, BEN)
    await server.until(lambda: server.deleted)


async def test_standings_are_asked_for_once_and_when_they_matter(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    await program.story(iterations=1)
    await program.person(BEN).react(await program.post(is_round(1)))
    assert standings(server) == []
    for n in range(3):
        await program.person(BEN).react(await program.post(is_round(1)), "x", event_id=f"Ev{n}")
    assert standings(server) == [BEN]


async def test_what_is_kept_of_people_is_bounded(
    server: SlackServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderators, "KEPT", 1)
    program = await start()
    await program.story(iterations=1)
    for user in (BEN, "U0CARA", BEN):  # whose it is not: the post stays where it is
        await crossed(program, user)
    assert standings(server) == [BEN, "U0CARA", BEN]


@pytest.mark.parametrize(
    "info",
    [{"team_id": "T0ELSE"}, {"is_stranger": True}, {"deleted": True}, {"is_bot": True}],
)
async def test_admins_of_elsewhere_are_guests(
    server: SlackServer, start: Start, info: dict[str, object]
) -> None:
    server.admins.add(BEN)
    server.users[BEN] = info
    program = await start()
    await program.story(iterations=1)
    taken = Taken(program)
    await crossed(program, BEN)
    assert not taken.fresh[0].actor.moderator


async def test_an_acknowledgement_waits_for_nobodys_standing(
    server: SlackServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderators, "PATIENCE_S", 0.1)
    program = await start()
    await program.story(iterations=1)

    async def never(**args: object) -> None:
        await asyncio.Event().wait()

    program.adapter._api.sdk.users_info = never  # type: ignore[method-assign,assignment]
    taken = Taken(program)
    ack = await crossed(program, BEN)
    assert ack.status == 200
    assert isinstance(taken.fresh[0], Discard)
    assert not taken.fresh[0].actor.moderator


async def test_a_missing_scope_closes_one_method_alone(
    server: SlackServer, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults["users.info"] = [Fault("missing_scope")] * 2
    program = await start()
    await program.story(iterations=1)
    with caplog.at_level(logging.ERROR):
        await crossed(program, BEN)
    await server.until(lambda: server.ephemeral)
    assert program.adapter.connected
    assert "lacks a scope" in caplog.text


async def test_the_operator_is_told_by_direct_message(server: SlackServer, start: Start) -> None:
    program = await start()
    notice = Noticed(session="", about="account", sentence="The account is out of money.")

    class Operator:
        place = Place("slack", TEAM, f"user:{ANNA}", is_dm=True)

    async with program.store.write() as uow:
        await uow.outbox.post(notice, None, Operator())  # type: ignore[arg-type]
    program.outbox.nudge()
    told = await program.post(lambda post: post.channel == "D0ANNA")
    assert told.args["channel"] == ANNA
    assert told.blocks[0]["text"]["text"] == notice.sentence

    async def sent() -> None:
        while True:
            async with program.store.read() as uow:
                row = await uow.outbox.find_message("slack", told.channel, told.ts)
            if row is not None and row.state is DeliveryState.SENT:
                return
            await asyncio.sleep(0.01)

    await asyncio.wait_for(sent(), 5)
