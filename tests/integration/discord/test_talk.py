"""Mentions, direct messages, message commands and the small commands."""

import io

import pytest
from PIL import Image

from adapters.models.scripted import flat
from core.domain.access import own_tenant
from core.domain.commands import Actor
from core.imaging import codec
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import finished, first_alone, messages, saying, thread_of
from tests.integration.discord.test_controls import refined
from tests.photographs import phone_jpeg
from tests.standins.discord_server import CHANNEL, DiscordServer, Fault
from tests.standins.discord_world import ANNA, BEN, DM, GUILD, VOICE, buttons, texts

pytestmark = pytest.mark.slow  # real clients, seconds each


async def test_a_mention_with_a_picture_refines(server: DiscordServer, program: Program) -> None:
    await server.say("a red fox", images=[REFERENCE])
    thread = await thread_of(server)
    await finished(server, thread)
    assert "a red fox" in texts(messages(server)[1])


async def test_a_mention_in_the_thread_continues(server: DiscordServer, program: Program) -> None:
    thread, _ = await refined(server)
    await server.say("darker, keep the dog", channel=thread, user=BEN)
    await finished(server, thread, times=2)
    assert any("darker, keep the dog" in str(ask) for ask in program.critic.asked)


async def test_a_mention_without_anything_gets_an_example(
    server: DiscordServer, program: Program
) -> None:
    await server.say("")
    await server.until(lambda: saying(server, "a red fox in the snow"))


async def test_of_several_pictures_the_first_is_taken_after_a_yes(
    server: DiscordServer, program: Program
) -> None:
    await server.say(
        "a red fox",
        images=[REFERENCE, flat(90), flat(91)],
        files=[("plan.pdf", "application/pdf", b"%PDF-"), ("a.mp4", "video/mp4", b"00")],
    )
    await first_alone(server, 3)
    said = "Not used: 2 more pictures, a PDF and a video."
    status = (await server.until(lambda: saying(server, said)))[0]
    assert "One picture is taken at a time, the first." in texts(status)
    assert not program.painter.requests
    await server.click(status, "Start")
    await finished(server, await thread_of(server))
    assert len(program.painter.requests) > 0


async def test_a_file_that_is_no_picture_is_said_before_the_words_are_painted(
    server: DiscordServer, program: Program
) -> None:
    await server.say("a red fox", files=[("plan.PDF", "", b"%PDF-")])
    await server.until(lambda: saying(server, "Not used: a PDF. Of files only pictures"))
    assert not program.painter.requests
    assert "AVIF" in texts(messages(server)[1])


async def test_a_file_alone_that_is_no_picture_is_answered(
    server: DiscordServer, program: Program
) -> None:
    await server.say("", files=[("a.mov", "video/quicktime", b"00")])
    await server.until(lambda: saying(server, "Not used: a video."))
    assert not program.painter.requests


async def test_a_picture_that_names_no_type_is_one_by_its_ending(
    server: DiscordServer, program: Program
) -> None:
    await server.say("a red fox", files=[("fox.JP2", "", REFERENCE)])
    await finished(server, await thread_of(server))
    assert not saying(server, "Not used")


async def test_what_was_decided_for_a_picture_is_told(
    server: DiscordServer, program: Program
) -> None:
    art = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    art.paste((255, 255, 255, 255), (16, 16, 48, 48))
    out = io.BytesIO()
    art.save(out, "PNG")
    await server.say("a logo", images=[out.getvalue()])
    thread = await thread_of(server)
    await finished(server, thread)
    assert saying(server, "Its transparent ground was filled with dark grey.", thread)


async def test_a_phones_picture_is_taken(server: DiscordServer, program: Program) -> None:
    await server.say("", files=[("IMG_1.JPG", "image/jpeg", phone_jpeg())])
    await finished(server, await thread_of(server))
    (request, *_) = program.critic.asked
    assert codec.rgb(request.reference).shape == (3072, 4096, 3)


async def test_talk_that_is_not_for_the_bot_is_left_alone(
    server: DiscordServer, program: Program
) -> None:
    await server.say("nice weather", mention=False)
    await server.say("a fox")
    await server.until(lambda: saying(server, "### Refine"))
    assert len(saying(server, "### Refine")) == 1


async def test_a_direct_message_is_answered_flat(server: DiscordServer, program: Program) -> None:
    await server.say("a red fox", images=[REFERENCE], channel=DM, mention=False)
    await finished(server, DM)
    assert saying(server, "### Round", DM)


async def test_each_persons_direct_messages_are_a_tenant_of_their_own(
    server: DiscordServer, program: Program
) -> None:
    theirs = "700000000000000099"
    server.world.channels[theirs] = {
        "id": theirs,
        "type": 1,
        "recipients": [server.world.user(BEN)],
    }
    for user, channel in ((ANNA, DM), (BEN, theirs)):
        words = f"a fox of {user}"
        await server.say(words, images=[REFERENCE], channel=channel, user=user, mention=False)
        await finished(server, channel)
    people = {user: Actor("discord", own_tenant(user), user) for user in (ANNA, BEN)}
    mine = {user: (await program.service.sessions(who))[0] for user, who in people.items()}
    for user, summary in mine.items():
        session = summary.session
        assert (session.place.tenant, session.owner.tenant) == (own_tenant(user), own_tenant(user))
        in_server = Actor("discord", GUILD, user)
        assert await program.service.tree(session.id, in_server) is not None
        other = people[BEN if user == ANNA else ANNA]
        assert await program.service.tree(session.id, other) is None


