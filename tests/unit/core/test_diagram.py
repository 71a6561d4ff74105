"""/diagram: labels in quotes are read back, and what is wrong is said; nothing is charged in vain."""

from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedCritic
from core.domain.access import PROGRAM
from core.domain.commands import ImageHandle
from core.domain.updates import IterationFinished
from core.jobs.diagram import Diagram, labels_in
from tests.harness import ANN, PAGE, World

GOAL = "a box “Client” with an arrow to “Server”, which asks “Database”"


async def posted(world: World) -> IterationFinished:
    session = await world.only_session()
    deliveries = await world.service.deliveries(session, PROGRAM)
    (update,) = [d.update for d in deliveries if isinstance(d.update, IterationFinished)]
    return update


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        ((True, True, True), ""),
        ((True, False, None), "Not lettered as asked: “Server”. Could not be read: “Database”."),
    ],
)
async def test_what_is_misspelled_is_said(
    tmp_path: Path, answers: tuple[bool | None, ...], note: str
) -> None:
    critic = ScriptedCritic(eyes=True, checks=[answers], usd=Decimal("0.001"))
    world = await World(tmp_path, critic=critic).open()
    await world.send(Diagram(dedup_key="web::1", actor=ANN, place=PAGE, goal=GOAL))
    update = await posted(world)
    assert update.note.startswith(note)
    assert bool(update.note) == bool(note)
    assert (update.mode, update.words, update.shown) == ("diagram", GOAL, "picture")
    assert update.cost == Decimal("0.011")
    await world.close()


async def test_a_scribble_is_drawn_anew_from_itself(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    picture = ImageHandle("web", "ref")
    await world.send(Diagram(dedup_key="web::1", actor=ANN, place=PAGE, image=picture))
    (request,) = world.painter.requests
    assert (request.operation, len(request.sources)) == ("vary", 1)
    await world.close()


async def test_nothing_said_is_a_sentence(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    await world.send(Diagram(dedup_key="web::1", actor=ANN, place=PAGE))
    async with world.store.read() as uow:
        row = await uow.inbox.get("web::1")
    assert row is not None
    assert row.error.startswith("Say what the diagram shows")
    assert world.painter.requests == []
    await world.close()


def test_labels_are_what_stands_in_quotes_each_once() -> None:
    assert labels_in('"A b" to «C», “A b” again, „Ünter“') == ("A b", "C", "Ünter")
