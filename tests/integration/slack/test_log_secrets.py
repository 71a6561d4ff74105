"""At the most talkative level no log line holds a secret: tokens, the signing secret, a socket's ticket."""

import logging

import pytest

from tests.integration.slack.conftest import Start
from tests.standins.slack_server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_debug_log_holds_no_secret(
    server: SlackServer, start: Start, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    program = await start(mode=mode, config={"ping_interval_s": 0.2, "sockets": 1})
    assert (await program.person().slash("/quota")).status == 200
    if mode == "socket":
        before = server.connections
        await server.sockets[0].close()
        await server.until(lambda: server.connections > before and server.sockets, 25)
    await program.stop()
    formatter = logging.Formatter()
    ours = [
        record for record in caplog.records if record.name != "aiohttp.access"
    ]  # the stand-in's
    lines = [f"{record.name}: {formatter.format(record)}" for record in ours]
    assert [line for line in lines if "auth.test" in line]
    assert len(lines) > 5
    for secret in ("ticket=t", BOT_TOKEN, APP_TOKEN, SECRET):
        assert not [line for line in lines if secret in line], secret
