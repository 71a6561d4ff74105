"""Buttons, selects, forms: also on posts of a program that is long gone."""

import copy
import json
from dataclasses import replace
from datetime import timedelta

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.access import PROGRAM
from core.domain.commands import Actor
from core.domain.errors import PolicyRefusal
from core.domain.rules import Rules
from core.domain.settings import ServerSettings
from core.service.monthly import Monthly
from tests.harness import utc_now
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import (
    Message,
    finished,
    messages,
    saying,
    status_of,
    thread_of,
)
from tests.standins.discord_people import EPHEMERAL
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import ANNA, BEN, GUILD, buttons, texts


async def refined(server: DiscordServer, rounds: int = 1) -> tuple[str, list[Message]]:
    await server.slash("refine", {"iterations": rounds, "goal": "a fox"}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    return thread, saying(server, "### Round", thread)


async def test_continue_starts_a_branch_charged_to_who_pressed(
    server: DiscordServer, program: Program
) -> None:
    thread, (round_,) = await refined(server)
    asked = await server.click(round_, "Continue from this", user=BEN)
    await finished(server, thread, times=2)
    tree = await program.service.tree((await _only(program)).id, PROGRAM)
    assert tree is not None
    assert [run.actor.id for run in tree.runs] == [ANNA, BEN]
    assert tree.iterations[1].parent == tree.iterations[0].id
    assert saying(server, "for Ben", thread)
    assert asked.original is not None
    await server.until(lambda: "On it" in texts(asked.original or {}))


async def test_buttons_work_after_a_restart(server: DiscordServer, start: Start) -> None:
    first = await start()
    thread, (round_,) = await refined(server)
    await first.stop()
    await start()
    await server.click(round_, "Paint again", user=BEN)
    await finished(server, thread, times=2)
    assert len(saying(server, "### Round", thread)) == 2


async def test_prompt_form_works_after_a_restart(server: DiscordServer, start: Start) -> None:
    first = await start()
    thread, (round_,) = await refined(server)
    asked = await server.click(round_, "Edit prompt")
    form = asked.form
    assert form["components"][0]["component"]["value"]
    await first.stop()
    second = await start()
    await server.submit(form, {"prompt": "a blue fox"}, channel=thread)
    await finished(server, thread, times=2)
    assert second.painter.requests[0].prompt.splitlines()[0] == "a blue fox"


async def test_details_are_private(server: DiscordServer, program: Program) -> None:
    _, (round_,) = await refined(server)
    asked = await server.click(round_, "Details", user=BEN)
    assert asked.original is not None
    assert asked.original["flags"] & EPHEMERAL
    assert "prompt 1" in texts(asked.original)
    reported = await server.click(asked.original, "Report", user=BEN)
    await server.until(lambda: "The moderators are told" in texts(reported.original or {}))


async def test_only_owner_and_moderators_edit_the_prompt(
    server: DiscordServer, program: Program
) -> None:
    thread, (round_,) = await refined(server)
    asked = await server.click(round_, "Edit prompt", user=BEN)  # no form to fill in vain
    assert "Only Anna or a moderator" in json.dumps(asked.response["data"])
    hers = await server.click(round_, "Edit prompt")  # a form that is somebody else's
    sent = await server.submit(hers.form, {"prompt": "mine"}, channel=thread, user=BEN)
    await server.until(lambda: sent.original and "Only " in texts(sent.original))
    assert len(saying(server, "### Round", thread)) == 1


async def test_a_quote_waits_for_a_yes(server: DiscordServer, start: Start) -> None:
    program = await start(confirmed=False)
    await server.slash("refine", {"iterations": 1, "goal": "a fox"}, image=REFERENCE)
    thread = await thread_of(server)
    status = await server.until(lambda: next(iter(saying(server, "waits for a yes")), None))
    assert list(buttons(status)) == ["Start", "Leave it"]
    assert not program.painter.requests
    await server.click(status, "Start")
    await finished(server, thread)
    assert "Start" not in buttons(status_of(server))


async def test_stop_keeps_what_is_painted(server: DiscordServer, start: Start) -> None:
    program = await start()
    program.painter.seconds = 0.15
    await server.slash("refine", {"iterations": 8, "stop": "never"}, image=REFERENCE)
    thread = await thread_of(server)
    await server.until(lambda: saying(server, "### Round", thread))
    refused = await server.click(status_of(server), "Stop", user=BEN)
    assert "Only Anna" in json.dumps(refused.response["data"])
    going = copy.deepcopy(status_of(server))
    asked = await server.click(going, "Stop")
    await finished(server, thread)
    late = await server.click(going, "Stop")  # a window that shows it as it was
    assert "There is no run to stop" in json.dumps(late.response["data"])
    assert asked.original is not None
    assert "Asked to stop" in texts(asked.original)
    assert 1 <= len(saying(server, "### Round", thread)) < 8


async def test_review_is_edited_in_a_form(server: DiscordServer, start: Start) -> None:
    program = await start()
    await server.slash(
        "refine", {"iterations": 2, "review": True, "stop": "never"}, image=REFERENCE
    )
    thread = await thread_of(server)
    review = await server.until(lambda: next(iter(saying(server, "### Review", thread)), None))
    asked = await server.click(review, "Edit critique")
    assert asked.form["components"][0]["component"]["value"]
    await server.submit(asked.form, {"critique": "much bluer"}, channel=thread, message=review)
    await finished(server, thread)
    assert "much bluer" in program.painter.requests[-1].prompt or any(
        "much bluer" in str(ask) for ask in program.critic.asked
    )


async def test_candidates_are_chosen_in_a_select(server: DiscordServer, program: Program) -> None:
    await server.slash("refine", {"iterations": 1, "candidates": 3}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    (round_,) = saying(server, "### Round", thread)
    tree = await program.service.tree((await _only(program)).id, PROGRAM)
    assert tree is not None
    third = tree.iterations[2].id
    await server.choose(round_, third)
    await finished(server, thread, times=2)
    tree = await program.service.tree(tree.session.id, PROGRAM)
    assert tree is not None
    branch = [node for node in tree.iterations if node.run == tree.runs[1].id]
    assert branch[0].parent == third


async def test_the_same_button_twice_is_one_branch(server: DiscordServer, program: Program) -> None:
    program.painter.seconds = 0.1
    thread, (round_,) = await refined(server)
    await server.click(round_, "Continue from this")
    again = await server.click(round_, "Continue from this")
    await server.until(lambda: again.original and "already" in texts(again.original))
    await finished(server, thread, times=2)
    assert len(saying(server, "### Done", thread)) == 2
    assert len(messages(server, CHANNEL)) == 1


async def _only(program: Program):

    (row,) = await program.service.sessions(Actor("discord", GUILD, ANNA))
    return row.session


async def test_another_painter_is_offered_and_let_paint_by_a_press(
    server: DiscordServer, start: Start
) -> None:
    refusal = PolicyRefusal("Studio refused this.")
    other = ScriptedPainter(model="second", moves=[flat(150)])
    await start(painter=ScriptedPainter(moves=[refusal]), fallbacks=(other,))
    await server.slash("imagine", {"prompt": "a fox", "candidates": 1})
    thread = await thread_of(server)
    said = "second could go on, for at most $0.02 a picture."
    await server.until(lambda: bool(saying(server, said, thread)))
    (offer,) = saying(server, said, thread)
    await server.click(offer, "Let it paint")
    await server.until(lambda: bool(saying(server, "second paints from here on", thread)))
    took_over = "Painted by second, which took over."
    await server.until(lambda: bool(saying(server, took_over, thread)))
    assert len(other.requests) == 1


async def test_a_months_report_is_posted_with_its_plot(server: DiscordServer, start: Start) -> None:
    program = await start()
    await server.slash("imagine", {"prompt": "a fox", "candidates": 1})
    await thread_of(server)
    async with program.store.write() as uow:
        rules = Rules(reports=CHANNEL)
        await uow.servers.save_settings("discord", GUILD, ServerSettings(rules=rules))
    ctx = program._ctx()  # pyright: ignore[reportPrivateUsage]
    later = utc_now().replace(day=1) + timedelta(days=32)
    await Monthly(replace(ctx, clock=lambda: later)).once()
    program.outbox.nudge()
    await server.until(lambda: bool(saying(server, "The month", CHANNEL)))
    (post,) = saying(server, "The month", CHANNEL)
    assert "plot.png" in str(post)
