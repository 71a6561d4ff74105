"""The champion rule: a tie keeps the champion, a duel needs both orders."""

from datetime import UTC, datetime

import pytest

from core.domain.answers import Verdict
from core.domain.judging import (
    all_pass,
    best_of,
    duel_of,
    settled,
    share,
    wants_duel,
    wins_by_eyes,
    wins_by_numbers,
)
from core.domain.records import Iteration
from core.domain.views import Check, Score


def node(
    score: float | None = None, answers: tuple[bool | None, ...] = (), name: str = "i"
) -> Iteration:
    return Iteration(
        id=name,
        session="s",
        run="r",
        parent="",
        round=1,
        candidate=0,
        prompt="p",
        words="",
        image="h",
        width=8,
        height=8,
        model="m",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        score=None if score is None else Score(score),
        checks=tuple(Check(f"q{i}", answer) for i, answer in enumerate(answers)),
    )


@pytest.mark.parametrize(
    ("new", "old", "wins"),
    [(50.5, 50.0, True), (50.4, 50.0, False), (50.0, 50.0, False), (40.0, 50.0, False)],
)
def test_a_measured_gain_below_half_a_point_is_noise(new: float, old: float, wins: bool) -> None:
    assert wins_by_numbers(node(new), node(old), measured=True) is wins


def test_without_reference_more_passed_checks_win_and_a_tie_keeps_the_champion() -> None:
    two, three = node(None, (True, True, False)), node(None, (True, True, True))
    assert wins_by_numbers(three, two, measured=False)
    assert not wins_by_numbers(two, three, measured=False)
    assert not wins_by_numbers(two, two, measured=False)


def test_beside_a_reference_the_judge_sees_both_for_a_goal_alone_the_checklist_goes_first() -> None:
    assert wants_duel(node(90), node(50), reference=True)
    assert wants_duel(node(None, (True,)), node(None, (True,)), reference=False)
    assert not wants_duel(node(None, (True,)), node(None, (False,)), reference=False)


YES, NO = (True, True), (True, False)


@pytest.mark.parametrize(
    ("new", "old", "duel", "wins"),
    [
        (node(16, YES), node(41, YES), 1, True),  # the judge prefers what scores lower
        (node(41, YES), node(16, YES), -1, False),
        (node(16, YES), node(41, NO), 0, True),
        (node(41, NO), node(16, YES), 0, False),
        (node(46, YES), node(41, YES), 0, True),  # a tie is broken by a clear gain
        (node(45, YES), node(41, YES), 0, False),
        (node(50, NO), node(41, YES), 1, True),  # checklist and duel cancel out
        (node(41, NO), node(50, YES), 1, False),
        (node(50, YES), node(41, NO), -1, True),
        (node(60), node(None), 0, False),  # nothing to compare with
        (node(50), node(41, YES), 0, True),  # one that was not looked at fails nothing
    ],
)
def test_checklist_and_duel_decide_and_the_score_breaks_ties(
    new: Iteration, old: Iteration, duel: int, wins: bool
) -> None:
    assert wins_by_eyes(new, old, duel=duel, reference=True) is wins


def test_every_check_passing_is_not_enough_beside_a_reference() -> None:
    far, near = node(10, YES), node(61, YES)
    assert not settled(far, reference=True, duel_won=False, bar=60)
    assert settled(far, reference=True, duel_won=True, bar=60)
    assert settled(near, reference=True, duel_won=False, bar=60)
    assert settled(node(100, YES), reference=False, duel_won=False, bar=60)
    assert not settled(node(100, NO), reference=True, duel_won=True, bar=60)
    assert not settled(node(None, YES), reference=True, duel_won=False, bar=0)


@pytest.mark.parametrize(
    ("champion_first", "challenger_first", "outcome"),
    [
        ("second", "first", 1),
        ("first", "first", 0),  # a judge that always says "first"
        ("second", "second", 0),  # one that always says "second"
        ("second", "tie", 0),
        ("tie", "tie", 0),
        ("first", "second", -1),
    ],
)
def test_a_duel_is_won_in_both_orders_or_not_at_all(
    champion_first: str, challenger_first: str, outcome: int
) -> None:
    first, second = Verdict(winner=champion_first), Verdict(winner=challenger_first)
    assert duel_of(first, second) == outcome


def test_the_best_candidate_is_the_highest_and_the_first_of_equals() -> None:
    for eyes in (True, False):
        assert best_of([node(10), node(30), node(30)], eyes=eyes) == 1
        assert best_of([node(None, NO), node(None, YES)], eyes=eyes) == 1
        assert best_of([node(None), node(0.0)], eyes=eyes) == 1
    assert best_of([node(58, NO), node(16, YES)], eyes=True) == 1
    assert best_of([node(58, NO), node(16, YES)], eyes=False) == 0


def test_an_unanswered_question_is_not_a_pass() -> None:
    checks = node(None, (True, None)).checks
    assert not all_pass(checks)
    assert share(checks) == 50.0
    assert share(()) is None
    assert not all_pass(())
