"""What a person prefers, on Slack: a dialog behind a command and a button on the Home tab."""

import json

from core.domain.commands import Actor
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import TEAM
from tests.standins.slack_server import ANNA, SlackServer


async def test_a_dialog_keeps_what_it_shows(server: SlackServer, start: Start) -> None:
    program = await start()
    anna = program.person()
    home = await anna.home()
    assert "Preferences…" in json.dumps(home, ensure_ascii=False)
    await anna.slash("/darkroom", "preferences")
    view = await anna.opened()
    await anna.submit(view, size="huge")
    who = Actor("slack", TEAM, ANNA)
    assert (await program.service.preferences(who)).size == ""
    await anna.submit(view, size="wide", quality="high", posts="end")
    held = await program.service.preferences(who)
    assert (held.size, held.quality, held.posts) == ("wide", "high", "end")
    await anna.slash("/darkroom", "preferences")
    shown = json.dumps(await anna.opened(2))
    assert '"initial_value": "wide"' in shown
