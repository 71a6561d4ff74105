"""Picture jobs: over a picture brought along, over an iteration, over the thread they are said in."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adapters.models.scripted import ScriptedPainter, flat
from core.domain.access import PROGRAM
from core.domain.commands import ImageHandle, Place
from core.domain.errors import PolicyRefusal
from core.domain.records import RunStatus
from core.domain.updates import IterationFinished
from core.imaging import codec, keep
from core.jobs.again import Again
from core.jobs.edit import Edit
from core.jobs.imagine import Imagine
from core.jobs.outpaint import Outpaint, margins_of
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from core.jobs.vary import Vary
from tests.harness import ANN, PAGE, REFERENCE, World

PICTURE = ImageHandle("web", "ref")


async def sent(world: World, **fields: object) -> str:
    """The error that a /vary with these fields ends with."""
    key = f"web::{len(fields)}{fields.get('iteration', '')}"
    await world.send(Vary(dedup_key=key, actor=ANN, place=PAGE, **fields))  # type: ignore[arg-type]
    async with world.store.read() as uow:
        row = await uow.inbox.get(key)
    assert row is not None
    return row.error


async def test_a_picture_brought_along_begins_a_session_and_its_results_are_varied_again(
    tmp_path: Path,
) -> None:
    world = await World(tmp_path).open()
    assert await sent(world, image=PICTURE, candidates=3) == ""
    session = await world.only_session()
    nodes = sorted(await world.nodes(session), key=lambda node: node.candidate)
    assert [(n.parent, n.round, n.candidate, n.won) for n in nodes] == [
        ("", 1, 0, True),
        ("", 1, 1, False),
        ("", 1, 2, False),
    ]
    assert len({request.seed for request in world.painter.requests}) == 3
    assert {request.operation for request in world.painter.requests} == {"vary"}
    assert await sent(world, iteration=nodes[1].id) == ""
    runs = await world.runs(session)
    assert [(r.status, r.plan.base) for r in runs] == [
        (RunStatus.DONE, ""),
        (RunStatus.DONE, nodes[1].id),
    ]
    posts = [
        each.update
        for each in await world.service.deliveries(session, PROGRAM)
        if isinstance(each.update, IterationFinished)
    ]
    assert [(len(p.candidates), p.shown) for p in posts] == [(3, "picture"), (2, "picture")]
    await world.close()


async def test_without_a_picture_it_is_the_one_of_the_thread_or_a_sentence(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    assert "needs a picture" in await sent(world)
    place = replace(PAGE, thread="t1")
    await world.send(Vary(dedup_key="web::a", actor=ANN, place=place, image=PICTURE))
    session = await world.only_session()
    await world.send(Vary(dedup_key="web::b", actor=ANN, place=place))
    assert len(await world.runs(session)) == 2
    elsewhere = Place("web", "", "playground", thread="other")
    await world.send(Vary(dedup_key="web::c", actor=ANN, place=elsewhere))
    assert len(await world.runs(session)) == 2
    await world.close()


async def test_painted_again_it_is_the_same_work_and_picked_it_is_refined(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    await sent(world, image=PICTURE, candidates=2)
    session = await world.only_session()
    first = (await world.nodes(session))[1]
    await world.send(PaintAgain(dedup_key="web::p", actor=ANN, place=PAGE, iteration=first.id))
    again = (await world.nodes(session))[-1]
    assert (again.prompt, again.parent) == (first.prompt, first.parent)
    assert again.seed != first.seed
    await world.send(Pick(dedup_key="web::q", actor=ANN, place=PAGE, iteration=first.id))
    assert (await world.runs(session))[-1].plan.mode == "refine"
    await world.close()


async def test_a_refusal_is_softened_once_and_then_said(tmp_path: Path) -> None:
    painter = ScriptedPainter(moves=[PolicyRefusal("No."), PolicyRefusal("Still no.")])
    world = await World(tmp_path, painter=painter).open()
    await sent(world, image=PICTURE, candidates=1)
    (run,) = await world.runs(await world.only_session())
    assert (run.status, run.reason) == (RunStatus.FAILED, "Still no.")
    await world.close()


def test_what_was_there_stays_to_the_pixel() -> None:
    source = np.random.default_rng(3).integers(0, 255, (40, 60, 3), np.uint8)
    painted = flat(10, (130, 77))  # another size than was asked for
    made = codec.rgb(keep.inside(codec.encode_array(source), (20, 0, 5, 15), painted).data)
    assert made.shape == (60, 80, 3)
    assert np.array_equal(made[5:45, 20:80], source)
    mask = np.zeros((20, 30), np.uint8)
    mask[:, :15] = 255
    out = io.BytesIO()
    Image.fromarray(mask).save(out, "PNG")
    mixed = codec.rgb(
        keep.outside(codec.encode_array(source), out.getvalue(), flat(10, (30, 20))).data
    )
    assert np.array_equal(mixed[:, 30:], source[:, 30:])
    assert np.abs(mixed[:, :20].astype(int) - 10).max() <= 1


@pytest.mark.parametrize(
    ("direction", "amount", "margins"),
    [
        ("all", 50, (50, 50, 25, 25)),
        ("left", 10, (10, 0, 0, 0)),
        ("sides", 100, (100, 100, 0, 0)),
        ("square", 25, (0, 0, 25, 25)),
    ],
)
def test_margins(direction: str, amount: int, margins: tuple[int, ...]) -> None:
    assert margins_of(direction, amount, 100, 50) == margins  # type: ignore[arg-type]


async def test_outpainted_it_is_larger_by_what_was_asked(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter(moves=[flat(1, (30, 99))])).open()
    await world.send(
        Outpaint(
            dedup_key="web::o", actor=ANN, place=PAGE, image=PICTURE, direction="right", amount=50
        )
    )
    (node,) = await world.nodes(await world.only_session())
    before = codec.rgb(REFERENCE)
    after = codec.rgb(await world.images.get(node.image))
    height, width = before.shape[:2]
    assert after.shape[:2] == (height, width + width // 2)
    assert np.array_equal(after[:, :width], before)
    await world.close()


async def test_again_otherwise_is_the_same_words_in_another_size_and_quality(
    tmp_path: Path,
) -> None:
    painter = ScriptedPainter(qualities=("low", "high"))
    world = await World(tmp_path, painter=painter).open()
    imagine = Imagine(dedup_key="web::1", actor=ANN, place=PAGE, prompt="a fox", quality="low")
    await world.send(imagine)
    node = (await world.nodes(await world.only_session()))[0]

    async def again(number: int, of: str = node.id, **options: object) -> str:
        key = f"web::again{number}"
        command = Again(dedup_key=key, actor=ANN, place=PAGE, iteration=of, **options)  # type: ignore[arg-type]
        await world.send(command)
        async with world.store.read() as uow:
            row = await uow.inbox.get(key)
        assert row is not None
        return row.error

    assert await again(1, size="banner", quality="high") == ""
    last = painter.requests[-1]
    assert (last.prompt, last.quality, last.width == 3 * last.height) == ("a fox", "high", True)
    assert "Say what shall be different" in await again(2)
    assert "model is one of scripted:painter" in await again(3, painter="openai:gpt")
    edit = Edit(dedup_key="web::2", actor=ANN, place=PAGE, iteration=node.id, instruction="red")
    await world.send(edit)
    edited = (await world.nodes(node.session))[-1]
    assert "leave size out" in await again(4, edited.id, size="wide")
    assert await again(5, edited.id, quality="high") == ""
    assert (painter.requests[-1].operation, painter.requests[-1].quality) == ("edit", "high")
    await world.close()
