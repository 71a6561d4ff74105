"""Slack's newer blocks, and the plain ones of a workspace that has not got them."""

from decimal import Decimal

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from adapters.slack import clicks
from core.domain.ledger import Limits
from tests.integration.slack.conftest import Start
from tests.integration.slack.program import REFERENCE, Program, is_final, is_status, says
from tests.standins.slack_server import Fault, Post, SlackServer

NEW = {"carousel", "plan", "data_visualization"}
STYLES = "oil, neon, linocut, fresco, pencil, collage"


def tasks(status: Post) -> list[tuple[str, str]]:
    return [(task["title"], task["status"]) for plan in status.of("plan") for task in plan["tasks"]]


def plots(server: SlackServer) -> list[Post]:
    """Posts with the picture of the plot."""
    named = "Score and cost by round"
    return [p for p in server.posts.values() if any(i["alt_text"] == named for i in p.images())]


async def seen_status(program: Program) -> Post:
    status = await program.post(is_status)
    await program.server.until(lambda: "stop" not in status.buttons())
    return status


async def test_the_rounds_are_a_plan_that_fills(server: SlackServer, start: Start) -> None:
    program = await start(painter=ScriptedPainter([flat(s) for s in (60, 110, 190)]))
    await program.story(iterations=3)
    status = await seen_status(program)
    edits = [
        block
        for args in server.called("chat.update")
        for block in args["blocks"]
        if block["type"] == "plan"
    ]
    states = [[task["status"] for task in plan["tasks"]] for plan in edits]
    assert ["in_progress", "pending", "pending"] in states
    assert [state for _, state in tasks(status)] == ["complete"] * 3
    assert [title.split(" · ")[0] for title, _ in tasks(status)] == [
        "Round 1",
        "Round 2",
        "Round 3",
    ]
    assert all("of 100" in title for title, _ in tasks(status))
    assert status.of("plan")[0]["title"] == "3 of 3 rounds"


async def test_the_plot_is_a_chart(server: SlackServer, start: Start) -> None:
    program = await start(painter=ScriptedPainter([flat(s) for s in (60, 110)]))
    closing = await program.story(iterations=2)
    (chart,) = closing.of("data_visualization")
    (series,) = chart["chart"]["series"]
    assert [point["label"] for point in series["data"]] == ["1", "2"]
    first, second = (point["value"] for point in series["data"])
    assert 0 < first < second <= 100
    assert plots(server) == []


async def test_one_round_alone_has_neither(server: SlackServer, start: Start) -> None:
    program = await start()
    closing = await program.story(iterations=1)
    assert closing.of("data_visualization") == [] and plots(server) == [closing]
    assert (await seen_status(program)).of("plan") == []


async def test_a_workspace_without_them_gets_plain_blocks(
    server: SlackServer, start: Start
) -> None:
    server.unknown_blocks = NEW
    program = await start(painter=ScriptedPainter([flat(s) for s in (60, 110)] * 2))
    closing = await program.story(iterations=2)
    assert plots(server) == [closing]
    assert (await seen_status(program)).of("plan") == []
    assert sorted(server.refused_blocks) == ["data_visualization", "plan"]
    server.views.clear()
    await program.story(iterations=2)
    await server.until(lambda: len(plots(server)) == 2)
    assert len(server.refused_blocks) == 2, "it was found out once"


async def test_a_picture_that_is_not_ready_is_not_the_blocks_fault(
    server: SlackServer, start: Start
) -> None:
    program = await start(painter=ScriptedPainter([flat(s) for s in (60, 110)]))
    status = await status_of_story(program)
    server.faults["chat.update"] = [Fault(error="invalid_blocks")] * 2
    await program.post(is_final)
    await server.until(lambda: "stop" not in status.buttons())
    await server.until(lambda: len(tasks(status)) == 2)


async def status_of_story(program: Program) -> Post:
    """Anna begins; returns the message in the channel."""
    anna = program.person()
    await anna.slash("/refine")
    photo = program.server.add_file(REFERENCE, mimetype="image/png")
    await anna.submit(await anna.opened(), image=photo, goal="a grey day", iterations=2)
    return await program.post(is_status)


@pytest.fixture
async def studio(start: Start, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.setattr(clicks, "DOUBLE_CLICK_S", 0.0)
    limits = Limits(confirm_usd_above=Decimal(9), usd_per_run=Decimal(5))
    return await start(
        limits=limits, painter=ScriptedPainter([flat(s) for s in range(20, 240, 20)])
    )


async def six(program: Program) -> Post:
    """Anna has six styles painted; returns the post that shows them."""
    anna = program.person()
    await anna.slash("/styles")
    await anna.submit(await anna.opened(), prompt="a lighthouse", styles=STYLES)
    asked = await program.post(lambda post: "confirm" in post.buttons())
    await anna.click(asked, "confirm")
    return await program.post(lambda post: len(post.images()) == 6)


async def test_many_pictures_are_cards(server: SlackServer, studio: Program) -> None:
    post = await six(studio)
    assert [card["title"]["text"] for card in post.cards()][:2] == ["1 oil", "2 neon"]
    anna = studio.person()
    fresco = post.buttons()["details"]["options"][3]
    assert fresco["text"]["text"] == "4 fresco"
    await anna.click(post, "details", fresco["value"])
    assert "fresco" in str(await anna.opened(2))
    await anna.click(post, "continue:3")
    await studio.post(says("picked"))


async def test_many_pictures_stand_below_each_other_elsewhere(
    server: SlackServer, studio: Program
) -> None:
    server.unknown_blocks = NEW
    post = await six(studio)
    assert post.cards() == [] and {"continue:0", "details:5"} <= set(post.buttons())
    assert server.refused_blocks == ["carousel"]


async def test_direct_messages_suggest_what_to_say(server: SlackServer, start: Start) -> None:
    program = await start()
    said = await program.person().opens_messages()
    assert said["channel_id"] == "D0ANNA"
    assert [each["message"] for each in said["prompts"]][1:] == ["help", "sessions", "quota"]


async def test_an_older_app_suggests_nothing(server: SlackServer, start: Start) -> None:
    server.scopes = server.scopes.replace("assistant:write,", "")
    program = await start()
    assert program.adapter.missing_scopes == ()
    anna = program.person()
    await anna.event(
        {"type": "app_home_opened", "user": anna.id, "tab": "messages", "channel": "D0ANNA"}
    )
    await program.adapter.settle()
    assert server.prompts == [] and server.called("assistant.threads.setSuggestedPrompts") == []
