"""A trial, cell by cell: a prompt, a policy, a painter, a seed. Each result is a line in a file, so
that a trial that was stopped goes on where it was."""

import json
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_UP, Decimal
from pathlib import Path

from adapters.models.simulated.world import World
from bot.trial.grading import Grade
from bot.trial.laboratory import Laboratory
from bot.trial.policies import TrialPolicy, candidates
from core.domain.errors import ProviderError
from core.domain.judging import passed
from core.domain.records import Iteration
from core.domain.trial import TrialPrompt, TrialResult

RESULTS = "results.jsonl"
TRIES_AT_MOST = 32
Answers = tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`usd` is the cap over all cells, what was spent before the interruption included."""

    prompts: tuple[TrialPrompt, ...]
    painters: tuple[str, ...]
    seeds: int
    rounds: int
    usd: Decimal
    folder: Path


def read_results(folder: Path) -> list[TrialResult]:
    """What an earlier run of this trial left."""
    path = folder / RESULTS
    if not path.exists():
        return []
    return [_result(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _result(line: str) -> TrialResult:
    row = json.loads(line)
    row["passed"] = tuple(row["passed"])
    row["rounds"] = tuple(tuple(each) for each in row["rounds"])
    row["usd"], row["grading_usd"] = Decimal(row["usd"]), Decimal(row["grading_usd"])
    return TrialResult(**row)


def keep(folder: Path, result: TrialResult) -> None:
    with (folder / RESULTS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(result), default=str, ensure_ascii=False) + "\n")


def spent(results: Sequence[TrialResult]) -> Decimal:
    return sum((each.usd + each.grading_usd for each in results), Decimal(0))


def tries_for(results: Sequence[TrialResult], painter: str, one: Decimal) -> int:
    """How many pictures cost what the loop took on average with this painter, rounded up: in doubt
    for the simple way. `one` is what one picture cost."""
    mine = [r.usd for r in results if r.policy == "loop" and r.model == painter and not r.error]
    if not mine or one <= 0:
        return 1
    mean = sum(mine, Decimal(0)) / len(mine)
    return min(TRIES_AT_MOST, max(1, int((mean / one).to_integral_value(ROUND_UP))))


class Runner:
    """Runs the cells of one policy on one painter."""

    def __init__(
        self,
        trial: Trial,
        policy: TrialPolicy,
        painter: str,
        lab: Laboratory,
        grade: Grade,
        world: World | None,
    ) -> None:
        self.trial, self.policy, self.painter = trial, policy, painter
        self.lab, self.grade, self.world = lab, grade, world

    async def cells(
        self, done: list[TrialResult], over: Callable[[], bool]
    ) -> AsyncGenerator[TrialResult]:
        """Every cell that is not done; ends early where the cap is reached (`over`)."""
        there = {(r.policy, r.model, r.prompt, r.seed) for r in done}
        for seed in range(self.trial.seeds):
            for prompt in self.trial.prompts:
                if (self.policy.name, self.painter, prompt.id, seed) in there:
                    continue
                if over():
                    return
                result = await self._cell(prompt, seed, done)
                done.append(result)
                yield result

    async def _cell(
        self, prompt: TrialPrompt, seed: int, done: Sequence[TrialResult]
    ) -> TrialResult:
        if self.world is not None:
            self.world.begin(prompt, seed, self.policy.name)
        started = time.monotonic()
        empty = TrialResult(
            policy=self.policy.name,
            model=self.painter,
            prompt=prompt.id,
            group=prompt.group,
            seed=seed,
        )
        result = await self._painted(prompt, done, empty)
        return replace(result, seconds=round(time.monotonic() - started, 2))

    async def _painted(
        self, prompt: TrialPrompt, done: Sequence[TrialResult], empty: TrialResult
    ) -> TrialResult:
        best: list[Iteration] = []
        left, usd, error = self.policy.tries, Decimal(0), ""
        rounds = self.policy.rounds or self.trial.rounds
        while left > 0 or (self.policy.tries == 0 and not usd and not error):
            count = candidates(left) if left else 1
            painted = await self.lab.refine(prompt.prompt, rounds=rounds, candidates=count)
            if self.policy.tries == 0 and not usd:
                left = tries_for(done, self.painter, painted.usd)
            left, usd, error = left - count, usd + painted.usd, error or painted.error
            if painted.tree is not None:
                best += shown(painted.tree.iterations, rounds, champions=self._champions)
            if painted.error:
                break
        if not best:
            return replace(empty, usd=usd, error=error or "Nothing was painted.")
        if rounds == 1:
            best = [max(best, key=lambda node: passed(node.checks))]
        return await self._graded(prompt, best, replace(empty, usd=usd))

    @property
    def _champions(self) -> bool:
        return "champion" not in self.policy.off

    async def _graded(
        self, prompt: TrialPrompt, best: Sequence[Iteration], so_far: TrialResult
    ) -> TrialResult:
        """The answers for the best so far after each round; the same picture is asked about once."""
        known: dict[str, Answers] = {}
        asked = Decimal(0)
        for node in best:
            if node.image in known:
                continue
            try:
                known[node.image], usd = await self.grade(prompt, await self.lab.image(node))
            except ProviderError as exc:
                return replace(so_far, error=f"Nobody could say what it shows: {exc.sentence}")
            asked += usd
        rounds = tuple(known[node.image] for node in best)
        return replace(
            so_far, passed=rounds[-1], rounds=rounds, grading_usd=asked, image=best[-1].image
        )


def shown(nodes: Sequence[Iteration], rounds: int, *, champions: bool) -> list[Iteration]:
    """What a person would have had after each round: the champion, or without that rule the last
    one. A single round shows all its candidates, to be chosen from by their checks."""
    made = sorted(nodes, key=lambda node: (node.round, node.candidate))
    if rounds == 1:
        return made
    found: list[Iteration] = []
    for number in sorted({node.round for node in made}):
        mine = [node for node in made if node.round == number]
        winner = next((node for node in mine if node.won), None)
        if champions:
            found.append(winner or (found[-1] if found else mine[0]))
        else:
            found.append(winner or mine[-1])
    return found
