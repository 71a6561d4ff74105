"""/darkroom limit, grant, block, freeze, spend, runs, audit: for a workspace's admins, and nobody else."""

import json
from decimal import Decimal

from core.domain.admin import ACTS
from core.domain.commands import Actor
from core.domain.ledger import Limits
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import is_final
from tests.standins.slack_people import Person
from tests.standins.slack_server import ANNA, BEN, TEAM, SlackServer

TYPED = {
    "limit": "server 100 week",
    "grant": f"<@{BEN}|ben> 100 days=3",
    "block": f"<@{BEN}|ben>",
    "unblock": f"person=<@{BEN}>",
    "spend": "by=person",
    "stop": "all",
    "audit": "yes",
    "timezone": "Europe/Berlin",
    "stories": "everyone 60 scenes=6",
    "gallery": "C0GENERAL",
    "rule": "block",
}
DONE = {
    "limits": "each person",
    "limit": "this server together may take 100 images a week",
    "grant": f"<@{BEN}> has 100 images more",
    "block": f"<@{BEN}> may start no runs here",
    "unblock": "may start runs again",
    "freeze": "Frozen",
    "thaw": "Thawed",
    "timezone": "Europe/Berlin",
    "stories": "60 words a scene and 6 scenes at most",
    "gallery": "in a gallery now",
}


async def said(server: SlackServer, person: Person, name: str, words: str) -> str:
    """What only they read."""
    before = len(server.replies)
    await person.slash("/darkroom", f"{name} {TYPED.get(name, '')}".strip())

    def answer() -> str:
        found = json.dumps(server.replies[before:], ensure_ascii=False)
        return found if words in found else ""

    await server.until(answer)
    return answer()


async def test_each_act_is_done_for_an_admin_and_refused_to_a_member(
    server: SlackServer, start: Start
) -> None:
    server.admins.add(ANNA)
    program = await start()
    anna, ben = program.person(), program.person(BEN, "ben")
    for name in ACTS:
        await said(server, ben, name, "Only the admins")
    for name, words in DONE.items():
        await said(server, anna, name, words)
    await said(
        server,
        anna,
        "limit too many words for that",
        "It is written: /darkroom limit scope amount [window]",
    )
    await anna.say("a red fox in the snow", channel="D0ANNA", kind="message")
    await program.post(is_final)
    spent = await said(server, anna, "spend", f"<@{ANNA}>: $")
    assert "slack_file" in spent
    await said(server, anna, "audit", "The log holds: 9 entries")


async def test_a_run_that_goes_is_stopped_by_its_button(server: SlackServer, start: Start) -> None:
    server.admins.add(ANNA)
    program = await start(limits=Limits(confirm_usd_above=Decimal(0)))
    anna, ben = program.person(), program.person(BEN, "ben")
    await ben.say("a red fox in the snow", channel="D0BEN", kind="message")
    await server.until(lambda: any("Start" in json.dumps(p.args) for p in server.posts.values()))
    await said(server, anna, "runs", "1 going")
    shown = server.replies[-1]
    await ben.press(shown, "adminstop")
    await server.until(lambda: "Only the admins" in json.dumps(server.replies))
    await anna.press(shown, "adminstop")
    await server.until(lambda: "1 run stops" in json.dumps(server.replies))


async def test_everybody_gets_what_is_kept_of_them_and_is_forgotten(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    ben = program.person(BEN, "ben")
    await ben.say("a red fox in the snow", channel="D0BEN", kind="message")
    await program.post(is_final)
    await said(server, ben, "my-data", "1 session")
    await server.until(lambda: len(server.sent_files) == 1)
    ((channel, file),) = server.sent_files
    assert channel in ("D0BEN", BEN)
    assert server.files[file].data.startswith(b"PK")
    await said(server, ben, "link", "Your code is")
    await said(server, ben, "link AAAA-BBBB-CCCC", "not known")
    await said(server, ben, "unlink", "Nothing is linked")
    await said(server, ben, "forget-me", "/darkroom forget-me sure")
    await said(server, ben, "forget-me yes", "You are forgotten")
    assert not await program.service.sessions(Actor("slack", TEAM, BEN))
