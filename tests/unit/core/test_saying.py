"""Words to a picture on the real path: what they become, and what undo does and costs."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from adapters.models.scripted import ScriptedPainter
from core.domain.access import PROGRAM
from core.domain.commands import Discard, ImageHandle, Place, Say, Undo
from core.domain.defaults import LoopDefaults
from core.domain.records import RunRecord, RunStatus
from core.domain.updates import Accepted, Discarded, IterationFinished
from core.jobs.edit import Edit
from core.jobs.imagine import Imagine
from core.models.painter import PainterProfile
from core.ports.api import Cancelled
from core.service.undoing import BROUGHT, FIRST
from tests.harness import ANN, BOB, PAGE, World, refine

SHORT = LoopDefaults(iterations=1, continue_iterations=1)
DM = Place("web", "", "dm-ann", is_dm=True)


class Inside(ScriptedPainter):
    @property
    def profile(self) -> PainterProfile:
        return replace(super().profile, only_masked=True)


class Talking:
    """A session's thread, and what is said in it."""

    def __init__(self, world: World) -> None:
        self.world, self.count = world, 0

    async def say(self, words: str, **fields: object) -> str:
        """What it is refused with, "" where it is taken."""
        self.count += 1
        known: dict[str, object] = {"actor": ANN, "place": PAGE, **fields}
        key = f"web::say{self.count}"
        await self.world.send(Say(dedup_key=key, words=words, **known))  # type: ignore[arg-type]
        async with self.world.store.read() as uow:
            row = await uow.inbox.get(key)
        assert row is not None
        return row.error

    async def last(self, session: str) -> RunRecord:
        return (await self.world.runs(session))[-1]

    async def shown(self, session: str) -> list[IterationFinished]:
        posts = [each.update for each in await self.world.updates(session)]
        return [each for each in posts if isinstance(each, IterationFinished)]


async def painted(world: World) -> str:
    """A session of one edited photograph."""
    edit = Edit(
        dedup_key="web::0",
        actor=ANN,
        place=PAGE,
        image=ImageHandle("web", "ref"),
        instruction="paint the door red",
    )
    await world.send(edit)
    return await world.only_session()


async def test_each_sentence_becomes_the_job_it_asks_for(tmp_path: Path) -> None:
    world = await World(tmp_path, loop=SHORT).open()
    talking, session = Talking(world), await painted(world)
    (first,) = await world.nodes(session)
    for words, mode, wish in (
        ("paint the roof green", "edit", "paint the roof green"),
        ("again", "edit", "paint the roof green"),
        ("bigger", "upscale", "2 times as large"),
        ("breiter", "outpaint", "More around it"),
        ("make 4", "vary", "A subtle variation"),
        ("in the evening, more dramatic", "refine", "in the evening, more dramatic"),
    ):
        assert await talking.say(words, session=session) == "", words
        run = await talking.last(session)
        assert (run.plan.mode, run.plan.wish) == (mode, wish), words
    assert await talking.say("paint the sky pink", iteration=first.id) == ""
    assert (await talking.last(session)).plan.base == first.id
    assert await talking.say("darker", iteration=first.id) == ""
    run = await talking.last(session)
    assert (run.plan.mode, run.plan.base, run.plan.wish) == ("refine", first.id, "darker")
    assert "4 at once" in await talking.say("make 9", session=session)
    assert "no picture that this could mean" in await talking.say("undo")
    assert "not there any more" in await talking.say("undo", session="elsewhere")
    assert await talking.say("stop", session=session) == "There is no run to stop."
    await world.close()


async def test_who_edits_inside_a_part_alone_is_asked_where_the_words_name_one(
    tmp_path: Path,
) -> None:
    painter = Inside(mask=True)
    world = await World(tmp_path, painter=painter, loop=SHORT).open()
    talking = Talking(world)
    await world.send(Imagine(dedup_key="web::0", actor=ANN, place=PAGE, prompt="a house"))
    session = await world.only_session()
    assert await talking.say("make the top right of the picture green", session=session) == ""
    assert painter.requests[-1].mask is not None
    assert await talking.say("paint the door red", session=session) == ""
    assert (await talking.last(session)).plan.mode == "refine"
    await world.close()


