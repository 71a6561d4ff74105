"""Evolve, branches, review, confirmation, quotas and refusals, through the real service."""

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.commands import Confirm, ImageHandle, Revise, Stop, Unpick, pick_key
from core.domain.defaults import LoopDefaults
from core.domain.errors import BadImage
from core.domain.ledger import Limits
from core.domain.records import RunStatus
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import Accepted, Finished, IterationFinished, Noticed, Refused, Update
from core.jobs.continue_ import Continue
from core.jobs.edit_prompt import EditPrompt
from core.jobs.evolve import Evolve
from core.jobs.paint_again import PaintAgain
from core.jobs.pick import Pick
from core.models.painter import Painting, PaintRequest
from tests.harness import ANN, BOB, PAGE, World, refine

FREE = Limits(confirm_usd_above=Decimal(9), usd_per_run=Decimal(5), images_per_user_per_day=6)


async def said(world: World, session: str) -> list[Update]:
    return [delivery.update for delivery in await world.updates(session)]


async def refusals(world: World) -> list[Refused]:
    return [u for u in await said(world, "") if isinstance(u, Refused)]


async def refined(tmp_path: Path, rounds: int = 2, **world_options: object) -> World:
    painter = ScriptedPainter([flat(90), flat(150), flat(170), flat(190)])
    world = await World(tmp_path, painter=painter, **world_options).open()
    await world.send(refine(iterations=rounds))
    return world


async def test_evolve_always_advances_in_a_new_style_and_shows_its_drift(tmp_path: Path) -> None:
    painter = ScriptedPainter([flat(190), flat(120), flat(60), flat(10)])
    world = await World(tmp_path, painter=painter).open()
    command = Evolve(
        dedup_key="web::e", actor=ANN, place=PAGE, image=ImageHandle("web", "ref"), iterations=4
    )
    await world.send(command)
    session = await world.only_session()
    rounds = [u for u in await said(world, session) if isinstance(u, IterationFinished)]
    assert [u.won for u in rounds] == [True] * 4
    assert sorted(u.style for u in rounds[:3]) == ["neon", "oil", "pencil"]
    drift = [u.drift for u in rounds]
    assert all(value is not None for value in drift)
    assert drift == sorted(drift, reverse=True)
    nodes = await world.nodes(session)
    assert [node.parent for node in nodes] == ["", *[node.id for node in nodes[:-1]]]
    await world.close()


async def test_a_pick_by_somebody_else_is_a_branch_charged_to_them_once(tmp_path: Path) -> None:
    world = await refined(tmp_path)
    session = await world.only_session()
    first = (await world.nodes(session))[0]
    key = pick_key("web", "", first.id, BOB.id)
    pick = Pick(dedup_key=key, actor=BOB, place=PAGE, iteration=first.id)
    assert await world.service.receive(pick)
    assert not await world.service.receive(pick)
    await world.settle()
    runs = await world.runs(session)
    assert [run.actor.id for run in runs] == ["ann", "bob"]
    nodes = await world.nodes(session)
    branch = [node for node in nodes if node.run == runs[1].id]
    assert branch[0].parent == first.id
    assert nodes[0].critique is not None
    assert branch[0].prompt == nodes[0].critique.prompt
    assert branch[0].prompt not in [node.prompt for node in nodes if node.run == runs[0].id]
    assert (await world.service.quota(BOB)).images == len(branch)
    assert any(
        "Bob picked" in u.sentence for u in await said(world, session) if isinstance(u, Noticed)
    )
    assert await world.service.picked_before(key)
    assert await world.service.receive(pick), "the branch is over: the same pick may be made again"
    await world.settle()
    assert len(await world.runs(session)) == 3
    await world.close()


