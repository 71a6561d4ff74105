"""After a refusal nothing that was typed is lost: its form opens again as it was filled in."""

import json
from typing import Any

from core.domain.access import PROGRAM
from core.domain.commands import Actor
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import thread_of
from tests.standins.discord_people import Asked
from tests.standins.discord_server import DiscordServer
from tests.standins.discord_world import ANNA, BEN, GUILD, buttons

TYPED = {"goal": "a fox", "iterations": 2, "quality": "low", "stop": "never"}


def inputs(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["component"]["custom_id"]: row["component"] for row in form["components"]}


async def refused(server: DiscordServer) -> Asked:
    asked = await server.slash("refine", TYPED, image=b"no picture")
    await server.until(lambda: "Change and try again" in buttons(asked.original or {}))
    return asked


async def test_a_refused_command_comes_back_as_a_form_and_is_said_again(
    server: DiscordServer, program: Program
) -> None:
    asked = await refused(server)
    form = (await server.click(asked.original or {}, "Change and try again")).form
    shown = inputs(form)
    assert (shown["goal"]["value"], shown["iterations"]["value"]) == ("a fox", "2")
    chosen = [row["value"] for row in shown["stop"]["options"] if row.get("default")]
    assert chosen == ["never"]
    assert shown["image"]["required"] is False
    await server.submit(form, {"image": REFERENCE, "goal": "a red fox"})
    await thread_of(server)
    rows = await program.service.sessions(Actor("discord", GUILD, ANNA))
    tree = await program.service.tree(rows[0].session.id, PROGRAM)
    assert tree is not None
    plan = tree.runs[0].plan
    assert (tree.session.goal, plan.rounds, plan.quality, plan.stop) == (
        "a red fox",
        2,
        "low",
        "never",
    )


async def test_it_is_there_for_who_said_it_alone(server: DiscordServer, program: Program) -> None:
    asked = await refused(server)
    other = await server.click(asked.original or {}, "Change and try again", user=BEN)
    assert "not there any more" in json.dumps(other.response)
