"""/darkroom settings: the panel, what it stores, and that it holds."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.settings import ServerSettings
from core.models.painter import PainterProfile
from core.runtime.models import ModelSet
from core.service.alerts import Operator
from tests.integration.discord.conftest import Start
from tests.integration.discord.program import REFERENCE, Program
from tests.integration.discord.story import finished, messages, saying, thread_of
from tests.standins.discord_people import EPHEMERAL, Asked
from tests.standins.discord_server import CHANNEL, DiscordServer
from tests.standins.discord_world import (
    ANNA,
    BEN,
    DM,
    GUILD,
    MOD_ROLE,
    MODERATOR,
    VOICE,
    buttons,
    media,
    texts,
    walk,
)

NOTHING: dict[str, Any] = {"content": "", "components": []}


async def opened(server: DiscordServer, user: str = MODERATOR) -> dict[str, Any]:
    asked = await server.slash("darkroom settings", user=user)
    assert asked.original is not None
    return asked.original


async def stored(program: Program) -> ServerSettings:
    return await program.service.settings("discord", GUILD)


async def saved(server: DiscordServer, asked: Asked) -> None:
    def shown() -> bool:
        token = asked.payload["token"]
        return any(r.method == "PATCH" and token in r.path for r in server.requests)

    await server.until(shown)
    assert "Saved." in texts(asked.original or NOTHING)


async def test_the_command_is_for_people_who_manage_the_server(
    server: DiscordServer, program: Program
) -> None:
    (row,) = [row for row in server.commands if row["name"] == "darkroom"]
    assert row["default_member_permissions"] in (32, "32")
    assert row["contexts"] == [0]
    panel = await opened(server, user=ANNA)
    assert "Only people who manage" in texts(panel)
    assert not buttons(panel)


async def test_every_control_is_stored_and_shown(server: DiscordServer, program: Program) -> None:
    panel = await opened(server)
    assert panel["flags"] & EPHEMERAL
    for name, values in (
        ("channels", (CHANNEL, VOICE)),
        ("roles", (MOD_ROLE,)),
        ("people", (BEN,)),
        ("quality", ("high",)),
        ("size", ("1536x1024",)),
        ("review", ("on",)),
        ("nsfw", ("age_restricted",)),
    ):
        await saved(server, await server.select(panel, f"|{name}", *values, user=MODERATOR))
    form = (await server.click(panel, "Rounds and images", user=MODERATOR)).form
    numbers = {"iterations": "2", "candidates": "3", "images_per_day": "40", "usd_per_day": "2,50"}
    await saved(server, await server.submit(form, numbers, user=MODERATOR, message=panel))
    assert await stored(program) == ServerSettings(
        channels=(CHANNEL, VOICE),
        roles=(MOD_ROLE,),
        people=(BEN,),
        quality="high",
        size="1536x1024",
        review=True,
        nsfw="age_restricted",
        iterations=2,
        candidates=3,
        images_per_day=40,
        usd_per_day=Decimal("2.50"),
    )
    again = await opened(server)
    shown = {
        part["custom_id"].split("|")[2]: [row["id"] for row in part["default_values"]]
        for part in walk(again["components"])
        if part.get("default_values")
    }
    assert shown == {"channels": [CHANNEL, VOICE], "roles": [MOD_ROLE], "people": [BEN]}
    chosen = [
        option["value"]
        for part in walk(again["components"])
        for option in part.get("options") or []
        if option.get("default")
    ]
    assert chosen == ["-", "high", "1536x1024", "on", "-", "age_restricted"]
    assert "**Rounds** 2 · **images a round** 3" in texts(again)
    assert "images 40 · dollars $2.50" in texts(again)
    quota = texts((await server.slash("quota", user=MODERATOR)).original or {})
    assert "Everybody here: 0 of 40 images" in quota and "Everybody here: $0 of $2.50" in quota


async def test_two_changes_at_once_are_both_kept(server: DiscordServer, program: Program) -> None:
    panel = await opened(server)
    first, second = await asyncio.gather(
        server.select(panel, "|quality", "low", user=MODERATOR),
        server.select(panel, "|size", "auto", user=MODERATOR),
    )
    await saved(server, first)
    await saved(server, second)
    assert await stored(program) == ServerSettings(quality="low", size="auto")


async def test_undo_and_back_to_defaults(server: DiscordServer, program: Program) -> None:
    panel = await opened(server)
    await saved(server, await server.select(panel, "|quality", "low", user=MODERATOR))
    await saved(server, await server.select(panel, "|quality", "max", user=MODERATOR))
    await saved(server, await server.click(panel, "Undo", user=MODERATOR))
    assert (await stored(program)).quality == "low"
    await saved(server, await server.click(panel, "Back to defaults", user=MODERATOR))
    assert await stored(program) == ServerSettings()
    await saved(server, await server.click(panel, "Undo", user=MODERATOR))
    assert (await stored(program)).quality == "low"


async def test_the_panel_works_after_a_restart(server: DiscordServer, start: Start) -> None:
    first = await start()
    panel = await opened(server)
    await first.stop()
    second = await start()
    await saved(server, await server.select(panel, "|size", "auto", user=MODERATOR))
    assert (await stored(second)).size == "auto"


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [({"iterations": "900"}, "iterations is a number"), ({"candidates": "two"}, "whole number")],
)
async def test_a_number_that_cannot_be_is_refused_in_the_panel(
    server: DiscordServer, program: Program, numbers: dict[str, str], sentence: str
) -> None:
    panel = await opened(server)
    form = (await server.click(panel, "Rounds and images", user=MODERATOR)).form
    await server.submit(form, numbers, user=MODERATOR, message=panel)
    await server.until(lambda: sentence in texts(panel))
    assert "Back to defaults" in buttons(panel)
    assert await stored(program) == ServerSettings()


async def test_a_member_cannot_change_an_open_panel(
    server: DiscordServer, program: Program
) -> None:
    panel = await opened(server)
    await server.select(panel, "|quality", "low", user=ANNA)
    await server.until(lambda: "admin" in texts(panel).lower())
    assert await stored(program) == ServerSettings()


async def test_the_rules_hold_for_commands_buttons_and_stars(
    server: DiscordServer, program: Program
) -> None:
    panel = await opened(server)
    await saved(server, await server.select(panel, "|people", BEN, user=MODERATOR))
    refused = await server.slash("refine", {"goal": "a fox"}, user=ANNA)
    await server.until(lambda: "only some people" in texts(refused.original or NOTHING))
    await server.slash("refine", {"goal": "a fox", "iterations": 1}, user=BEN)
    thread = await thread_of(server)
    await finished(server, thread)
    (round_,) = saying(server, "### Round", thread)
    asked = await server.click(round_, "Continue from this", user=ANNA)
    await server.until(lambda: "only some people" in texts(asked.original or NOTHING))
    assert len(messages(server)) == 1
    await saved(server, await server.select(panel, "|channels", VOICE, user=MODERATOR))
    elsewhere = await server.slash("refine", {"goal": "a fox"}, user=BEN)
    await server.until(lambda: "other channels" in texts(elsewhere.original or NOTHING))


async def test_defaults_of_the_server_fill_what_nobody_named(
    server: DiscordServer, program: Program
) -> None:
    panel = await opened(server)
    form = (await server.click(panel, "Rounds and images", user=MODERATOR)).form
    numbers = {"iterations": "1", "candidates": "2"}
    await saved(server, await server.submit(form, numbers, user=MODERATOR, message=panel))
    await server.slash("refine", {"goal": "a fox"}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    (round_,) = saying(server, "### Round 1 of 1", thread)
    assert len(list(media(round_["components"]))) == 2


@pytest.mark.parametrize("rule", ["strict", "age_restricted"])
async def test_pictures_in_age_restricted_channels_are_covered_where_the_rule_says_so(
    server: DiscordServer, start: Start, rule: str
) -> None:
    server.world.channels[CHANNEL]["nsfw"] = True
    await start()
    panel = await opened(server)
    if rule != "strict":
        await saved(server, await server.select(panel, "|nsfw", rule, user=MODERATOR))
    await server.slash("refine", {"goal": "a fox", "iterations": 1}, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    covers = [
        bool(item.get("spoiler"))
        for message in [*messages(server), *messages(server, thread)]
        for part in walk(message["components"])
        for item in [*(part.get("items") or []), *([part] if part["type"] == 11 else [])]
    ]
    assert len(covers) >= 4
    assert set(covers) == {rule == "age_restricted"}


class ByFormula(ScriptedPainter):
    """Stands for the embedded engine."""

    @property
    def profile(self) -> PainterProfile:
        return replace(super().profile, provider="offline", embedded=True)


@pytest.mark.parametrize("by", ["the server", "a person"])
async def test_the_embedded_engine_may_be_chosen_and_every_post_says_so(
    server: DiscordServer, start: Start, by: str
) -> None:
    spare = ByFormula(moves=[flat(90)], model="gouache")
    critic = ScriptedCritic()
    model_set = ModelSet(painter=spare, editor=None, critic=critic, judge=critic, styles=("oil",))
    program = await start(spare=model_set)
    options = {"goal": "a fox", "iterations": 1}
    if by == "a person":
        options["model"] = "offline:gouache"
    else:
        panel, name = await opened(server), "offline:gouache"
        await saved(server, await server.select(panel, "|painter", name, user=MODERATOR))
    await server.slash("refine", options, image=REFERENCE)
    thread = await thread_of(server)
    await finished(server, thread)
    assert spare.requests
    assert not program.painter.requests
    posts = [*messages(server), *messages(server, thread)]
    assert len(posts) == 3
    assert all("no neural network" in texts(post) for post in posts)


async def test_a_painter_that_is_gone_is_shown_to_the_admins_and_none_is_offered(
    server: DiscordServer, program: Program
) -> None:
    async with program.store.write() as uow:
        await uow.servers.save_settings("discord", GUILD, ServerSettings(painter="offline:ink"))
    rows = [row for p in walk((await opened(server))["components"]) for row in p.get("options", ())]
    shown = next(row["label"] for row in rows if row.get("default"))
    assert shown == "offline:ink: not there any more"
    asked = await server.slash("refine", {"model": ""}, complete="model")
    assert asked.choices == []


async def test_a_notice_to_the_operator_is_a_direct_message(
    server: DiscordServer, program: Program
) -> None:
    operator = Operator(program.store, lambda: datetime.now(UTC), f"discord:{ANNA}")
    await operator.tell("budget", "The day's budget is used up.")
    (mail,) = await server.until(lambda: messages(server, DM))
    assert "budget is used up" in texts(mail)
    opened = [r for r in server.requests if r.path == "/users/@me/channels"]
    assert [r.body for r in opened] == [{"recipient_id": ANNA}]
