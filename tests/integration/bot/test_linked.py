"""A session that began on Slack, found and continued in the terminal by its owner: the real program."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from adapters.engine.inline import InlineEngine
from bot.bootstrap import build
from bot.config import Settings, load
from core.domain.admin import Link
from core.domain.commands import Actor, ImageHandle, Place
from core.jobs.refine import Refine
from tests.harness import Files
from tests.integration.bot.conftest import Say

ANN = Actor("slack", "T1", "U1", "Ann")
HOME = Place("slack", "T1", "C1")


async def _begun(settings: Settings) -> tuple[str, str]:
    """A session in a Slack channel, and a code of its owner's."""
    program = await build(settings, InlineEngine())
    program.uploads["slack"] = Files()
    command = Refine(
        dedup_key="slack:T1:1", actor=ANN, place=HOME, image=ImageHandle("slack", "ref"),
        iterations=1,
    )  # fmt: skip
    await program.service.receive(command)
    await program.service.settle_down()
    assert isinstance(program.engine, InlineEngine)
    await program.engine.join()
    link = Link(dedup_key="slack:T1:2", actor=ANN, place=HOME)
    said = (await program.service.about_me(link)).text
    (one,) = await program.service.sessions(ANN)
    await program.close()
    found = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", said)
    assert found is not None
    return one.session.id, found[0]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_session_of_slack_goes_on_in_the_terminal(tmp_path: Path, say: Say) -> None:
    session, code = asyncio.run(_begun(load(None, {})))
    assert say("list", "--json")[1] == ""
    assert say("link", "AAAA-BBBB-CCCC")[0] == 3
    ended, out, _ = say("link", code)
    assert ended == 0
    assert "Linked" in out and "slack" in out
    (line,) = say("list", "--json")[1].splitlines()
    assert json.loads(line)["session"] == session
    ended, out, err = say("continue", session, "--iterations", "1", "--json", "--out", "o")
    assert ended == 0, err
    events = [json.loads(each) for each in out.splitlines()]
    assert [each["event"] for each in events if each["event"] in ("accepted", "finished")] == [
        "accepted",
        "finished",
    ]
    assert say("unlink")[0] == 0
    assert say("list", "--json")[1] == ""
