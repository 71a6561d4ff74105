"""What a workspace's admins let be painted, and a report that reaches their channel."""

from dataclasses import replace
from datetime import timedelta

from core.service.monthly import Monthly
from tests.harness import utc_now
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


async def test_a_months_report_is_posted_with_its_plot(start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    async with program.store.write() as uow:
        settings = await uow.servers.settings("slack", TEAM)
        rules = replace(settings.rules, reports=CHANNEL)
        await uow.servers.save_settings("slack", TEAM, replace(settings, rules=rules))
    ctx = program._ctx()  # pyright: ignore[reportPrivateUsage]
    later = utc_now().replace(day=1) + timedelta(days=32)
    await Monthly(replace(ctx, clock=lambda: later)).once()
    program.outbox.nudge()
    post = await program.post(says("The month"))
    assert any(block["type"] == "image" for block in post.blocks)