async def test_a_star_taken_back_before_painting_ends_the_branch(tmp_path: Path) -> None:
    world = await refined(tmp_path)
    session = await world.only_session()
    first = (await world.nodes(session))[0]
    painted = len(world.painter.requests)
    key = pick_key("web", "", first.id, BOB.id)
    await world.engine.drain(0)
    await world.service.receive(Pick(dedup_key=key, actor=BOB, place=PAGE, iteration=first.id))
    await world.service.settle_down()
    await world.service.receive(
        Unpick(dedup_key="web::un", actor=BOB, place=PAGE, iteration=first.id)
    )
    await world.service.settle_down()
    world.engine.resume()
    await world.settle()
    assert len(world.painter.requests) == painted
    assert (await world.runs(session))[1].status is RunStatus.STOPPED
    assert (await world.service.quota(BOB)).images == 0
    await world.close()


async def test_paint_again_edit_prompt_and_continue_grow_the_tree(tmp_path: Path) -> None:
    world = await refined(tmp_path, loop=LoopDefaults(continue_iterations=1))
    session = await world.only_session()
    first, second = await world.nodes(session)
    at = {"actor": ANN, "place": PAGE}
    await world.send(PaintAgain(dedup_key="web::a", iteration=second.id, **at))
    await world.send(EditPrompt(dedup_key="web::b", iteration=first.id, prompt="my own", **at))
    await world.send(Continue(dedup_key="web::c", session=session, instruction="darker", **at))
    nodes = (await world.nodes(session))[2:]
    assert [node.parent for node in nodes][:2] == [second.parent, first.id]
    assert [node.prompt for node in nodes][:2] == [second.prompt, "my own"]
    assert nodes[2].prompt.endswith("darker")
    await world.close()


async def test_only_the_owner_stops_and_the_rest_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()
    painter = ScriptedPainter([flat(90)])
    world = await World(tmp_path, painter=painter).open()
    original = painter.paint

    async def slow(request: PaintRequest) -> tuple[Painting, ...]:
        begun.set()
        await gate.wait()
        return await original(request)

    monkeypatch.setattr(painter, "paint", slow)
    await world.service.receive(refine(iterations=5))
    await asyncio.wait_for(begun.wait(), 10)
    session = await world.only_session()
    await world.service.receive(Stop(dedup_key="web::s1", actor=BOB, place=PAGE, session=session))
    await world.service.settle_down()
    assert "Only Ann" in (await refusals(world))[0].sentence
    await world.service.receive(Stop(dedup_key="web::s2", actor=ANN, place=PAGE, session=session))
    await world.service.settle_down()
    gate.set()
    await world.settle()
    (end,) = [u for u in await said(world, session) if isinstance(u, Finished)]
    assert end.reason == "Stopped."
    assert end.rounds == 1, "a call in flight is kept and charged"
    assert (await world.service.quota(ANN)).images == 1
    await world.close()


async def test_a_review_s_words_reach_the_critic_and_the_next_prompt(tmp_path: Path) -> None:
    world = await World(tmp_path, painter=ScriptedPainter([flat(90), flat(150)])).open()
    await world.service.receive(refine(iterations=2, review=True))
    await world.service.settle_down()
    session = await world.only_session()
    asked: list[ReviewRequested] = []
    async with asyncio.timeout(10):
        while not asked:
            asked = [u for u in await said(world, session) if isinstance(u, ReviewRequested)]
            await asyncio.sleep(0.01)
    await world.send(
        Revise(
            dedup_key="web::r", actor=ANN, place=PAGE, run=asked[0].run, round=1, critique="warmer"
        )
    )
    assert world.painter.requests[1].prompt.endswith("warmer")
    await world.close()


async def test_a_review_without_time_pauses_the_run_and_an_answer_resumes_it(
    tmp_path: Path,
) -> None:
    painter = ScriptedPainter([flat(90), flat(150)])
    world = await World(tmp_path, painter=painter, loop=LoopDefaults(review_timeout_s=0)).open()
    await world.send(refine(iterations=3, review=True))
    session = await world.only_session()
    (run,) = await world.runs(session)
    assert run.status is RunStatus.PAUSED
    assert any(isinstance(u, Paused) for u in await said(world, session))
    assert (await world.service.quota(ANN)).images == 1
    await world.send(
        Revise(dedup_key="web::r", actor=ANN, place=PAGE, run=run.id, round=1, critique="warmer")
    )
    second = (await world.runs(session))[1]
    assert second.plan.rounds == 2
    assert painter.requests[1].prompt.endswith("warmer")
    await world.close()


