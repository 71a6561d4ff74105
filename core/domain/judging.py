"""Who wins a round. Pure rules; the measuring and the duels happen elsewhere.

Where a judge has eyes its checklist and its duel decide, and the measured score only breaks their
ties: pixels must not outvote eyes. Without eyes (the embedded engine) numbers are all there is.
"""

from collections.abc import Sequence

from core.domain.answers import Verdict
from core.domain.records import Iteration
from core.domain.views import Check

MIN_GAIN = 0.5  # points of score below which a gain is noise
CLEAR_GAIN = 5.0  # points of score that break a tie of the judge's
EXACT_GAIN = 0.1  # of a painter and a judge that measure: what is shown as more is more


def asked_for(answers: Sequence[bool | None], depends: Sequence[int]) -> tuple[bool | None, ...]:
    """The answers without those to questions whose parent did not hold (CRAFT, arXiv 2512.20362): no
    colour can be told of what is not there."""
    found: list[bool | None] = []
    for number, answer in enumerate(answers):
        parent = depends[number] if number < len(depends) else 0
        stands = not 0 < parent <= number or found[parent - 1] is True
        found.append(answer if stands else None)
    return tuple(found)


def passed(checks: Sequence[Check]) -> int:
    return sum(check.passed is True for check in checks)


def share(checks: Sequence[Check]) -> float | None:
    """The score of a goal without reference: the share of questions passed, 0-100."""
    return round(100 * passed(checks) / len(checks), 1) if checks else None


def all_pass(checks: Sequence[Check]) -> bool:
    return bool(checks) and all(check.passed is True for check in checks)


def settled(leader: Iteration, *, reference: bool, duel_won: bool, bar: float) -> bool:
    """Whether the checklist says that the run is done: beside a reference, which no checklist
    describes in full, only together with a won duel or a score of at least `bar`."""
    if not all_pass(leader.checks):
        return False
    likely = leader.score is not None and leader.score.value >= bar
    return not reference or duel_won or likely


def best_of(candidates: Sequence[Iteration], *, eyes: bool) -> int:
    """The index of the round's best candidate: by checks, then score (without eyes by score, then
    checks); the first of equals."""

    def rank(i: int) -> tuple[float, float, int]:
        node = candidates[i]
        score, held = node.score.value if node.score else -1.0, float(passed(node.checks))
        return (held, score, -i) if eyes else (score, held, -i)

    return max(range(len(candidates)), key=rank)


def lead(challenger: Iteration, champion: Iteration) -> int:
    """By how many passed checks the challenger leads; 0 where one of them was not looked at."""
    if not challenger.checks or not champion.checks:
        return 0
    return passed(challenger.checks) - passed(champion.checks)


def wants_duel(challenger: Iteration, champion: Iteration, *, reference: bool) -> bool:
    """Whether a judge with eyes has to see the two side by side: a goal alone is its checklist."""
    return reference or lead(challenger, champion) == 0


def wins_by_eyes(challenger: Iteration, champion: Iteration, *, duel: int, reference: bool) -> bool:
    """The rule where a judge has eyes. Checklist and `duel` (1 won, -1 lost, 0 tie) have a vote
    each; where they cancel out a clear gain of the measured score decides, else the champion stays."""
    ahead = lead(challenger, champion)
    votes = (ahead > 0) - (ahead < 0) + duel
    if votes == 0 and reference and champion.score is not None:
        return gain(challenger, champion) >= CLEAR_GAIN
    return votes > 0


def wins_by_numbers(
    challenger: Iteration, champion: Iteration, *, measured: bool, least: float = MIN_GAIN
) -> bool:
    """The rule where nobody sees: a gain of at least `least` points, or more checks passed."""
    if measured:
        return gain(challenger, champion) >= least
    return passed(challenger.checks) > passed(champion.checks)


def duel_of(champion_first: Verdict, challenger_first: Verdict) -> int:
    """1 where the challenger wins in both orders, -1 where the champion does; anything else is a
    tie, a judge that prefers a side as well (position bias: arXiv 2509.10704)."""
    winners = champion_first.winner, challenger_first.winner
    return {("second", "first"): 1, ("first", "second"): -1}.get(winners, 0)


def gain(challenger: Iteration, champion: Iteration) -> float:
    """Points of score; what could not be measured has none."""
    new = challenger.score.value if challenger.score else 0.0
    old = champion.score.value if champion.score else 0.0
    return round(new - old, 1)
