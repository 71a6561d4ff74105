"""Talk is no request: known words do what they say, what is unclear is asked about before it costs."""

import pytest

from core.domain.commands import Actor
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import finished, messages, saying, thread_of
from tests.integration.discord.test_controls import refined
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import (
    ANNA,
    BEN,
    BOT,
    BOT_ROLE,
    DM,
    buttons,
    texts,
)

pytestmark = pytest.mark.slow  # real clients, seconds each


async def test_thanks_are_answered_with_a_reaction(server: DiscordServer, program: Program) -> None:
    said = await server.say(", lovely! thanks")
    hearts = server.world.reactions
    await server.until(lambda: BOT in hearts.get((CHANNEL, said["id"]), {}).get("❤️", []))
    assert len(messages(server)) == 1
    assert not program.critic.asked


async def test_thanks_in_answer_to_a_picture_paint_nothing(
    server: DiscordServer, program: Program
) -> None:
    thread, (round_,) = await refined(server)
    before = len(program.painter.requests)
    said = await server.say("danke, wunderschön!", channel=thread, more=_reply_to(round_))
    hearts = server.world.reactions
    await server.until(lambda: hearts.get((thread, said["id"]), {}).get("❤️"))
    assert len(program.painter.requests) == before


@pytest.mark.parametrize(
    ("words", "label", "shown"),
    [
        ("hi", "Help", "/evolve"),
        ("help", "Show me how", "/evolve"),
        ("quota", "Show my day", "of 30 images"),
        ("what's my quota?", "Show my day", "of 30 images"),
        ("meine Sitzungen", "Show my sessions", "no sessions"),
    ],
)
async def test_known_words_do_what_they_say(
    server: DiscordServer, program: Program, words: str, label: str, shown: str
) -> None:
    await server.say(words)
    await server.until(lambda: len(messages(server)) == 2)
    asked = await server.click(messages(server)[1], label, user=BEN)
    assert asked.original is not None
    assert shown in texts(asked.original)
    assert asked.response["data"]["flags"] & 64
    assert not program.critic.asked


async def test_in_direct_messages_the_answer_comes_at_once(
    server: DiscordServer, program: Program
) -> None:
    await server.say("quota", channel=DM, mention=False)
    await server.until(lambda: saying(server, "of 30 images", DM))
    assert not program.critic.asked


async def test_what_is_unclear_is_painted_after_a_yes(
    server: DiscordServer, program: Program
) -> None:
    await server.say("why is it so dark?")
    (asking,) = await server.until(lambda: saying(server, "Shall I paint that?"))
    assert list(buttons(asking)) == ["Paint this", "Help"]
    assert not program.critic.asked
    helped = await server.click(asking, "Help")
    assert helped.original is not None
    assert "/refine" in texts(helped.original)
    await server.click(asking, "Paint this")
    await server.click(asking, "Paint this", user=BEN)
    await finished(server, await thread_of(server))
    assert saying(server, "why is it so dark?", CHANNEL)
    assert len(saying(server, "### Refine")) == 1