async def test_undo_goes_back_step_by_step_for_nothing(tmp_path: Path) -> None:
    world = await World(tmp_path, loop=SHORT).open()
    talking, session = Talking(world), await painted(world)
    assert await talking.say("add a boat", session=session) == ""
    first, second = await world.nodes(session)
    spent = await world.service.quota(ANN)
    assert "Only Ann" in await talking.say("undo", session=session, actor=BOB)
    assert await talking.say("undo", session=session) == ""
    (summary,) = await world.service.sessions(ANN)
    assert summary.best is not None
    assert summary.best.id == first.id
    again = (await talking.shown(session))[-1]
    assert (again.candidates[0].iteration, again.run) == (first.id, first.run)
    assert again.subject != f"round:{first.run}/1"
    assert await talking.say("undo", session=session) == ""
    (root,) = [node for node in await world.nodes(session) if node.words == BROUGHT]
    assert (root.width, root.height) == (64, 64)
    assert await talking.say("undo", session=session) == FIRST
    assert await world.service.quota(ANN) == spent
    assert await talking.say("add a kite", session=session) == ""
    third = (await world.nodes(session))[-1]
    assert third.parent == root.id
    (summary,) = await world.service.sessions(ANN)
    assert summary.best is not None
    assert summary.best.id == third.id
    assert await talking.say("undo", iteration=second.id) == ""
    assert (await talking.shown(session))[-1].candidates[0].iteration == first.id
    await world.close()


async def test_what_undo_showed_again_is_taken_down_with_its_picture(tmp_path: Path) -> None:
    world = await World(tmp_path, loop=SHORT).open()
    talking, session = Talking(world), await painted(world)
    assert await talking.say("add a boat", session=session) == ""
    first, second = await world.nodes(session)
    await world.send(Undo(dedup_key="web::u", actor=ANN, place=PAGE, iteration=second.id))
    again = (await talking.shown(session))[-1]
    await world.send(Discard(dedup_key="web::d", actor=ANN, place=PAGE, iteration=first.id))
    posts = [each.update for each in await world.updates(session)]
    gone = {each.subject for each in posts if isinstance(each, Discarded)}
    assert gone == {f"round:{first.run}/1", again.subject}
    assert (await talking.shown(session))[-1].candidates == ()
    assert "not there any more" in await talking.say("undo", iteration=second.id)
    await world.close()


async def test_in_direct_messages_words_are_about_the_last_picture_or_a_new_wish(
    tmp_path: Path,
) -> None:
    world = await World(tmp_path, loop=SHORT).open()
    talking = Talking(world)
    assert await talking.say("a green elephant", place=DM) == ""
    assert await talking.say("make it darker", place=DM) == ""
    session = await world.only_session()
    assert len(await world.runs(session)) == 2
    assert await talking.say("a red fox", place=DM) == ""
    new, old = (each.session.id for each in await world.service.sessions(ANN))
    assert old == session
    (accepted,) = [
        each.update
        for each in await world.service.deliveries(new, PROGRAM)
        if isinstance(each.update, Accepted)
    ]
    assert accepted.before == session
    assert "no picture" in await talking.say("undo", place=DM, actor=BOB)
    (run,) = await world.runs(new)
    assert await talking.say("a red fox", place=DM, instead=run.id) == ""
    assert (await talking.last(session)).plan.wish == "a red fox"
    await world.close()


async def test_all_of_mine_is_cancelled_and_counted(tmp_path: Path) -> None:
    world = await World(tmp_path, loop=SHORT).open()
    world.painter.usd = Decimal("0.02")
    world.painter.worst = Decimal("0.02")
    going = asyncio.Event()
    world.painter.hook = lambda request: going.set()
    world.painter.seconds = 0.02
    for number, who in enumerate((ANN, ANN, BOB)):
        refining = refine(key=f"web::{number}", actor=who, iterations=9, stop="never")
        await world.service.receive(refining)
    await world.service.settle_down()
    await asyncio.wait_for(going.wait(), 20)
    stopped = await world.service.cancel_all(ANN)
    assert stopped.runs == 2
    assert stopped.usd > 0
    await world.settle()
    for summary in await world.service.sessions(ANN):
        assert summary.run is not None
        assert summary.run.status is RunStatus.STOPPED
    (bobs,) = await world.service.sessions(BOB)
    assert bobs.run is not None
    assert bobs.run.status is RunStatus.DONE
    assert await world.service.cancel_all(ANN) == Cancelled(runs=0, usd=Decimal(0))
    await world.close()
