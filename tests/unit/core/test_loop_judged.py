"""A judge with eyes decides: who wins, which candidate stands for the round, when it is enough."""

from pathlib import Path

import pytest

from adapters.models.scripted import ScriptedCritic, ScriptedPainter, flat
from core.domain.answers import Inspection
from core.domain.defaults import LoopDefaults
from core.domain.updates import Finished, IterationFinished
from core.imaging import codec
from core.imaging.resemblance import resemble
from core.imaging.similarity import measure
from core.models.critic import Answer, Inspect
from core.steps.post_round import KEPT, PREFERRED
from tests.harness import World, refine
from tests.pictures import encoded, mosaic, repainted, scene

QUESTIONS = ("a house?", "a tree?")
BOTH, ONE = (True, True), (True, False)


async def play(
    folder: Path,
    moves: list[bytes],
    critic: ScriptedCritic,
    loop: LoopDefaults | None = None,
    **options: object,
) -> tuple[World, list[IterationFinished], Finished]:
    painter = ScriptedPainter(moves)
    world = await World(folder, painter=painter, critic=critic, loop=loop or LoopDefaults()).open()
    world.files.files["ref"] = encoded(scene())
    await world.send(refine(**options))
    said = [d.update for d in await world.updates(await world.only_session())]
    await world.close()
    (end,) = [update for update in said if isinstance(update, Finished)]
    return world, [update for update in said if isinstance(update, IterationFinished)], end


async def test_a_faithful_repainting_wins_over_a_mosaic_that_has_the_pixels(tmp_path: Path) -> None:
    """The judge prefers the second image in both orders; the pixels say the opposite."""
    blocks, anew = mosaic(scene()), repainted(scene())
    assert measure(scene(), blocks).score > measure(scene(), anew).score + 5
    assert resemble(scene(), blocks).score < resemble(scene(), anew).score
    critic = ScriptedCritic(eyes=True, checklist=QUESTIONS, checks=[ONE], duels=("second", "first"))
    moves = [encoded(blocks), encoded(anew)]
    _, rounds, _ = await play(tmp_path, moves, critic, iterations=2)
    assert [each.won for each in rounds] == [True, True]
    assert critic.count["duel"] == 2


async def test_what_the_judge_prefers_wins_with_a_lower_score_and_the_post_says_why(
    tmp_path: Path,
) -> None:
    critic = ScriptedCritic(
        eyes=True,
        checklist=QUESTIONS,
        checks=[ONE],
        duels=("second", "first", "first", "second"),
    )
    moves = [encoded(scene()), flat(20), encoded(scene())]
    _, rounds, _ = await play(tmp_path, moves, critic, iterations=3)
    assert [each.won for each in rounds] == [True, True, False]
    assert [each.note for each in rounds] == ["", PREFERRED, KEPT]
    scores = [each.candidates[0].score for each in rounds]
    assert [score.measure for score in scores if score] == ["likeness"] * 3


class SeesTheFlatOne(ScriptedCritic):
    """The candidates are looked at together, in any order: the answers are the picture's own."""

    async def inspect(self, ask: Inspect) -> Answer[Inspection]:
        await super().inspect(ask)
        return Answer(Inspection(answers=BOTH if codec.rgb(ask.image).std() < 1 else ONE))


async def test_which_candidate_is_looked_at_is_not_up_to_pixels(tmp_path: Path) -> None:
    critic = SeesTheFlatOne(eyes=True, checklist=QUESTIONS)
    moves = [encoded(scene()), flat(90), encoded(mosaic(scene()))]
    _, (only,), _ = await play(tmp_path, moves, critic, iterations=1, candidates=3)
    assert critic.count["inspect"] == 3
    assert only.best == 1
    assert [len(each.checks) for each in only.candidates] == [2, 2, 2]


async def test_every_check_passing_after_round_one_at_a_low_score_ends_nothing(
    tmp_path: Path,
) -> None:
    critic = ScriptedCritic(eyes=True, checklist=QUESTIONS, checks=[BOTH])
    _, rounds, end = await play(tmp_path, [flat(90)], critic, iterations=3, stop="auto")
    first = rounds[0].candidates[0].score
    assert first is not None
    assert first.value < LoopDefaults().checks_score
    assert len(rounds) == 3
    assert "check" not in end.reason


@pytest.mark.parametrize(
    ("bar", "moves", "duels", "count"),
    [
        (60, [encoded(scene())], (), 1),  # a score that says so
        (0, [flat(90)], (), 1),
        (60, [flat(90), flat(20)], ("second", "first"), 2),  # a won duel
        (60, [flat(90), flat(20)], ("first", "second"), 3),
    ],
)
async def test_every_check_ends_it_with_a_won_duel_or_a_score_of_the_bar(
    tmp_path: Path, bar: float, moves: list[bytes], duels: tuple[str, ...], count: int
) -> None:
    critic = ScriptedCritic(eyes=True, checklist=QUESTIONS, checks=[BOTH], duels=duels)
    loop = LoopDefaults(checks_score=bar)
    _, rounds, end = await play(tmp_path, moves, critic, loop, iterations=5)
    assert len(rounds) == count
    assert (end.reason == "Every check passes.") is (count < 3)
