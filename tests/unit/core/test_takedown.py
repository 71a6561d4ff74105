"""Taken down is taken down: in every post, by every link, on the disk."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.access import PROGRAM
from core.domain.commands import Ask, Discard, Stop, pick_key
from core.domain.errors import PictureLost
from core.domain.records import Iteration
from core.domain.updates import Described, Discarded, Finished, IterationFinished, Progressed
from core.imaging import tasks
from core.jobs.comic import MakeComic
from core.jobs.describe import DescribeImage
from core.jobs.journey import Journey
from core.jobs.pick import Pick
from core.jobs.tree import ShowTree
from core.service.takedown import TakeDown
from tests.harness import ANN, BOB, PAGE, Inline, T, World, refine


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    painter = ScriptedPainter([flat(90), flat(150), flat(190), flat(210), flat(220)])
    world = await World(tmp_path, painter=painter).open()
    yield world
    await world.close()


async def story(world: World, rounds: int = 3) -> tuple[str, list[Iteration]]:
    await world.send(refine(iterations=rounds, stop="never"))
    session = await world.only_session()
    return session, await world.nodes(session)


async def discard(world: World, node: Iteration, key: str = "web::x") -> None:
    await world.send(Discard(dedup_key=key, actor=ANN, place=PAGE, iteration=node.id))


async def closing(world: World, session: str) -> Finished:
    rows = await world.updates(session)
    return next(row.update for row in rows if isinstance(row.update, Finished))


async def is_there(world: World, hash: str) -> bool:
    try:
        await world.images.get(hash)
    except PictureLost:
        return False
    return True


async def test_nothing_that_was_said_leads_to_it_and_its_bytes_are_gone(world: World) -> None:
    session, nodes = await story(world)
    before = await closing(world, session)
    assert before.best is not None
    best = next(node for node in nodes if node.id == before.best.iteration)
    await discard(world, best)
    said = repr([row.update for row in await world.updates(session)])
    assert best.image not in said and before.contact_sheet not in said
    after = await closing(world, session)
    assert after.best is None and after.contact_sheet not in ("", before.contact_sheet)
    for hash in (best.image, before.contact_sheet, before.animation, before.animation_gif):
        assert not await is_there(world, hash)
    assert await is_there(world, after.contact_sheet)
    others = [node for node in nodes if node.id != best.id]
    assert all([await is_there(world, node.image) for node in others])
    rows = [row.update for row in await world.updates(session)]
    shown = [view.iteration for u in rows if isinstance(u, Progressed) for view in u.candidates]
    assert sorted(shown) == sorted(node.id for node in others)


async def test_until_it_is_drawn_anew_a_closing_shows_no_picture(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill may come between what is said anew and what is drawn anew."""

    async def killed(self: TakeDown, run: str) -> None:
        return None

    monkeypatch.setattr(TakeDown, "follow", killed)
    session, nodes = await story(world)
    await discard(world, nodes[0])
    after = await closing(world, session)
    assert (after.contact_sheet, after.animation, after.animation_gif) == ("", "", "")


async def test_all_rounds_can_be_taken_down_and_nobody_goes_on_from_one(world: World) -> None:
    session, nodes = await story(world)
    for number, node in enumerate(nodes):
        await discard(world, node, f"web::{number}x")
    after = await closing(world, session)
    assert (after.best, after.contact_sheet, after.animation_gif) == (None, "", "")
    rounds = [r.update for r in await world.updates(session)]
    assert all(u.candidates == () for u in rounds if isinstance(u, IterationFinished))
    key = pick_key("web", "", nodes[0].id, "bob")
    await world.send(Pick(dedup_key=key, actor=BOB, place=PAGE, iteration=nodes[0].id))
    assert await world.service.refusal(key, BOB) is not None
    ask = Ask(dedup_key="web::mail", actor=ANN, place=PAGE, what="image", about=nodes[0].id)
    await world.send(ask)
    assert await world.service.refusal("web::mail", ANN) is not None


async def test_the_same_bytes_elsewhere_stay(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter([flat(90)] * 4)).open()
    _, nodes = await story(world, 2)
    assert nodes[0].image == nodes[1].image
    await discard(world, nodes[0])
    assert await is_there(world, nodes[1].image)
    assert not await world.service.taken_down(nodes[1].image)
    await discard(world, nodes[1], "web::y")
    assert not await is_there(world, nodes[1].image)
    await world.close()


async def test_a_letter_is_taken_back(world: World) -> None:
    _, nodes = await story(world)
    await world.send(
        Ask(dedup_key="web::mail", actor=BOB, place=PAGE, what="image", about=nodes[1].id)
    )
    await discard(world, nodes[1])
    async with world.store.read() as uow:
        answers = await uow.outbox.of_session("")
    back = [row.update for row in answers if isinstance(row.update, Discarded)]
    assert [(each.copy, each.iteration) for each in back] == [("asked:web::mail", nodes[1].id)]


