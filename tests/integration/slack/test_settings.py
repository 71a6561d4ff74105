"""The settings of a workspace: its admins set them in a dialog, intake keeps to them."""

import contextlib
import json
import sqlite3
from decimal import Decimal

from core.domain.access import PROGRAM
from core.domain.commands import Actor
from core.domain.settings import ServerSettings
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import Program, is_final, is_status
from tests.standins.slack_server import ANNA, BEN, CHANNEL, TEAM, SlackServer

ADMIN = Actor("slack", TEAM, ANNA, admin=True)


async def kept(program: Program) -> ServerSettings:
    return await program.service.settings("slack", TEAM)


async def test_an_admin_sets_what_holds_and_brings_the_defaults_back(
    server: SlackServer, start: Start
) -> None:
    server.admins.add(ANNA)
    program = await start()
    anna = program.person()
    await anna.slash("/darkroom", "settings")
    dialog = await anna.opened()
    ack = await anna.submit(
        dialog, channels=[CHANNEL], people=[BEN], iterations=2, candidates=2,
        quality="low", size="512x512", review="yes", images_per_day=40, usd_per_day="$2.50",
    )  # fmt: skip
    assert ack.payload["response_action"] == "update"
    said = json.dumps(ack.payload["view"])
    assert f"<#{CHANNEL}>" in said
    assert f"<@{BEN}>" in said
    assert await kept(program) == ServerSettings(
        channels=(CHANNEL,), people=(BEN,), iterations=2, candidates=2, quality="low",
        size="512x512", review=True, images_per_day=40, usd_per_day=Decimal("2.50"),
    )  # fmt: skip
    await anna.slash("/darkroom", "settings")
    again = await anna.opened(2)
    filled = await anna.submit(again)
    assert filled.payload["response_action"] == "update"
    assert (await kept(program)).people == (BEN,)
    assert (await kept(program)).usd_per_day == Decimal("2.50")
    wrong = await anna.submit(again, usd_per_day="a lot")
    assert list(wrong.payload["errors"]) == ["usd_per_day"]
    await anna.press(again, "settings_reset")
    await server.until(lambda: BEN not in json.dumps(server.views[-1]))
    assert await kept(program) == ServerSettings()


async def test_two_open_dialogs_forget_nothing(server: SlackServer, start: Start) -> None:
    server.admins.update((ANNA, BEN))
    program = await start()
    anna, ben = program.person(), program.person(BEN, "ben")
    await anna.slash("/darkroom", "settings")
    hers = await anna.opened()
    await ben.slash("/darkroom", "settings")
    his = await ben.opened(2)
    await anna.submit(hers, quality="low")
    await ben.submit(his, iterations=3)
    assert await kept(program) == ServerSettings(quality="low", iterations=3)


async def test_a_value_that_can_not_be_is_said_at_its_input(
    server: SlackServer, start: Start
) -> None:
    server.admins.add(ANNA)
    program = await start()
    anna = program.person()
    await anna.slash("/darkroom", "settings")
    ack = await anna.submit(await anna.opened(), size="huge", iterations=15)
    assert list(ack.payload["errors"]) == ["iterations"]
    ack = await anna.submit(server.views[-1], size="huge")
    assert list(ack.payload["errors"]) == ["size"]
    assert await kept(program) == ServerSettings()


async def test_nobody_else_gets_the_dialog_or_gets_it_kept(
    server: SlackServer, start: Start
) -> None:
    server.admins.add(ANNA)
    program = await start()
    anna, ben = program.person(), program.person(BEN, "ben")
    await ben.slash("/darkroom", "settings")
    await server.until(lambda: server.replies)
    assert "Only the workspace's admins" in server.replies[0]["text"]
    await anna.slash("/darkroom", "settings")
    dialog = await anna.opened()
    ack = await ben.submit(dialog, channels=[CHANNEL])
    assert "admins" in ack.payload["errors"]["channels"]
    await ben.press(dialog, "settings_reset")
    assert await kept(program) == ServerSettings()


async def test_the_home_tab_shows_admins_what_holds(server: SlackServer, start: Start) -> None:
    server.admins.add(ANNA)
    program = await start()
    anna, ben = program.person(), program.person(BEN, "ben")
    assert "Settings" not in json.dumps(await ben.home())
    view = await anna.home()
    assert "Nothing is set" in json.dumps(view)
    await anna.press(view, "settings")
    await anna.submit(await anna.opened(), people=[BEN])
    await server.until(lambda: f"<@{BEN}>" in json.dumps(server.homes[ANNA]))


async def test_people_and_channels_kept_out_hear_why_and_admins_get_in(
    server: SlackServer, start: Start
) -> None:
    server.admins.add(ANNA)
    program = await start()
    await program.service.configure(ADMIN, ServerSettings(people=("U0CARL",), channels=("C0ART",)))
    ben = program.person(BEN, "ben")
    await ben.slash("/refine")
    await server.until(lambda: server.replies)
    assert not server.views  # no dialog to fill in vain
    assert "admins" in server.replies[0]["text"]
    assert not any(is_status(post) for post in server.posts.values())
    anna = program.person()
    await anna.slash("/refine")
    await anna.submit(await anna.opened(), goal="a tree", iterations=1)
    await program.post(is_final)


async def test_the_workspaces_defaults_fill_what_people_leave_empty(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    await program.service.configure(ADMIN, ServerSettings(iterations=2, candidates=2))
    ben = program.person(BEN, "ben")
    await ben.slash("/refine")
    await ben.submit(await ben.opened(), goal="a tree")
    status = await program.post(is_status)
    assert "2 rounds, 4 images" in json.dumps(status.blocks)


async def test_an_uninstalled_app_forgets_the_workspace(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    await program.service.configure(ADMIN, ServerSettings(people=(BEN,)))
    session = await program.only_session()
    await program.person().event({"type": "app_uninstalled"})
    assert not program.adapter.connected
    await program.service.sweep()
    assert await program.service.sessions(Actor("slack", TEAM, ANNA)) == []
    assert await program.service.deliveries(session, PROGRAM) == []
    assert await program.service.tree(session, PROGRAM) is None
    (database,) = program.folder.glob("*.sqlite")
    with contextlib.closing(sqlite3.connect(database)) as connection:
        left = "\n".join(connection.iterdump())
    assert session in left  # a blank: what was spent still counts
    assert ANNA not in left and "a grey day" not in left
    assert await kept(program) == ServerSettings()
    assert not list((program.folder / "images").glob("??/*"))


async def test_a_workspaces_rules_hold_in_its_direct_messages_and_each_are_a_persons_own(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    await program.service.configure(ADMIN, ServerSettings(people=(ANNA,)))
    anna, ben = program.person(), program.person(BEN, "ben")
    await ben.say("a red fox in the snow", channel="D0BEN", kind="message")
    await server.until(lambda: "only some people" in json.dumps([*server.replies, *_said(server)]))
    await anna.say("a red fox in the snow", channel="D0ANNA", kind="message")
    await program.post(is_final)
    hers = await program.only_session()
    assert await program.service.tree(hers, Actor("slack", TEAM, BEN, admin=True)) is None
    assert await program.service.tree(hers, Actor("slack", TEAM, ANNA)) is not None


def _said(server: SlackServer) -> list[object]:
    return [*server.ephemeral, *(post.args for post in server.posts.values())]
