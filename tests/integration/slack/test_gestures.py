"""Buttons, reactions, dialogs, shortcuts, mentions: each gesture and the command it becomes."""

import io
import json

import pytest
from PIL import Image

from adapters.models.scripted import flat
from core.domain.access import PROGRAM
from core.domain.commands import Actor, Discard, Stop, Unpick
from core.domain.defaults import LoopDefaults
from core.imaging import codec
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import REFERENCE, Taken, is_final, is_round, is_status, says
from tests.photographs import phone_jpeg
from tests.standins.slack_server import (
    ANNA,
    BEN,
    CHANNEL,
    TEAM,
    WORKSPACE,
    Fault,
    Post,
    SlackServer,
)

pytestmark = pytest.mark.slow  # real clients, seconds each


async def test_a_star_and_the_button_are_one_pick(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    taken = Taken(program)
    first, ben = await program.post(is_round(1)), program.person(BEN, "ben")
    await ben.click(first, "continue")
    await ben.react(first)
    picks = [each for each in taken.commands if isinstance(each, Pick)]
    assert len(picks) == 2
    assert len({pick.dedup_key for pick in picks}) == 1
    assert len(taken.fresh) == 1
    told = await program.post(says("ben picked round 1"))
    assert told.thread == first.thread
    branch = await program.post(lambda post: is_status(post) and bool(post.thread))
    assert f"<@{BEN}>" in json.dumps(branch.blocks)


async def test_the_closing_post_can_be_starred_and_a_star_taken_back(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    final = await program.story(iterations=1)
    taken = Taken(program)
    anna = program.person()
    await anna.react(final)
    await anna.react(final, removed=True)
    assert [type(each) for each in taken.commands] == [Pick, Unpick]


async def test_other_reactions_and_the_bots_own_mean_nothing(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    final = await program.story(iterations=1)
    taken = Taken(program)
    await program.person().react(final, "thumbsup")
    await program.person("U0BOT", "darkroom").react(final)
    await program.person().react(await program.post(is_status))
    assert taken.commands == []


async def test_a_cross_by_the_owner_takes_the_post_down(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    taken = Taken(program)
    first = await program.post(is_round(1))
    await program.person(BEN, "ben").react(first, "x")
    await server.until(lambda: server.ephemeral)
    assert server.ephemeral[0]["user"] == BEN
    assert "Only" in server.ephemeral[0]["text"]
    assert server.deleted == []
    await program.person().react(first, "x")
    await server.until(lambda: server.deleted)
    assert server.deleted == [(first.channel, first.ts)]
    assert all(isinstance(each, Discard) for each in taken.commands)


async def test_an_envelope_sends_the_image_and_its_prompt(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    await program.story(iterations=1)
    first = await program.post(is_round(1))
    await program.person(BEN, "ben").react(first, "envelope")
    mail = await program.post(lambda post: post.channel.startswith("D"))
    assert mail.args["channel"] == BEN
    (image,) = mail.images()
    assert server.files[image["slack_file"]["id"]].data.startswith(b"\x89PNG")


async def test_paint_again_twice_in_a_breath_is_once(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    taken = Taken(program)
    first = await program.post(is_round(1))
    await program.person().click(first, "again")
    await program.person().click(first, "again")
    assert [type(each) for each in taken.commands] == [PaintAgain]


async def test_stop_and_review_are_on_the_status_message(server: SlackServer, start: Start) -> None:
    program = await start(loop=LoopDefaults(review_timeout_s=30.0))
    anna = program.person()
    await anna.slash("/refine", "a grey day")
    await anna.submit(await anna.opened(), iterations=3, review="yes")
    review = await program.post(says("*Review of round"))
    taken = Taken(program)
    await anna.click(review, "revise")
    dialog = await anna.opened(2)
    assert json.loads(dialog["private_metadata"]).keys() <= {
        "run", "round", "channel", "thread", "message",
    }  # fmt: skip
    await anna.submit(dialog, critique="more fog")
    assert taken.commands[-1].critique == "more fog"
    second = await program.post(lambda p: says("*Review of round")(p) and p.ts != review.ts)
    assert second.thread == review.thread
    await anna.click(await program.post(is_status), "stop")
    assert isinstance(taken.commands[-1], Stop)
    await program.post(is_final)


async def test_editing_a_prompt_starts_a_branch(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    taken = Taken(program)
    anna, first = program.person(), await program.post(is_round(1))
    await anna.click(first, "edit")
    dialog = await anna.opened(2)
    shown = next(b for b in dialog["blocks"] if b.get("block_id") == "prompt")
    assert shown["element"]["initial_value"]
    assert shown["element"]["initial_value"] not in dialog["private_metadata"]
    await anna.submit(dialog, prompt="a bright day & <night>")
    assert "a bright day & <night>" in taken.commands[-1].prompt
    await program.post(says("edited the prompt of round 1"))


async def test_details_open_and_a_late_trigger_is_told(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    anna, first = program.person(), await program.post(is_round(1))
    await anna.click(first, "details")
    dialog = await anna.opened(2)
    assert dialog["callback_id"] == "details_modal"
    trigger = server.trigger
    server.trigger = lambda: "expired"  # type: ignore[method-assign]
    await anna.click(first, "edit")
    await server.until(lambda: server.replies)
    server.trigger = trigger  # type: ignore[method-assign]
    assert "try once more" in server.replies[0]["text"]


async def test_a_select_of_candidates_continues(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=2)
    status = await program.post(is_status)
    await server.until(lambda: "choose" in status.buttons() and "stop" not in status.buttons())
    taken = Taken(program)
    option = status.buttons()["choose"]["options"][0]["value"]
    await program.person(BEN, "ben").click(status, "choose", option)
    assert isinstance(taken.commands[-1], Pick)
    assert taken.commands[-1].iteration == option


async def test_message_shortcut_refines_a_posted_picture(server: SlackServer, start: Start) -> None:
    program = await start()
    photo = server.add_file(REFERENCE, mimetype="image/png")
    anna = program.person()
    message = {"ts": "1700000000.000100", "text": "look", "files": [server.describe(photo)]}
    await anna.shortcut("refine_image", message)
    dialog = await anna.opened()
    assert all(block.get("block_id") != "image" for block in dialog["blocks"])
    await anna.submit(dialog, iterations=1)
    final = await program.post(is_final)
    assert final.channel == CHANNEL


async def test_a_dialog_says_which_of_several_pictures_it_takes(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    photos = [server.add_file(REFERENCE, mimetype="image/png") for _ in range(2)]
    anna = program.person()
    message = {"ts": "1700000000.000100", "files": [server.describe(each) for each in photos]}
    await anna.shortcut("refine_image", message)
    said = json.dumps(await anna.opened())
    assert "I take the first" in said
    assert "the other one is not used" in said


async def test_what_slack_escapes_behind_a_command_is_read_as_it_was_typed(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna = program.person()
    await anna.slash("/refine", "a fox &amp; a hound &lt;3")
    assert "a fox & a hound <3" in json.dumps(await anna.opened())


async def test_a_german_reads_german(server: SlackServer, start: Start) -> None:
    server.users[ANNA] = {"locale": "de-DE"}
    program = await start()
    anna = program.person()
    await anna.slash("/refine", "")
    dialog = await anna.opened()
    assert dialog["title"]["text"] == "Verfeinern"
    assert "Ziel" in json.dumps(dialog["blocks"])


async def test_message_shortcut_without_a_picture_is_told(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    await program.person().shortcut("evolve_image", {"ts": "1.2", "text": "no picture"})
    await server.until(lambda: server.replies)
    assert "no picture" in server.replies[0]["text"]


async def test_the_global_shortcut_asks_where(server: SlackServer, start: Start) -> None:
    program = await start()
    anna = program.person()
    await anna.shortcut("refine")
    await anna.submit(await anna.opened(), channel=CHANNEL, goal="a tree", iterations=1)
    assert (await program.post(is_status)).channel == CHANNEL


async def test_evolve_prefills_the_count_and_needs_a_picture(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna = program.person()
    await anna.slash("/evolve", "6 oil, neon")
    dialog = await anna.opened()
    filled = {b["block_id"]: b["element"].get("initial_value") for b in dialog["blocks"]}
    assert (filled["iterations"], filled["styles"]) == ("6", "oil, neon")
    ack = await anna.submit(dialog)
    assert "image" in ack.payload["errors"]
    photo = server.add_file(REFERENCE, mimetype="image/png")
    taken = Taken(program)
    await anna.submit(dialog, image=photo, iterations=2, leap="drastic", lock="yes")
    command = taken.commands[-1]
    assert (command.iterations, command.leap, command.lock) == (2, "drastic", True)
    assert command.styles == ("oil", "neon")
    await program.post(is_final)


async def test_what_is_typed_behind_a_command_fills_its_dialog(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna = program.person()
    await anna.slash("/imagine", "a red fox, 2 cubs")
    dialog = await anna.opened()
    filled = {b["block_id"]: b.get("element", {}).get("initial_value") for b in dialog["blocks"]}
    assert filled["prompt"] == "a red fox, 2 cubs"


async def test_a_mention_with_a_picture_and_then_a_sentence(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna, photo = program.person(), server.add_file(REFERENCE, mimetype="image/png")
    taken = Taken(program)
    stamp = {"ts": "1700000001.000100"}
    await anna.say("<@U0BOT> make it dusk &amp; fog", file=photo, **stamp)
    await anna.say("<@U0BOT> make it dusk &amp; fog", file=photo, kind="message", **stamp)
    assert [each.goal for each in taken.fresh] == ["make it dusk & fog"]
    final = await program.post(is_final)
    assert final.thread == "1700000001.000100"
    await program.person(BEN, "ben").say(
        "<@U0BOT> darker, keep the dog", thread_ts=final.thread, ts="1700000002.000100"
    )
    assert taken.fresh[-1].words == "darker, keep the dog"
    assert taken.fresh[-1].actor.id == BEN


async def test_what_came_along_and_is_not_used_is_said_before_it_costs(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    photos = [server.add_file(flat(s), f"{s}.png", mimetype="image/png") for s in (200, 90, 91)]
    plan = server.add_file(b"%PDF-", "plan.pdf", mimetype="application/pdf")
    files = [server.describe(each) for each in (*photos, plan)]
    anna = program.person()
    await anna.say("<@U0BOT> make it dusk", files=files)
    await server.until(lambda: server.ephemeral)
    whisper = server.ephemeral[-1]
    options = whisper["blocks"][1]["elements"][0]["options"]
    alone = next(o for o in options if o["text"]["text"] == "Refine: the first one alone")
    await anna.click(Post(whisper["channel"], "1.0", whisper), "several", alone["value"])
    await anna.submit(await anna.opened())
    status = await program.post(says("Not used: 2 more pictures and a PDF."))
    assert not program.painter.requests
    await program.person().click(status, "confirm")
    await program.post(is_final)
    film = server.add_file(b"00", "a.mp4", mimetype="video/mp4")
    await program.person(BEN, "ben").say("<@U0BOT> a fox", files=[server.describe(film)])
    await program.post(says("Not used: a video. Of files only pictures are taken: PNG"))
    before = len(program.painter.requests)
    await program.person(BEN, "ben").say("<@U0BOT>", files=[server.describe(film)])
    await server.until(lambda: "Not used: a video" in json.dumps(server.ephemeral))
    assert len(program.painter.requests) == before


async def test_what_was_decided_for_a_picture_is_told(server: SlackServer, start: Start) -> None:
    program = await start()
    art = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    art.paste((255, 255, 255, 255), (16, 16, 48, 48))
    out = io.BytesIO()
    art.save(out, "PNG")
    photo = server.add_file(out.getvalue(), mimetype="image/png")
    await program.person().say("<@U0BOT> a logo", file=photo)
    await program.post(says("Its transparent ground was filled with dark grey."))


async def test_a_phones_picture_is_taken(server: SlackServer, start: Start) -> None:
    program = await start()
    photo = server.add_file(phone_jpeg(), "IMG_1.JPG", mimetype="image/jpeg")
    await program.person().say("<@U0BOT> make it dusk", file=photo)
    await program.post(is_final)
    (request, *_) = program.critic.asked
    assert codec.rgb(request.reference).shape == (3072, 4096, 3)


async def test_a_picture_of_another_workspace_is_looked_up(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    photo = server.add_file(REFERENCE, mimetype="image/png")
    shared = {"id": photo.id, "mode": "file_access", "file_access": "check_file_info"}
    await program.person().say("<@U0BOT> make it dusk", files=[shared])
    await program.post(is_final)
    tree = await program.service.tree(await program.only_session(), PROGRAM)
    assert tree is not None
    assert tree.session.reference
    assert {"file": photo.id} in server.called("files.info")


async def test_direct_messages_work_and_emptiness_is_answered(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna = program.person()
    await anna.say("", channel="D0ANNA", kind="message")
    await program.post(says("Give me a picture"))
    await anna.say("a red fox in the snow", channel="D0ANNA", kind="message")
    final = await program.post(is_final)
    assert final.channel == "D0ANNA"


async def test_quota_help_sessions_and_home(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    anna = program.person()
    await anna.slash("/quota")
    await server.until(lambda: len(server.replies) == 1)
    await anna.slash("/darkroom", "help")
    await server.until(lambda: len(server.replies) == 2)
    await anna.slash("/darkroom", "sessions")
    await server.until(lambda: len(server.replies) == 3)
    quota, help_, sessions = [each["text"] for each in server.replies]
    assert "1 of 30 images" in quota or "2 of 30 images" in quota
    assert "/evolve [rounds]" in help_
    assert "a grey day" in sessions
    status = await program.post(is_status)
    thread = f"{WORKSPACE}archives/{CHANNEL}/p{status.ts.replace('.', '')}"
    listed = json.dumps(server.replies[2]["blocks"])
    assert thread in listed
    assert "home_continue" in listed
    await anna.event({"type": "app_home_opened", "user": ANNA, "tab": "home", "channel": "D1"})
    await server.until(lambda: ANNA in server.homes)
    view = server.homes[ANNA]
    assert thread in json.dumps(view)
    assert any(block.get("accessory") for block in view["blocks"])
    if server.schema and server.schema.there:
        assert server.schema.errors("HomeView", view) == []
    taken = Taken(program)
    buttons = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
    more = next(each for each in buttons if each["action_id"] == "home_continue")
    await anna.interact(
        {"type": "block_actions", "actions": [more | {"action_ts": "1.0"}],
         "container": {"type": "view"}, "view": {"id": "V1"}}
    )  # fmt: skip
    assert taken.fresh[-1].session == await program.only_session()


async def test_a_refusal_is_for_the_actors_eyes(server: SlackServer, start: Start) -> None:
    program = await start()
    await program.story(iterations=1)
    status = await program.post(is_status)
    run = (await program.service.sessions(Actor("slack", TEAM, ANNA)))[0].run
    assert run is not None
    status.args["blocks"].append(
        {"type": "actions", "elements": [
            {"type": "button", "action_id": "stop", "value": f"{run.session} {run.id}",
             "text": {"type": "plain_text", "text": "Stop"}}]}
    )  # fmt: skip
    await program.person(BEN, "ben").click(status, "stop")
    await server.until(lambda: server.ephemeral)
    assert server.ephemeral[0]["user"] == BEN


async def test_a_dialog_that_can_not_open_now_opens_a_moment_later_or_a_sentence_says_so(
    server: SlackServer, start: Start
) -> None:
    program = await start()
    anna = program.person()
    server.faults["views.open"] = [Fault(status=503), Fault("ratelimited", 429, retry_after=30)]
    await anna.slash("/refine")
    await anna.opened()
    assert not server.replies
    server.faults["views.open"] = [Fault(status=503) for _ in range(9)]
    await anna.slash("/refine")
    await server.until(lambda: server.replies)
    assert "try once more" in server.replies[0]["text"]
