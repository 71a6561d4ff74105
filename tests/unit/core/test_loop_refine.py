"""Refine with scripted pictures that get worse, tie, get refused, come back empty."""

from decimal import Decimal
from pathlib import Path

import pytest

from adapters.engine.inline import InlineRun
from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.answers import Box, Critique, Difference
from core.domain.defaults import LoopDefaults
from core.domain.errors import InDoubt, PolicyRefusal, Unavailable
from core.domain.records import RunStatus
from core.domain.updates import Finished, IterationFinished, Noticed
from tests.harness import World, refine


async def play(tmp_path: Path, *moves: bytes | Exception, **options: object) -> World:
    world = await World(tmp_path, painter=ScriptedPainter(moves)).open()
    await world.send(refine(**options))
    return world


async def rounds(world: World) -> list[IterationFinished]:
    updates = [d.update for d in await world.updates(await world.only_session())]
    return [u for u in updates if isinstance(u, IterationFinished)]


async def finished(world: World) -> Finished:
    updates = [d.update for d in await world.updates(await world.only_session())]
    (one,) = [u for u in updates if isinstance(u, Finished)]
    return one


async def test_better_pictures_win_and_the_best_is_the_last(tmp_path: Path) -> None:
    world = await play(tmp_path, flat(20), flat(90), flat(150), flat(195), iterations=4)
    done = await rounds(world)
    scores = [u.candidates[u.best].score.value for u in done if u.candidates[u.best].score]
    assert scores == sorted(scores)
    assert [u.won for u in done] == [True] * 4
    assert done[1].change == round(scores[1] - scores[0], 1)
    end = await finished(world)
    assert end.best is not None
    assert end.best.iteration == done[3].champion
    await world.close()


async def test_worse_pictures_never_replace_round_one_and_patience_ends_it(tmp_path: Path) -> None:
    world = await play(tmp_path, flat(190), flat(90), flat(20), flat(20), iterations=6)
    done = await rounds(world)
    assert [u.won for u in done] == [True, False, False]
    assert {u.champion for u in done} == {done[0].champion}
    end = await finished(world)
    assert "No gain" in end.reason
    assert end.best is not None
    assert end.best.iteration.endswith(".1.0")
    await world.close()


async def test_a_tie_keeps_the_champion(tmp_path: Path) -> None:
    world = await play(tmp_path, flat(150), flat(150), iterations=2)
    assert [u.won for u in await rounds(world)] == [True, False]
    await world.close()


async def test_stop_never_runs_all_rounds(tmp_path: Path) -> None:
    world = await play(tmp_path, flat(190), flat(20), iterations=5, stop="never")
    assert len(await rounds(world)) == 5
    await world.close()


async def test_the_target_ends_it(tmp_path: Path) -> None:
    painter = ScriptedPainter([flat(20), flat(200), flat(10)])
    world = await World(tmp_path, painter=painter, loop=LoopDefaults(target_score=99)).open()
    await world.send(refine(iterations=5))
    assert len(await rounds(world)) == 2
    assert "target" in (await finished(world)).reason
    await world.close()


async def test_what_is_not_spent_is_given_back(tmp_path: Path) -> None:
    world = await play(tmp_path, flat(190), flat(20), flat(20), iterations=6)
    session = await world.only_session()
    (run,) = await world.runs(session)
    async with world.store.read() as uow:
        rows = await uow.ledger.of_run(run.id)
        usage = await uow.ledger.usage(world.now().date(), run.actor)
    reserve = next(row for row in rows if row.kind == "reserve")
    release = next(row for row in rows if row.kind == "release")
    booked = sum((row.usd or Decimal(0) for row in rows if row.kind == "settle"), Decimal(0))
    assert reserve.images == 6
    assert release.images == 3
    assert (reserve.usd or 0) - booked == release.usd
    assert usage.images == 3
    assert usage.usd == booked == Decimal("0.03") + Decimal("0.001") * 3  # describe, two compares
    await world.close()


async def test_a_refusal_is_softened_once(tmp_path: Path) -> None:
    painter = ScriptedPainter(
        (flat(190),), by_prompt={"soften": flat(195), "prompt 1": PolicyRefusal("Not this.")}
    )
    world = await World(tmp_path, painter=painter).open()
    await world.send(refine(iterations=1))
    assert [r.prompt for r in painter.requests] == ["prompt 1", "soften: prompt 1"]
    assert len(await rounds(world)) == 1
    await world.close()


async def test_two_refused_rounds_end_the_run_with_what_it_has(tmp_path: Path) -> None:
    no = PolicyRefusal("Not this.")
    world = await play(tmp_path, flat(100), no, no, no, no, iterations=6)
    end = await finished(world)
    assert "refused" in end.reason
    assert end.best is not None
    said = [d.update for d in await world.updates(await world.only_session())]
    skipped = [u.sentence for u in said if isinstance(u, Noticed) and "skipped" in u.sentence]
    assert len(skipped) == 2
    await world.close()


async def test_an_empty_picture_is_spent_said_and_tried_once_more(tmp_path: Path) -> None:
    world = await play(tmp_path, b"", flat(150), iterations=2)
    session = await world.only_session()
    (run,) = await world.runs(session)
    async with world.store.read() as uow:
        kinds = [
            row.kind for row in await uow.ledger.of_run(run.id) if row.images and row.call != run.id
        ]
    assert kinds == ["unknown", "settle"]
    assert len(await rounds(world)) == 1
    assert (await finished(world)).unknown_calls == 1
    await world.close()


