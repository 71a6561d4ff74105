"""Talk is no request: known words do what they say, what is unclear is asked about before it costs."""

import copy
import json
from typing import Any

import pytest

from core.domain.commands import Say, Stop
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import REFERENCE, Taken, is_final, is_round, is_status, says
from tests.standins.slack_server import BOT, CHANNEL, Fault, SlackServer

pytestmark = pytest.mark.slow  # real clients, seconds each

SAID = "1700000001.000100"


async def test_thanks_are_answered_with_a_reaction(server: SlackServer, start: Start) -> None:
    program = await start()
    anna = program.person()
    for kind in ("app_mention", "message"):
        await anna.say("thanks <@U0BOT>, lovely!", kind=kind, ts=SAID)
    said = server.said[(CHANNEL, SAID)]
    await server.until(lambda: BOT in said.reactions.get("heart", set()))
    await program.adapter.settle()
    assert (server.posts, server.ephemeral, program.critic.asked) == ({}, [], [])


async def test_where_no_reaction_is_possible_the_answer_is_a_word(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    server.faults["reactions.add"] = [Fault("missing_scope")]
    await program.person().say("danke <@U0BOT>")
    await server.until(lambda: _whispered(server, "You are welcome"))


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("hi", "Give me a picture"),
        ("help", "/evolve"),
        ("what's my quota?", "of 30 images"),
        ("meine Sitzungen", "no sessions yet"),
        ("stop", "no session in this thread"),
    ],
)
async def test_known_words_do_what_they_say(
    server: SlackServer, start: Start, words: str, answer: str
) -> None:
    program = await start()
    await program.person().say(f"<@U0BOT> {words}")
    await server.until(lambda: _whispered(server, answer))
    assert not program.critic.asked


async def test_what_is_unclear_is_painted_after_a_yes(server: SlackServer, start: Start) -> None:
    program = await start()
    anna = program.person()
    await anna.say("<@U0BOT> why is it so dark?", ts=SAID)
    await server.until(lambda: _whispered(server, "Shall I paint that?"))
    (asking,) = server.ephemeral
    assert not program.critic.asked
    await anna.click_whisper(asking, "help")
    await server.until(lambda: any("/evolve" in each["text"] for each in server.replies))
    await anna.click_whisper(asking, "paint")
    final = await program.post(is_final)
    assert final.thread == SAID
    status = await program.post(is_status)
    assert "why is it so dark?" in json.dumps(status.blocks)


async def test_stop_stops_the_threads_session(server: SlackServer, start: Start) -> None:
    program = await start()
    program.painter.seconds = 0.15
    anna, photo = program.person(), server.add_file(REFERENCE, mimetype="image/png")
    await anna.say("<@U0BOT> evolve 9", file=photo, ts=SAID)
    await program.post(is_round(1))
    taken = Taken(program)
    await anna.say("<@U0BOT> please stop", thread_ts=SAID)
    await program.post(is_final)
    assert [type(each) for each in taken.fresh] == [Stop]
    assert not [post for post in server.posts.values() if is_round(9)(post)]


async def test_stop_in_direct_messages_needs_no_thread(server: SlackServer, start: Start) -> None:
    program = await start()
    program.painter.seconds = 0.15
    anna = program.person()
    await anna.say("stop", channel="D0ANNA", kind="message")
    await program.post(says("no session in this thread"))
    await anna.say("refine 9", file=server.add_file(REFERENCE), channel="D0ANNA", kind="message")
    await program.post(is_round(1))
    taken = Taken(program)
    await anna.say("stop", channel="D0ANNA", kind="message")
    await program.post(is_final)
    assert [type(each) for each in taken.fresh] == [Stop]
    assert not [post for post in server.posts.values() if is_round(9)(post)]


async def test_stop_of_a_run_that_is_over_says_so_at_once(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    program.painter.seconds = 0.15
    anna, photo = program.person(), server.add_file(REFERENCE, mimetype="image/png")
    await anna.say("<@U0BOT> refine 1", file=photo, ts=SAID)
    status = await program.post(is_status)
    going = copy.deepcopy(status)
    assert "stop" in going.buttons()
    await program.post(is_final)
    await server.until(lambda: "stop" not in status.buttons())
    await anna.click(going, "stop")  # a window that shows it as it was
    await server.until(lambda: len(_told(server)) == 1)
    await anna.say("<@U0BOT> stop", thread_ts=SAID)
    await server.until(lambda: len(_told(server)) == 2)


def _told(server: SlackServer) -> list[Any]:
    said = [*server.ephemeral, *server.replies]
    return [each for each in said if "There is no run to stop" in each["text"]]


async def test_a_new_wish_in_direct_messages_is_a_new_session(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna = program.person()
    await anna.say("a red fox", channel="D0ANNA", kind="message")
    await program.post(is_final)
    await anna.say("a green elephant", channel="D0ANNA", kind="message")
    await program.post(lambda post: is_status(post) and says("a green elephant")(post))
    await server.until(lambda: len([p for p in server.posts.values() if is_final(p)]) == 2)


def _whispered(server: SlackServer, words: str) -> list[Any]:
    return [each for each in server.ephemeral if words in each["text"]]


async def test_a_wish_by_a_form_and_words_in_the_thread(server: SlackServer, start: Start) -> None:
    program = await start()
    anna = program.person()
    await anna.say("<@U0BOT> refine 1", file=server.add_file(REFERENCE), ts=SAID)
    round_ = await program.post(is_round(1))
    await program.post(is_final)
    await anna.click(round_, "change")
    await anna.submit(await anna.opened(), words="paint the door red")
    await program.post(lambda post: "paint the door red" in _all(post) and "change" in _all(post))
    await anna.say("<@U0BOT> undo", thread_ts=SAID)
    back = await program.post(lambda post: "Nothing was charged" in _all(post))
    assert {"continue", "change", "more"} <= set(back.buttons())
    taken = Taken(program)
    await anna.say("<@U0BOT> make 3", thread_ts=SAID)
    await program.post(lambda post: post.thread == SAID and says("*Vary*")(post))
    assert [type(each) for each in taken.fresh] == [Say]


def _all(post: Any) -> str:
    return json.dumps(post.blocks)
