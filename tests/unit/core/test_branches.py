"""Branches have a name, get what the limits leave, and end with what they need and no more."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.commands import Actor, pick_key
from core.domain.ledger import Limits
from core.domain.records import Iteration
from core.domain.updates import Accepted, Finished, IterationFinished, Noticed, Refused
from core.jobs.continue_ import Continue
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from core.service.intake import letter
from tests.harness import ANN, BOB, PAGE, World, refine


async def begun(folder: Path, images: int, rounds: int = 1) -> tuple[World, Iteration]:
    limits = Limits(
        images_per_user_per_day=images, confirm_usd_above=Decimal(9), usd_per_run=Decimal(5)
    )
    world = await World(folder, painter=ScriptedPainter([flat(20)] * 20), limits=limits).open()
    await world.send(refine(iterations=rounds))
    nodes = await world.nodes(await world.only_session())
    return world, nodes[0]


def star(node: Iteration, actor: Actor = ANN) -> Pick:
    key = pick_key("web", "", node.id, actor.id)
    return Pick(dedup_key=key, actor=actor, place=PAGE, iteration=node.id, signal="reaction")


@pytest.mark.parametrize(("left", "rounds"), [(2, 2), (1, 1), (5, 3)])
async def test_a_star_gets_the_rounds_that_the_day_leaves_and_says_so(
    tmp_path: Path, left: int, rounds: int
) -> None:
    world, node = await begun(tmp_path, 1 + left)
    await world.send(star(node))
    runs = await world.runs(node.session)
    assert [run.plan.rounds for run in runs] == [1, rounds]
    assert runs[1].quote.images == rounds
    said = [u.sentence for u in await _all(world, node.session) if isinstance(u, Noticed)]
    assert any(f"It gets {rounds} of 3 rounds" in each for each in said) == (rounds < 3)
    await world.close()


async def test_with_nothing_left_a_star_is_refused(tmp_path: Path) -> None:
    world, node = await begun(tmp_path, 1)
    await world.send(star(node))
    assert len(await world.runs(node.session)) == 1
    (refusal,) = [u for u in await _all(world, "") if isinstance(u, Refused)]
    assert "0 of your 1 a day are left" in refusal.sentence
    await world.close()


async def test_whoever_names_a_number_is_told_instead(tmp_path: Path) -> None:
    world, node = await begun(tmp_path, 3)
    command = Continue(dedup_key="c", actor=ANN, place=PAGE, session=node.session, iterations=3)
    await world.send(command)
    assert len(await world.runs(node.session)) == 1
    await world.close()


async def test_branches_are_named_and_whose(tmp_path: Path) -> None:
    world, node = await begun(tmp_path, 30)
    await world.send(star(node, BOB))
    await world.send(PaintAgain(dedup_key="p", actor=ANN, place=PAGE, iteration=node.id))
    updates = await _all(world, node.session)
    for kind in (Accepted, IterationFinished, Finished):
        labels = dict.fromkeys(u.label for u in updates if isinstance(u, kind))
        assert list(labels) == ["", "B · Bob", "C · Ann"]
    said = [u.sentence for u in updates if isinstance(u, Noticed)]
    assert said[0].startswith("Branch B: Bob picked round 1")
    assert said[1].startswith("Branch C: Ann ")
    await world.close()


async def test_a_branch_of_one_round_ends_without_a_contact_sheet(tmp_path: Path) -> None:
    world, node = await begun(tmp_path, 30)
    await world.send(PaintAgain(dedup_key="p", actor=ANN, place=PAGE, iteration=node.id))
    await world.send(star(node, BOB))
    ends = [u for u in await _all(world, node.session) if isinstance(u, Finished)]
    assert [bool(end.contact_sheet) for end in ends] == [True, False, True]
    assert [bool(end.plot) for end in ends] == [True, False, True]
    await world.close()


def test_letters_go_on_after_z() -> None:
    assert [letter(n) for n in (1, 2, 26, 27, 28, 702, 703)] == [
        "A", "B", "Z", "AA", "AB", "ZZ", "AAA",
    ]  # fmt: skip


async def _all(world: World, session: str) -> list[object]:
    return [replace(row).update for row in await world.updates(session)]
