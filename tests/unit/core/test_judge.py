"""The champion rule: a tie keeps the champion, a duel needs both orders."""

from datetime import UTC, datetime

import pytest

from core.domain.answers import Verdict
from core.domain.judging import all_pass, best_of, share, wants_duel, wins_by_numbers, wins_duel
from core.domain.records import Iteration
from core.domain.updates import Check, Score


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


def test_the_judge_is_asked_only_where_numbers_are_close_and_it_has_eyes() -> None:
    assert wants_duel(node(53), node(50), measured=True, duels=True)
    assert wants_duel(node(47), node(50), measured=True, duels=True)
    assert not wants_duel(node(55), node(50), measured=True, duels=True)
    assert not wants_duel(node(53), node(50), measured=True, duels=False)
    assert wants_duel(node(None, (True,)), node(None, (True,)), measured=False, duels=True)
    assert not wants_duel(node(None, (True,)), node(None, (False,)), measured=False, duels=True)


@pytest.mark.parametrize(
    ("champion_first", "challenger_first", "wins"),
    [
        ("second", "first", True),
        ("first", "first", False),  # a judge that always says "first"
        ("second", "second", False),  # one that always says "second"
        ("second", "tie", False),
        ("tie", "tie", False),
        ("first", "second", False),
    ],
)
def test_a_duel_is_won_in_both_orders_or_not_at_all(
    champion_first: str, challenger_first: str, wins: bool
) -> None:
    first, second = Verdict(winner=champion_first), Verdict(winner=challenger_first)
    assert wins_duel(first, second) is wins


def test_the_best_candidate_is_the_highest_and_the_first_of_equals() -> None:
    assert best_of([node(10), node(30), node(30)]) == 1
    assert best_of([node(None, (True, False)), node(None, (True, True))]) == 1
    assert best_of([node(None), node(0.0)]) == 1


def test_an_unanswered_question_is_not_a_pass() -> None:
    checks = node(None, (True, None)).checks
    assert not all_pass(checks)
    assert share(checks) == 50.0
    assert share(()) is None
    assert not all_pass(())
