"""Work on pictures that comes to nothing costs a sentence, not a run, and nothing waits for it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.errors import PixelsFailed
from core.domain.records import RunStatus
from core.domain.updates import Finished, IterationFinished, Noticed, Refused
from core.imaging import tasks
from core.steps.post_round import UNMEASURED
from tests.harness import ANN, Inline, World, refine

T = TypeVar("T")
WHY = "The process that worked on the picture ended twice before it was done."


class Failing(Inline):
    """Every worker that is given one of these functions dies."""

    def __init__(self, *functions: Callable[..., object]) -> None:
        self.functions = functions

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        if function in self.functions:
            raise PixelsFailed(WHY)
        return await super().run(function, *args, timeout=timeout)


@pytest.fixture
def failing(tmp_path: Path):
    async def world(*functions: Callable[..., object], **options: object) -> World:
        return await World(tmp_path, pixels=Failing(*functions), **options).open()  # type: ignore[arg-type]

    return world


async def test_a_picture_that_kills_the_worker_is_refused_in_a_sentence(failing) -> None:
    world = await failing(tasks.admit)
    await world.send(refine())
    (told,) = [d.update for d in await world.updates("")]
    assert isinstance(told, Refused)
    assert told.sentence == f"{WHY} Send it smaller, or another one."
    assert not await world.service.sessions(ANN)
    await world.close()


async def test_an_image_that_cannot_be_measured_stays_and_says_so(failing) -> None:
    world = await failing(tasks.score)
    await world.send(refine(iterations=2))
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert run.status is RunStatus.DONE
    rounds = [d.update for d in await world.updates(session)]
    posts = [each for each in rounds if isinstance(each, IterationFinished)]
    assert [each.note for each in posts] == [UNMEASURED, UNMEASURED]
    assert all(node.score is None for node in await world.nodes(session))
    await world.close()


async def test_closing_pictures_that_cannot_be_made_are_left_out(failing) -> None:
    world = await failing(tasks.contact_sheet, tasks.animation)
    await world.send(refine(iterations=2))
    session = await world.only_session()
    (end,) = [d.update for d in await world.updates(session) if isinstance(d.update, Finished)]
    assert (end.contact_sheet, end.animation) == ("", "")
    assert end.plot
    await world.close()


async def test_a_painter_whose_own_work_fails_skips_the_round_and_bills_nothing(failing) -> None:
    painter = ScriptedPainter(moves=(PixelsFailed(WHY), flat(120)))
    world = await failing(painter=painter)
    await world.send(refine(iterations=1))
    session = await world.only_session()
    said = [
        d.update.sentence for d in await world.updates(session) if isinstance(d.update, Noticed)
    ]
    assert said == [f"Round 1 is skipped: {WHY}"]
    (run,) = await world.runs(session)
    assert run.status is RunStatus.DONE
    async with world.store.read() as uow:
        settled = [
            row for row in await uow.ledger.of_run(run.id) if row.kind in ("settle", "unknown")
        ]
    assert sum(row.images for row in settled) == 0
    await world.close()


async def test_a_reference_that_rotted_on_the_disk_ends_the_run_in_a_sentence(
    tmp_path: Path,
) -> None:
    world = await World(tmp_path).open()
    hash = await world.images.put(tasks.admit(flat(200)).data)
    (tmp_path / "images" / hash[:2] / hash).write_bytes(b"rotten")

    async def kept(data: bytes) -> str:
        return hash

    world.images.put = kept  # type: ignore[method-assign]
    await world.send(refine(iterations=2))
    await asyncio.sleep(0)
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert (run.status, run.reason) == (
        RunStatus.FAILED,
        "The picture's file is damaged: it can't be shown any more.",
    )
    await world.close()