async def test_the_first_run_that_costs_money_asks_and_no_is_free(tmp_path: Path) -> None:
    world = await World(tmp_path, paid_before=False).open()
    await world.send(refine())
    session = await world.only_session()
    (accepted,) = [u for u in await said(world, session) if isinstance(u, Accepted)]
    assert accepted.confirm
    assert "first run" in accepted.reason
    assert world.painter.requests == []
    no = Confirm(dedup_key="web::n", actor=ANN, place=PAGE, run=accepted.run, yes=False)
    await world.send(no)
    assert (await world.service.quota(ANN)).images == 0
    await world.send(refine("web::2", iterations=1))
    run = (await world.service.sessions(ANN))[0].run
    assert run is not None
    await world.send(Confirm(dedup_key="web::y", actor=ANN, place=PAGE, run=run.id, yes=True))
    assert len(world.painter.requests) == 1
    await world.send(refine("web::3", iterations=1))
    assert len(world.painter.requests) == 2
    await world.close()


async def test_a_full_quota_refuses_and_says_when_it_is_free(tmp_path: Path) -> None:
    world = await World(tmp_path, limits=FREE).open()
    await world.send(refine(iterations=7))
    (refusal,) = await refusals(world)
    assert "7 images" in refusal.sentence
    assert refusal.free_at is not None
    assert await world.service.sessions(ANN) == []
    assert world.painter.requests == []
    await world.close()


async def test_frozen_starts_nothing_and_stops_what_is_going(tmp_path: Path) -> None:
    world = await World(tmp_path).open()
    async with world.store.write() as uow:
        await uow.servers.set_flag("frozen", "yes")
    await world.send(refine())
    assert "operator" in (await refusals(world))[0].sentence
    async with world.store.write() as uow:
        await uow.servers.set_flag("frozen", "")
    await world.send(refine("web::2", iterations=1))
    assert len(world.painter.requests) == 1
    await world.close()


async def test_neither_image_nor_goal_a_bad_image_and_a_bad_option_cost_nothing(
    tmp_path: Path,
) -> None:
    world = await World(tmp_path, critic=ScriptedCritic()).open()
    world.files.files["bad"] = b"a text file"
    world.files.files["gone"] = BadImage("It is gone.")
    await world.send(refine("web::1", image=None))
    await world.send(refine("web::2", image=ImageHandle("web", "bad")))
    await world.send(refine("web::3", image=ImageHandle("web", "gone")))
    await world.send(refine("web::4", iterations=99))
    await world.send(refine("web::5", size="huge"))
    sentences = [u.sentence for u in await refusals(world)]
    assert [s[:12] for s in sentences] == [
        "Give me a pi",
        "This is no p",
        "It is gone.",
        "iterations i",
        "size is squa",
    ]
    assert (await world.service.quota(ANN)).images == 0
    assert await world.service.sessions(ANN) == []
    await world.close()


@pytest.mark.slow
async def test_many_reservations_at_once_never_pass_the_limit(tmp_path: Path) -> None:
    limits = Limits(images_per_user_per_day=10, concurrent_runs_per_user=99)
    critic, painter = (
        ScriptedCritic(usd=Decimal(0)),
        ScriptedPainter(usd=Decimal(0), worst=Decimal(0)),
    )
    world = await World(tmp_path, limits=limits, critic=critic, painter=painter).open()
    await asyncio.gather(
        *(world.service.receive(refine(f"web::{i}", iterations=1)) for i in range(25))
    )
    await world.settle()
    assert len(await world.service.sessions(ANN, 99)) == 10
    assert len(await refusals(world)) == 15
    await world.close()
