"""What the results say: shares, dollars and seconds, each with an interval by bootstrap."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.trial import TrialResult

DRAWS, LEVEL = 1000, 0.95
Number = Callable[[Sequence[TrialResult]], float]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the bounds that 95 % of the draws of prompts lie in."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A policy on a painter. `solved` and `questions` are shares, 0-1; `usd_per_solved` and
    `seconds_per_solved` are None where nothing was solved; `by_round` is the share of prompts
    solved after each round."""

    policy: str
    model: str
    cells: int
    failed: int
    solved: Interval
    questions: Interval
    usd: Decimal
    usd_per_solved: Decimal | None
    seconds_per_solved: float | None
    retention: float
    by_round: tuple[float, ...]


def summarise(results: Sequence[TrialResult]) -> list[Summary]:
    """A summary for each policy and painter, those without an answer left out of the shares."""
    groups: dict[tuple[str, str], list[TrialResult]] = defaultdict(list)
    for result in results:
        groups[result.policy, result.model].append(result)
    return [_summary(policy, model, mine) for (policy, model), mine in sorted(groups.items())]


def _summary(policy: str, model: str, mine: list[TrialResult]) -> Summary:
    usable = [each for each in mine if each.passed]
    solved = sum(each.solved for each in usable)
    usd = sum((each.usd for each in mine), Decimal(0))
    return Summary(
        policy=policy,
        model=model,
        cells=len(mine),
        failed=sum(bool(each.error) for each in mine),
        solved=bootstrap(usable, _solved),
        questions=bootstrap(usable, _share),
        usd=usd,
        usd_per_solved=usd / solved if solved else None,
        seconds_per_solved=sum(each.seconds for each in mine) / solved if solved else None,
        retention=_mean([each.retention for each in usable]),
        by_round=_by_round(usable),
    )


def _by_round(mine: Sequence[TrialResult]) -> tuple[float, ...]:
    """A run that ended early keeps what it had."""
    most = max((len(each.rounds) for each in mine), default=0)
    return tuple(
        _mean([float(all(each.rounds[min(n, len(each.rounds) - 1)])) for each in mine])
        for n in range(most)
    )


def bootstrap(results: Sequence[TrialResult], number: Number) -> Interval:
    """Prompts are drawn anew with all their seeds: what varies is which sentences one has."""
    by_prompt: dict[str, list[TrialResult]] = defaultdict(list)
    for each in results:
        by_prompt[each.prompt].append(each)
    names, chance = sorted(by_prompt), random.Random(0)
    if not names:
        return Interval(0.0, 0.0, 0.0)
    draws = sorted(
        number([each for name in chance.choices(names, k=len(names)) for each in by_prompt[name]])
        for _ in range(DRAWS)
    )
    return Interval(number(results), *_bounds(draws))


def ratio(results: Sequence[TrialResult], above: str, below: str) -> Interval | None:
    """How many times as many prompts one policy solves as another, over the same prompts; None where
    one of them solved none or was not run."""

    def number(mine: Sequence[TrialResult]) -> float:
        top = [each for each in mine if each.policy == above]
        bottom = [each for each in mine if each.policy == below]
        least = 1 / (2 * len(bottom)) if bottom else 1.0  # no draw divides by nothing
        return _solved(top) / max(_solved(bottom), least)

    usable = [each for each in results if each.passed and each.policy in (above, below)]
    if not all(any(e.policy == name and e.solved for e in usable) for name in (above, below)):
        return None
    return bootstrap(usable, number)


def difference(results: Sequence[TrialResult], above: str, below: str) -> Interval | None:
    """How much larger the share of solved prompts of one policy is; None where one was not run."""

    def number(mine: Sequence[TrialResult]) -> float:
        top = [each for each in mine if each.policy == above]
        return _solved(top) - _solved([each for each in mine if each.policy == below])

    usable = [each for each in results if each.passed and each.policy in (above, below)]
    if {each.policy for each in usable} != {above, below}:
        return None
    return bootstrap(usable, number)


def _bounds(draws: Sequence[float]) -> tuple[float, float]:
    edge = int((1 - LEVEL) / 2 * len(draws))
    return draws[edge], draws[-edge - 1]


def _solved(results: Sequence[TrialResult]) -> float:
    return _mean([float(each.solved) for each in results])


def _share(results: Sequence[TrialResult]) -> float:
    return _mean([each.share for each in results])


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0