async def test_stop_stops_the_threads_session(server: DiscordServer, program: Program) -> None:
    program.painter.seconds = 0.15
    await server.slash("refine", {"iterations": 9, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    await server.until(lambda: saying(server, "### Round 1", thread))
    await server.say("stop", channel=thread)
    await finished(server, thread)
    assert len(saying(server, "### Round", thread)) < 9
    await server.say("please stop")
    await server.until(lambda: saying(server, "There is no session in this thread"))


async def test_stop_in_direct_messages_needs_no_thread(
    server: DiscordServer, program: Program
) -> None:
    program.painter.seconds = 0.15
    await server.say("stop", channel=DM, mention=False)
    await server.until(lambda: saying(server, "There is no session in this thread", DM))
    await server.slash("refine", {"iterations": 9, "stop": "never"}, image=REFERENCE, channel=DM)
    await server.until(lambda: saying(server, "### Round 1", DM))
    await server.say("stop", channel=DM, mention=False)
    await finished(server, DM)
    assert len(saying(server, "### Round", DM)) < 9


async def test_a_reply_to_a_round_means_that_round(server: DiscordServer, program: Program) -> None:
    await server.slash("refine", {"iterations": 2, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    first = saying(server, "### Round 1", thread)[0]
    await server.say("make it snow", channel=thread, user=BEN, more=_reply_to(first))
    await finished(server, thread, times=2)
    assert saying(server, "from round 1", thread) or saying(server, "picked round 1", thread)
    assert any("make it snow" in str(ask) for ask in program.critic.asked)
    assert len(saying(server, "### Refine")) == 1


async def test_a_new_wish_in_direct_messages_is_a_new_session(
    server: DiscordServer, program: Program
) -> None:
    await server.say("a red fox", channel=DM, mention=False)
    await finished(server, DM)
    await server.say("a green elephant", channel=DM, mention=False)
    await finished(server, DM, times=2)
    assert len(saying(server, "### Refine", DM)) == 2
    round_ = saying(server, "### Round", DM)[-1]
    await server.say("darker", channel=DM, mention=False, more=_reply_to(round_))
    await finished(server, DM, times=3)
    assert any("darker" in str(ask) for ask in program.critic.asked)


async def test_the_roles_mention_is_a_mention(server: DiscordServer, program: Program) -> None:
    said = {"mention_roles": [BOT_ROLE], "content": f"<@&{BOT_ROLE}> a red fox"}
    await server.say("", mention=False, more=said)
    await finished(server, await thread_of(server))
    assert "a red fox" in texts(saying(server, "### Refine")[0])
    assert "@&" not in texts(saying(server, "### Refine")[0])
    await server.say("", mention=False, more=said | {"content": ""})
    await server.until(lambda: saying(server, "Mention me by my name"))


def _reply_to(message: dict[str, object]) -> dict[str, object]:
    reference = {"message_id": message["id"], "channel_id": message["channel_id"]}
    return {"type": 19, "message_reference": reference, "referenced_message": message}


async def test_words_in_direct_messages_are_about_the_last_picture_or_a_button_says_so(
    server: DiscordServer, program: Program
) -> None:
    await server.say("a red fox", channel=DM, mention=False)
    await finished(server, DM)
    await server.say("make it darker", channel=DM, mention=False)
    await finished(server, DM, times=2)
    assert len(saying(server, "### Refine for Anna", DM)) == 2
    assert saying(server, "branch", DM) or saying(server, "goes on from", DM)
    await server.say("paint a green elephant", channel=DM, mention=False)
    await finished(server, DM, times=3)
    status = saying(server, "> paint a green elephant", DM)[-1]
    assert "I meant the last picture" in buttons(status)
    await server.click(status, "I meant the last picture")
    await finished(server, DM, times=4)
    anna = Actor("discord", f"dm:{ANNA}", ANNA)
    (elephant, fox) = await program.service.sessions(anna)
    assert (elephant.session.goal, fox.session.goal) == ("paint a green elephant", "a red fox")
    assert fox.run is not None
    assert fox.run.plan.wish == "paint a green elephant"


async def test_a_wish_by_a_form_and_undo_without_any_syntax(
    server: DiscordServer, program: Program
) -> None:
    await server.slash("refine", {"iterations": 1, "goal": "a fox"}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    (round_,) = saying(server, "### Round", thread)
    asked = await server.click(round_, "Change…", user=BEN)
    await server.submit(asked.form, {"words": "paint the door red"}, channel=thread, user=BEN)
    (edited,) = await server.until(lambda: saying(server, "### Edit ·", thread))
    assert "> paint the door red" in texts(edited)
    await server.until(lambda: saying(server, "was promised)", thread))
    await server.say("undo", channel=thread, user=BEN, more=_reply_to(edited))
    (back,) = await server.until(lambda: saying(server, "### Back", thread))
    assert "Nothing was charged" in texts(back)
    assert "Continue from this" in buttons(back)
    await server.say("bigger", channel=thread, user=BEN, more=_reply_to(back))
    await server.until(lambda: saying(server, "by Lanczos", thread))