async def test_in_a_voice_channel_the_rounds_come_flat(
    server: DiscordServer, program: Program
) -> None:
    await server.slash("refine", {"iterations": 1}, image=REFERENCE, channel=VOICE)
    await finished(server, VOICE)
    assert len(saying(server, "### Round", VOICE)) == 1


async def test_refine_this_image_on_a_members_picture(
    server: DiscordServer, program: Program
) -> None:
    theirs = await server.say("my cat", images=[REFERENCE], user=BEN, mention=False)
    asked = await server.menu("Refine this image", theirs)
    sent = await server.submit(asked.form, {"goal": "a lion", "iterations": "2"})
    assert sent.original is not None
    thread = await thread_of(server)
    await finished(server, thread)
    assert len(saying(server, "### Round", thread)) == 2


async def test_a_form_says_which_of_several_pictures_it_takes(
    server: DiscordServer, program: Program
) -> None:
    theirs = await server.say("cats", images=[REFERENCE] * 3, user=BEN, mention=False)
    asked = await server.menu("Refine this image", theirs)
    assert "I take the first" in str(asked.form)
    assert "the other 2 are not used" in str(asked.form)
    assert "1–10" in str(asked.form)  # as many as core takes
    sent = await server.submit(asked.form, {"goal": "a lion", "iterations": "15"})
    assert "Rounds must be a whole number from 1 to 10." in str(sent.response)
    again = await server.click(sent.original or {}, "Change and try again")
    assert "a lion" in str(again.form)


async def test_evolve_this_image_on_the_bots_own_post(
    server: DiscordServer, program: Program
) -> None:
    thread, (round_,) = await refined(server)
    server.faults.append(Fault("GET", f"/channels/{thread}/messages/{round_['id']}", 404, 0))
    asked = await server.menu("Evolve this image", round_)
    await server.submit(asked.form, {"styles": "oil, neon", "iterations": "2"}, channel=thread)
    await finished(server, thread, times=2)
    assert saying(server, "neon", thread)


async def test_no_picture_no_form(server: DiscordServer, program: Program) -> None:
    theirs = await server.say("words only", user=BEN, mention=False)
    asked = await server.menu("Refine this image", theirs)
    assert asked.original is not None
    assert "no picture" in texts(asked.original)


async def test_evolve_with_styles(server: DiscordServer, program: Program) -> None:
    await server.slash("evolve", {"iterations": 2, "styles": "oil,neon"}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    rounds = saying(server, "### Round", thread)
    assert ["oil" in texts(rounds[0]), "neon" in texts(rounds[1])] == [True, True]


async def test_styles_are_completed(server: DiscordServer, program: Program) -> None:
    asked = await server.slash("evolve", {"styles": "oil, n"}, complete="styles")
    assert [choice["value"] for choice in asked.choices] == ["oil, neon", "oil, pencil"]


async def test_continue_by_session(server: DiscordServer, program: Program) -> None:
    thread, _ = await refined(server)
    asked = await server.slash("continue", {"session": ""}, complete="session")
    session = asked.choices[0]["value"]
    await server.slash("continue", {"session": session, "iterations": 1})
    await finished(server, thread, times=2)
    await server.slash("continue", {"iterations": 1}, channel=thread)
    await finished(server, thread, times=3)


async def test_sessions_quota_help(server: DiscordServer, program: Program) -> None:
    thread, _ = await refined(server)
    listed = await server.slash("sessions")
    assert listed.original is not None
    assert thread in texts(listed.original)
    quota = await server.slash("quota")
    assert quota.original is not None
    assert "1 of 30 images" in texts(quota.original)
    help_ = await server.slash("help", user=BEN)
    assert help_.original is not None
    assert "/evolve" in texts(help_.original)
    assert buttons(help_.original) == {}


async def test_commands_are_declared_with_their_options(
    server: DiscordServer, program: Program
) -> None:
    options = {row["name"]: [o["name"] for o in row.get("options", [])] for row in server.commands}
    assert options["refine"] == [
        "image", "goal", "iterations", "candidates", "quality", "size", "review", "stop", "hold", "model",
    ]  # fmt: skip
    assert options["evolve"] == [
        "image", "iterations", "styles", "leap", "lock", "quality", "size", "crowd", "model", "goal",
    ]  # fmt: skip
    assert {"continue", "sessions", "quota", "help"} < set(options)
    assert {"Refine this image", "Evolve this image"} < set(options)
    assert server.intents == 13825


async def test_markup_and_mentions_of_people_stay_words(
    server: DiscordServer, program: Program
) -> None:
    await server.slash("refine", {"goal": "@everyone **{boo}** {0}", "iterations": 1}, user=ANNA)
    thread = await thread_of(server)
    await finished(server, thread)
    posts = [r for r in server.requests if r.method == "POST" and r.path.endswith("/messages")]
    assert posts
    assert all(r.body["allowed_mentions"] == {"parse": []} for r in posts)
    assert "{boo}" in texts(messages(server, CHANNEL)[0])
