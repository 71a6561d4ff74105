"""After a refusal nothing that was typed is lost: its dialog opens again as it was filled in."""

from core.domain.access import PROGRAM
from core.domain.commands import Actor
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import REFERENCE, is_status
from tests.standins.slack_server import ANNA, BEN, TEAM, SlackServer


async def test_a_refused_command_comes_back_as_a_dialog_and_is_said_again(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna = program.person()
    await anna.slash("/refine")
    broken = server.add_file(b"no picture", mimetype="image/png")
    said = {"goal": "a fox", "iterations": "2", "quality": "low", "stop": "never"}
    await anna.submit(await anna.opened(), image=broken, **said)
    await server.until(lambda: server.ephemeral)
    whisper = server.ephemeral[0]
    await program.person(BEN, "ben").click_whisper(whisper, "retry")  # not his: a word, no dialog
    await anna.click_whisper(whisper, "retry")
    view = await anna.opened(2)
    elements = {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}
    assert elements["goal"]["initial_value"] == "a fox"
    assert elements["iterations"]["initial_value"] == "2"
    assert elements["stop"]["initial_option"]["value"] == "never"
    photo = server.add_file(REFERENCE, mimetype="image/png")
    await anna.submit(view, image=photo, goal="a red fox")
    await program.post(is_status)
    session = await program.only_session()
    tree = await program.service.tree(session, PROGRAM)
    assert tree is not None
    plan = tree.runs[0].plan
    told = (tree.session.goal, plan.rounds, plan.quality, plan.stop)
    assert told == ("a red fox", 2, "low", "never")
    assert await program.service.refused("slack:nothing", Actor("slack", TEAM, ANNA)) is None
