"""The question that doors ask before they show a form has the answer that intake would give."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from core.domain.commands import Actor
from core.domain.ledger import Limits
from core.domain.settings import ServerSettings
from tests.harness import ANN, BOB, PAGE, World, refine

ADMIN = Actor("web", "", "root", "Root", admin=True)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    limits = Limits(images_per_user_per_day=2, confirm_usd_above=Decimal(9), usd_per_run=Decimal(5))
    opened = await World(tmp_path, limits=limits).open()
    yield opened
    await opened.close()


async def test_who_is_let_in_may(world: World) -> None:
    assert await world.service.may(ANN, "refine", PAGE) == ""
    await world.service.configure(ADMIN, ServerSettings(people=("bob",), channels=("page",)))
    assert "only some people" in await world.service.may(ANN, "evolve", PAGE)
    assert await world.service.may(BOB, "refine", PAGE) == ""
    assert "other channels" in await world.service.may(BOB, "refine", replace(PAGE, channel="x"))
    assert await world.service.may(ADMIN, "refine", replace(PAGE, channel="x")) == ""


async def test_a_used_up_day_and_a_stop_of_all_runs_are_said_before(world: World) -> None:
    await world.send(refine(iterations=2, stop="never"))
    assert "0 of your 2 a day are left" in await world.service.may(ANN, "refine", PAGE)
    assert await world.service.may(BOB, "refine", PAGE) == ""
    async with world.store.write() as uow:
        await uow.servers.set_flag("frozen", "yes")
    assert "operator" in await world.service.may(BOB, "refine", PAGE)


async def test_what_belongs_to_others_is_said_before(world: World) -> None:
    await world.send(refine(iterations=1))
    (node,) = await world.nodes(await world.only_session())
    may = world.service.may
    assert await may(ANN, "edit_prompt", PAGE, iteration=node.id) == ""
    assert await may(BOB, "paint_again", PAGE, iteration=node.id) == ""
    assert "Only Ann" in await may(BOB, "edit_prompt", PAGE, iteration=node.id)
    assert "Only Ann" in await may(BOB, "revise", PAGE, run=node.run)
    assert await may(replace(BOB, moderator=True), "discard", PAGE, iteration=node.id) == ""
    assert "no run to stop" in await may(ANN, "stop", PAGE, run=node.run)  # it is over
    stranger = replace(BOB, tenant="elsewhere", admin=True, moderator=True)
    assert "not there" in await may(stranger, "pick", PAGE, iteration=node.id)
    assert "not there" in await may(ANN, "pick", PAGE, iteration="never-made")