async def test_while_its_run_goes_on_the_link_is_dead_and_the_bytes_wait(tmp_path: Path) -> None:
    painter = ScriptedPainter([flat(90), flat(150), flat(190)], seconds=0.3)
    world = await World(tmp_path, painter=painter).open()
    await world.service.receive(refine(iterations=3, stop="never"))
    await world.service.settle_down()
    session = await world.only_session()
    async with asyncio.timeout(20):
        while not (nodes := await world.nodes(session)):
            await asyncio.sleep(0.01)
    command = Discard(dedup_key="web::x", actor=ANN, place=PAGE, iteration=nodes[0].id)
    await world.service.receive(command)
    await world.service.settle_down()
    assert await world.service.taken_down(nodes[0].image)
    assert await is_there(world, nodes[0].image), "the run still compares with it"
    stop = Stop(dedup_key="web::stop", actor=ANN, place=PAGE, session=session)
    await world.service.receive(stop)
    await world.settle()
    await world.service.sweep()
    assert not await is_there(world, nodes[0].image)
    assert nodes[0].image not in repr(await world.service.deliveries(session, PROGRAM))
    await world.close()


async def described(world: World, session: str) -> list[Described]:
    rows = await world.updates(session)
    return [row.update for row in rows if isinstance(row.update, Described)]


async def test_what_was_said_or_drawn_of_it_goes_as_well(world: World) -> None:
    session, nodes = await story(world, 2)
    known: dict[str, Any] = {"actor": ANN, "place": replace(PAGE, thread=session)}
    await world.send(ShowTree(dedup_key="web::d1", session=session, **known))
    await world.send(DescribeImage(dedup_key="web::d2", iteration=nodes[0].id, **known))
    await world.send(DescribeImage(dedup_key="web::d3", iteration=nodes[1].id, **known))
    tree, first, second = await described(world, session)
    assert (tree.made_of, first.image) == ((nodes[0].id, nodes[1].id), nodes[0].image)
    await discard(world, nodes[0])
    rows = [row.update for row in await world.updates(session)]
    back = {each.copy for each in rows if isinstance(each, Discarded)}
    assert back >= {tree.subject, first.subject}
    assert second.subject not in back
    said = repr(rows)
    assert nodes[0].image not in said
    assert tree.image not in said
    assert not await is_there(world, nodes[0].image)
    assert not await is_there(world, tree.image)
    assert (await described(world, session))[2] == second
    await world.send(ShowTree(dedup_key="web::d4", session=session, **known))
    assert (await described(world, session))[3].made_of == (nodes[1].id,)


async def test_a_comic_page_goes_with_a_scene_of_it_and_is_drawn_without(tmp_path: Path) -> None:
    world = await World(tmp_path, critic=ScriptedCritic()).open()
    known: dict[str, Any] = {"actor": ANN, "place": PAGE}
    await world.send(Journey(dedup_key="web::1", theme="a fox", **known))
    session = await world.only_session()
    for number in (2, 3):
        node = (await world.nodes(session))[-1]
        await world.send(Journey(dedup_key=f"web::{number}", iteration=node.id, choice=1, **known))
    nodes = await world.nodes(session)
    await world.send(MakeComic(dedup_key="web::c1", session=session, **known))
    (page,) = await described(world, session)
    assert page.made_of == tuple(node.id for node in nodes)
    await discard(world, nodes[0])
    assert not await is_there(world, page.image)
    await world.send(MakeComic(dedup_key="web::c2", session=session, **known))
    assert (await described(world, session))[1].made_of == (nodes[1].id, nodes[2].id)
    await world.close()


class Meanwhile(Inline):
    """Something happens while this is worked on for the first time."""

    def __init__(self, work: object) -> None:
        self.work, self.times = work, 0
        self.happens: Callable[[], Awaitable[object]] | None = None

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        if function == self.work:
            self.times += 1
            if self.times == 1 and self.happens is not None:
                await self.happens()
        return await super().run(function, *args, timeout=timeout)


async def test_what_is_taken_down_while_it_is_judged_stays_taken_down(tmp_path: Path) -> None:
    pixels = Meanwhile(tasks.score)
    painter = ScriptedPainter([flat(90), flat(150)])
    world = await World(tmp_path, painter=painter, pixels=pixels).open()

    async def taken_down() -> None:
        (one,) = await world.service.sessions(ANN)
        (node,) = await world.nodes(one.session.id)
        gone = Discard(dedup_key="web::x", actor=ANN, place=PAGE, iteration=node.id)
        await world.service.receive(gone)
        async with asyncio.timeout(20):
            while not (await world.nodes(one.session.id))[0].discarded:
                await asyncio.sleep(0.01)

    pixels.happens = taken_down
    session, nodes = await story(world, 2)
    assert [node.discarded for node in nodes] == [True, False]
    await world.service.sweep()
    assert nodes[0].image not in repr([row.update for row in await world.updates(session)])
    assert not await is_there(world, nodes[0].image)
    await world.close()


async def test_what_is_taken_down_while_it_is_drawn_is_drawn_anew(tmp_path: Path) -> None:
    pixels = Meanwhile(tasks.lineage)
    painter = ScriptedPainter([flat(90), flat(150)])
    world = await World(tmp_path, painter=painter, pixels=pixels).open()
    session, nodes = await story(world, 2)
    gone = Discard(dedup_key="web::x", actor=ANN, place=PAGE, iteration=nodes[0].id)

    async def taken_down() -> None:
        await world.service.receive(gone)
        async with asyncio.timeout(20):
            while not (await world.nodes(session))[0].discarded:
                await asyncio.sleep(0.01)

    pixels.happens = taken_down
    await world.send(ShowTree(dedup_key="web::d1", actor=ANN, place=PAGE, session=session))
    assert pixels.times == 2
    assert [each.made_of for each in await described(world, session)] == [(nodes[1].id,)]
    await world.close()