async def test_what_the_quote_does_not_cover_is_not_painted_a_second_time(tmp_path: Path) -> None:
    world = await play(tmp_path, b"", flat(150), iterations=1)
    session = await world.only_session()
    (run,) = await world.runs(session)
    async with world.store.read() as uow:
        rows = await uow.ledger.of_run(run.id)
    ceiling = run.quote.at_most
    assert ceiling is not None
    assert sum(row.usd for row in rows if row.kind in ("settle", "unknown") and row.usd) <= ceiling
    said = [
        d.update.sentence for d in await world.updates(session) if isinstance(d.update, Noticed)
    ]
    assert said == ["Round 1 is skipped: The provider sent an empty image. It counts as spent."]
    await world.close()


async def test_a_call_in_doubt_is_booked_at_the_worst_case(tmp_path: Path) -> None:
    world = await play(tmp_path, InDoubt("No answer."), flat(150), iterations=1)
    (run,) = await world.runs(await world.only_session())
    async with world.store.read() as uow:
        (unknown,) = [row for row in await uow.ledger.of_run(run.id) if row.kind == "unknown"]
    assert unknown.usd == Decimal("0.02")
    assert (await finished(world)).spent is None
    await world.close()


async def test_a_provider_that_is_down_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def at_once(self: InlineRun, timeout: float) -> bool:
        waits.append(timeout)
        return False

    monkeypatch.setattr(InlineRun, "signal", at_once)
    down = Unavailable("OpenAI is not answering.", retry_after=7.0)
    world = await play(tmp_path, down, down, flat(150), iterations=1)
    assert waits == [7.0, 7.0]
    said = [d.update for d in await world.updates(await world.only_session())]
    (notice,) = [u.sentence for u in said if isinstance(u, Noticed)]
    assert notice == "The wait is over; the run went on."
    assert len(await rounds(world)) == 1
    await world.close()


async def test_the_best_of_the_candidates_stands_for_the_round(tmp_path: Path) -> None:
    world = await play(tmp_path, flat(20), flat(180), flat(90), iterations=1, candidates=3)
    (only,) = await rounds(world)
    assert len(only.candidates) == 3
    best = only.candidates[only.best]
    assert best.score is not None
    assert best.score.value == max(c.score.value for c in only.candidates if c.score)
    await world.close()


@pytest.mark.parametrize(
    ("duels", "wins"),
    [(("second", "first"), True), (("first", "first"), False), (("second", "tie"), False)],
)
async def test_close_scores_are_decided_by_a_duel_in_both_orders(
    tmp_path: Path, duels: tuple[str, ...], wins: bool
) -> None:
    critic = ScriptedCritic(eyes=True, duels=duels)
    painter = ScriptedPainter([flat(150), flat(151)])
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=2))
    assert [u.won for u in await rounds(world)] == [True, wins]
    assert critic.count["duel"] == 2
    await world.close()


async def test_a_goal_alone_is_scored_by_its_checklist(tmp_path: Path) -> None:
    critic = ScriptedCritic(
        checklist=("a fox?", "snow?"), checks=[(True, False), (False, False), (True, True)]
    )
    world = await World(tmp_path, critic=critic).open()
    await world.send(refine(image=None, goal="a fox in the snow", iterations=6))
    done = await rounds(world)
    assert [u.won for u in done] == [True, False, True]
    values = [u.candidates[0].score.value for u in done if u.candidates[0].score]
    assert values == [50.0, 0.0, 100.0]
    assert "check" in (await finished(world)).reason
    asked = [ask for ask in critic.asked if hasattr(ask, "failed")]
    assert asked[0].failed == ("snow?",)
    await world.close()


async def test_a_local_difference_is_mended_by_editing_a_global_one_by_painting(
    tmp_path: Path,
) -> None:
    local = Critique(
        summary="the eye is closed",
        prompt="whole prompt",
        differences=(Difference("open the eye", Box(0.4, 0.4, 0.2, 0.2)),),
    )
    world_wide = Critique(
        summary="too dark", prompt="lighter", differences=(Difference("too dark"),)
    )
    critic = ScriptedCritic(critiques=(local, world_wide))
    painter = ScriptedPainter([flat(100), flat(150), flat(190)], mask=True)
    world = await World(tmp_path, painter=painter, critic=critic).open()
    await world.send(refine(iterations=3))
    assert [r.operation for r in painter.requests] == ["generate", "edit", "generate"]
    assert painter.requests[1].prompt == "open the eye"
    assert painter.requests[1].mask is not None
    assert painter.requests[2].prompt == "lighter"
    await world.close()


async def test_the_critic_is_shown_the_champion_not_the_loser(tmp_path: Path) -> None:
    world = await play(tmp_path, flat(190), flat(20), flat(195), iterations=3)
    compares = [ask for ask in world.critic.asked if hasattr(ask, "champion_prompt")]
    assert [ask.champion_prompt for ask in compares] == ["prompt 1", "prompt 1"]
    assert compares[1].challenger is not None
    (run,) = await world.runs(await world.only_session())
    assert run.status is RunStatus.DONE
    await world.close()
