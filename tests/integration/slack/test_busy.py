"""What can't be asked or written down now is asked and written down later."""

import json
import logging

import pytest

from core.domain.errors import StoreUnavailable
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import is_final, is_status
from tests.standins.slack_server import TEAM, Fault, Post, SlackServer

GOODBYE = {"type": "event_callback", "team_id": TEAM, "event": {"type": "app_uninstalled"}}


async def test_a_busy_database_is_told_to_slack_which_comes_again(
    server: SlackServer,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    program = await start(mode="http")
    leave, away = program.service.leave, [True]

    async def busy(platform: str, tenant: str) -> None:
        if away:
            away.clear()
            raise StoreUnavailable("The database is busy: say it again in a moment.")
        await leave(platform, tenant)

    monkeypatch.setattr(program.service, "leave", busy)
    body = json.dumps(GOODBYE).encode()
    assert (await server.inject(program.url, body, "application/json")).status == 503
    broken = [each for each in caplog.records if each.levelno >= logging.ERROR and each.exc_info]
    assert broken == []
    assert (await server.inject(program.url, body, "application/json")).status == 200


async def test_a_star_of_the_down_time_is_asked_for_again_where_slack_was_away(
    server: SlackServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.downtime.LONGEST_S", 0.01)
    program = await start()
    await program.story(iterations=1)
    closing = await program.post(is_final)
    await program.stop()
    closing.reactions["star"].add("U0EVE")
    server.faults["reactions.get"] = [Fault(status=503), Fault(status=503)]
    await start()

    def told(post: Post) -> bool:
        return is_status(post) and "<@U0EVE>" in json.dumps(post.blocks)

    await server.until(lambda: any(told(post) for post in server.posts.values()))
