"""Who wins a round. Pure rules; the measuring and the duels happen elsewhere."""

from collections.abc import Sequence

from core.domain.answers import Verdict
from core.domain.records import Iteration
from core.domain.updates import Check

MIN_GAIN = 0.5  # points of score below which a gain is noise
EXACT_GAIN = 0.1  # of a painter and a judge that measure: what is shown as more is more
DUEL_BELOW = 5.0  # points of score within which a real judge's eyes decide


def passed(checks: Sequence[Check]) -> int:
    return sum(check.passed is True for check in checks)


def share(checks: Sequence[Check]) -> float | None:
    """The score of a goal without reference: the share of questions passed, 0-100."""
    return round(100 * passed(checks) / len(checks), 1) if checks else None


def all_pass(checks: Sequence[Check]) -> bool:
    return bool(checks) and all(check.passed is True for check in checks)


def best_of(candidates: Sequence[Iteration]) -> int:
    """The index of the round's best candidate: by score, then checks; the first of equals."""

    def rank(i: int) -> tuple[float, int, int]:
        node = candidates[i]
        return (node.score.value if node.score else -1.0, passed(node.checks), -i)

    return max(range(len(candidates)), key=rank)


def wants_duel(challenger: Iteration, champion: Iteration, *, measured: bool, duels: bool) -> bool:
    """Whether the numbers are too close for them to decide, and there is a judge to ask."""
    if not duels:
        return False
    if not measured:
        return passed(challenger.checks) == passed(champion.checks)
    return abs(_gain(challenger, champion)) < DUEL_BELOW


def wins_by_numbers(
    challenger: Iteration, champion: Iteration, *, measured: bool, least: float = MIN_GAIN
) -> bool:
    """The rule where there is no duel: a gain of at least `least` points, or more checks passed."""
    if measured:
        return _gain(challenger, champion) >= least
    return passed(challenger.checks) > passed(champion.checks)


def wins_duel(champion_first: Verdict, challenger_first: Verdict) -> bool:
    """The challenger has to win in both orders; a tie, or a judge that prefers a side, keeps the
    champion (position bias: arXiv 2509.10704)."""
    return champion_first.winner == "second" and challenger_first.winner == "first"


def _gain(challenger: Iteration, champion: Iteration) -> float:
    new = challenger.score.value if challenger.score else 0.0
    old = champion.score.value if champion.score else 0.0
    return round(new - old, 1)
