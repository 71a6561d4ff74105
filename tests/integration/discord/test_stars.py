"""⭐ ❌ ✉️."""

import pytest

from adapters.discord.reactions import MESSAGES_A_PLACE
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import finished, messages, saying
from tests.integration.discord.test_controls import refined
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import ANNA, BEN, DM, MODERATOR, texts

pytestmark = pytest.mark.slow  # real clients, seconds each


async def test_a_star_continues_and_is_told_in_the_thread(
    server: DiscordServer, program: Program
) -> None:
    thread, (round_,) = await refined(server)
    await server.react(round_, "⭐", user=BEN)
    await finished(server, thread, times=2)
    assert saying(server, "for Ben", thread)


async def test_star_and_button_are_one_pick(server: DiscordServer, program: Program) -> None:
    program.painter.seconds = 0.2
    thread, (round_,) = await refined(server)
    await server.react(round_, "⭐", user=BEN)
    await server.until(lambda: saying(server, "for Ben", thread))
    asked = await server.click(round_, "Continue from this", user=BEN)
    await server.until(lambda: asked.original and "already" in texts(asked.original))
    await finished(server, thread, times=2)
    assert len(saying(server, "for Ben", thread)) == 1


async def test_the_bots_own_and_foreign_stars_mean_nothing(
    server: DiscordServer, program: Program
) -> None:
    thread, _ = await refined(server)
    theirs = await server.say("look", channel=thread, user=BEN, mention=False)
    await server.react(theirs, "⭐", user=ANNA)
    (round_,) = saying(server, "### Round", thread)
    await server.react(round_, "🎉", user=BEN)
    await server.react(round_, "⭐", user=BEN)
    await finished(server, thread, times=2)
    assert len(saying(server, "### Refine", thread)) == 1


async def test_a_star_taken_back_ends_the_branch_before_it_paints(
    server: DiscordServer, program: Program
) -> None:
    thread, (round_,) = await refined(server)
    program.critic.faults = {}
    program.painter.seconds = 0.5
    await server.react(round_, "⭐", user=BEN)
    await server.until(lambda: saying(server, "for Ben", thread))
    await server.react(round_, "⭐", user=BEN, on=False)
    await finished(server, thread, times=2)
    assert len(saying(server, "### Round", thread)) <= 2


async def test_a_cross_by_the_owner_takes_the_post_down(
    server: DiscordServer, program: Program
) -> None:
    thread, (first, second) = await refined(server, rounds=2)
    await server.react(first, "❌", user=ANNA)
    await server.until(lambda: first["id"] not in server.world.messages[thread])
    await server.react(second, "❌", user=MODERATOR)
    await server.until(lambda: second["id"] not in server.world.messages[thread])


async def test_a_letter_sends_the_full_image(server: DiscordServer, program: Program) -> None:
    _, (round_,) = await refined(server)
    await server.react(round_, "✉️", user=ANNA)
    (mail,) = await server.until(lambda: messages(server, DM))
    assert "prompt 1" in texts(mail)
    assert mail["attachments"]


async def test_a_star_in_direct_messages_continues_there(
    server: DiscordServer, program: Program
) -> None:
    await server.say("a red fox", images=[REFERENCE], channel=DM, mention=False)
    await finished(server, DM)
    await server.react(saying(server, "### Round", DM)[0], "⭐", user=ANNA)
    await finished(server, DM, times=2)
    assert len(saying(server, "for Anna", DM)) == 2


async def test_stars_of_the_down_time_are_found(server: DiscordServer, start: Start) -> None:
    first = await start()
    thread, (round_,) = await refined(server)
    await first.stop()
    await server.react(round_, "⭐", user=BEN, tell=False)
    second = await start()
    await finished(server, thread, times=2)
    await second.stop()
    third = await start()
    await third.adapter.bot.stars_read.wait()
    assert len(saying(server, "### Refine", thread)) == 1


async def test_reactions_of_the_down_time_are_found_in_an_archived_thread(
    server: DiscordServer, start: Start
) -> None:
    first = await start()
    thread, (one, two) = await refined(server, rounds=2)
    await first.stop()
    server.world.channels[thread]["thread_metadata"]["archived"] = True
    await server.react(one, "❌", user=ANNA, tell=False)
    await server.react(two, "✉️", user=ANNA, tell=False)
    await server.react(two, "⭐", user=BEN, tell=False)
    second = await start()
    await finished(server, thread, times=2)
    await server.until(lambda: one["id"] not in server.world.messages[thread])
    await server.until(lambda: messages(server, DM))
    await second.stop()
    third = await start()
    await third.adapter.bot.stars_read.wait()
    await third.service.settle_down()
    assert len(messages(server, DM)) == 1
    assert len(saying(server, "### Refine", thread)) == 1


async def test_stars_of_the_down_time_are_found_far_up_in_a_channel(
    server: DiscordServer, start: Start
) -> None:
    server.world.denied.add((CHANNEL, "thread"))
    first = await start()
    await server.slash("refine", {"iterations": 1, "goal": "a fox"})
    await finished(server, CHANNEL)
    (round_,) = saying(server, "### Round")
    await first.stop()
    for _ in range(MESSAGES_A_PLACE + 5):
        server.world.post(CHANNEL, {"content": "talk"}, {}, ANNA)
    await server.react(round_, "⭐", user=BEN, tell=False)
    await start()
    await finished(server, CHANNEL, times=2)
    assert len(saying(server, "### Refine")) == 2
