"""What a person prefers holds where they say nothing, within what the server and its painter allow."""

from dataclasses import replace
from pathlib import Path

from adapters.models.scripted import ScriptedPainter
from core.domain.access import PROGRAM
from core.domain.commands import Actor, ImageHandle
from core.domain.defaults import LoopDefaults
from core.domain.errors import BadRequest
from core.domain.preferences import Preferences
from core.domain.settings import ServerSettings
from core.domain.updates import Critiqued, Finished, IterationFinished, Noticed
from core.jobs.imagine import Imagine
from core.jobs.vary import Vary
from core.service.offers import needless
from tests.harness import ANN, BOB, PAGE, World, refine

ADMIN = replace(ANN, admin=True)


def imagine(number: int, actor: Actor = ANN, **options: object) -> Imagine:
    return Imagine(dedup_key=f"web::{number}", actor=actor, place=PAGE, prompt="a fox", **options)  # type: ignore[arg-type]


async def test_what_is_preferred_is_taken_where_nothing_is_said(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter(qualities=("low", "high"))).open()
    core, painter = world.service, world.painter
    kept = await core.prefer(ANN, Preferences(quality="high", size=" Phone ", style="linocut"))
    assert kept == Preferences(quality="high", size="phone", style="linocut")
    await world.send(imagine(1))
    first = painter.requests[-1]
    assert (first.quality, first.width < first.height) == ("high", True)
    assert first.prompt.startswith("a fox\n\nStyle: linocut")
    await world.send(imagine(2, size="wide", quality="low", style="oil"))
    said = painter.requests[-1]
    assert (said.quality, said.width > said.height) == ("low", True)
    assert "oil" in said.prompt
    assert "linocut" not in said.prompt
    await world.send(imagine(3, BOB))
    assert "linocut" not in painter.requests[-1].prompt
    elsewhere = replace(ANN, tenant="another")
    assert await core.preferences(elsewhere) == kept
    node = (await world.nodes((await core.sessions(ANN))[0].session.id))[0]
    await world.send(Vary(dedup_key="web::4", actor=ANN, place=PAGE, iteration=node.id))
    assert painter.requests[-1].quality == "high"
    assert painter.requests[-1].width == node.width
    await world.close()


async def test_what_can_not_be_here_is_left_out_and_said(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter(qualities=("low",))).open()
    core = world.service
    await core.prefer(ANN, Preferences(quality="max", size="3000x3000", review="off"))
    await core.configure(ADMIN, ServerSettings(review=True))
    await world.send(imagine(1))
    said = [each.update for each in await world.updates(await world.only_session())]
    notes = " ".join(each.sentence for each in said if isinstance(each, Noticed))
    assert "Your preferred quality, max, is left out: quality is one of low" in notes
    assert world.painter.requests[-1].width == 3000
    await world.send(refine(key="web::2", image=ImageHandle("web", "ref"), iterations=1))
    run = (await world.runs((await core.sessions(ANN))[0].session.id))[0]
    assert not run.review
    for wrong, words in (
        (Preferences(size="huge"), "size is square"),
        (Preferences(painter="openai:gpt"), "model is one of scripted:painter"),
        (Preferences(style="a" * 61), "61 characters"),
    ):
        try:
            await core.prefer(ANN, wrong)
        except BadRequest as refusal:
            assert words in refusal.sentence
        else:
            raise AssertionError(wrong)
    assert (await core.preferences(ANN)).quality == "max"
    await world.close()


async def test_two_forms_at_once_change_what_each_touched(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    seen = await world.service.preferences(ANN)
    await world.service.prefer(ANN, replace(seen, size="wide"), seen)
    kept = await world.service.prefer(ANN, replace(seen, posts="end"), seen)
    assert (kept.size, kept.posts) == ("wide", "end")
    await world.close()


async def test_who_wants_the_end_alone_is_spared_the_rounds(tmp_path: Path) -> None:
    world = await World(tmp_path, loop=LoopDefaults(iterations=2)).open()
    await world.service.prefer(ANN, Preferences(posts="end"))
    await world.send(refine(stop="never"))
    await world.send(refine(key="web::b", actor=BOB, stop="never"))
    session = (await world.service.sessions(ANN))[0].session.id
    rows = await world.updates(session)
    rounds = [row for row in rows if isinstance(row.update, IterationFinished | Critiqued)]
    assert len(rounds) == 3
    assert all(needless(row) for row in rounds)
    (end,) = [row for row in rows if isinstance(row.update, Finished)]
    assert not needless(end)
    seen = [row.update for row in await world.service.deliveries(session, ANN)]
    assert not [each for each in seen if isinstance(each, IterationFinished | Critiqued)]
    loud = (await world.service.sessions(BOB))[0].session.id
    seen = [row.update for row in await world.service.deliveries(loud, BOB)]
    assert len([each for each in seen if isinstance(each, IterationFinished)]) == 2
    await world.close()


async def test_a_run_that_breaks_still_shows_what_was_painted(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    await world.service.prefer(ANN, Preferences(posts="end"))
    await world.send(refine(iterations=1))
    session = await world.only_session()
    run = (await world.runs(session))[0]
    from core.runtime import lifecycle

    async with world.store.write() as uow:
        await uow.runs.transition(run.id, {run.status}, lifecycle.RunStatus.RUNNING)
    await lifecycle.fail(world.ctx, run.id, "The disk is full.")
    seen = [row.update for row in await world.service.deliveries(session, PROGRAM)]
    loud = [each for each in seen if isinstance(each, IterationFinished) and not each.quiet]
    assert [each.again for each in loud] == ["end"]
    await world.close()
