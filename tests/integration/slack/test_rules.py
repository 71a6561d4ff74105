"""What a workspace's admins let be painted, and a report that reaches their channel."""

from dataclasses import replace

from tests.integration.slack.conftest import Start
from tests.integration.slack.program import is_round, says
from tests.standins.slack_server import CHANNEL, TEAM


async def test_a_picture_is_reported_from_its_details_to_the_admins_channel(start: Start) -> None:
    program = await start()
    anna = program.person()
    await program.story(iterations=1)
    async with program.store.write() as uow:
        settings = await uow.servers.settings("slack", TEAM)
        rules = replace(settings.rules, reports=CHANNEL)
        await uow.servers.save_settings("slack", TEAM, replace(settings, rules=rules))
    await anna.click(await program.post(is_round(1)), "details")
    await anna.press(await anna.opened(2), "report")
    await program.post(says("reports picture"))
