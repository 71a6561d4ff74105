"""What a fault cost: rounds lost, rounds doubled, images charged twice, runs stuck."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.domain.records import OPEN, CallState, RunStatus
from core.ports.store import Store


@dataclass
class Met:
    """How often a fault bit while runs were open, of how often it had to: a fault that nobody met
    measures nothing, and nothing is not 0."""

    wanted: int = 1
    times: int = 0
    biting: bool = True

    def bite(self, times: int = 1) -> None:
        self.times += times * self.biting

    @property
    def enough(self) -> bool:
        return self.times >= self.wanted

    @property
    def words(self) -> str:
        return str(self.times) if self.enough else f"not met ({self.times} of {self.wanted})"


@dataclass(frozen=True)
class Cost:
    """`ended_early`: rounds that were not painted since the quote had no room left after a call whose
    fate nobody knows; the closing post says so."""

    fault: str
    rounds: int
    lost: int
    doubled: int
    charged_twice: int
    stuck: int
    ended_early: int = 0
    met: Met = field(default_factory=Met)

    def __add__(self, other: "Cost") -> "Cost":
        """Of both together, of one fault."""
        return replace(
            self,
            rounds=self.rounds + other.rounds,
            lost=self.lost + other.lost,
            doubled=self.doubled + other.doubled,
            charged_twice=self.charged_twice + other.charged_twice,
            stuck=self.stuck + other.stuck,
            ended_early=self.ended_early + other.ended_early,
        )

    @property
    def line(self) -> str:
        costs = [self.rounds, self.lost, self.doubled, self.charged_twice, self.stuck]
        cells = [self.fault, self.met.words, *costs, self.ended_early]
        return f"| {' | '.join(map(str, cells))} |"

    @property
    def fine(self) -> bool:
        """The fault was met, rounds were painted, and it cost nothing."""
        bad = self.lost + self.doubled + self.charged_twice + self.stuck
        return self.met.enough and self.rounds > 0 and not bad


HEAD = """\
| fault | met | rounds painted | lost | doubled | charged twice | runs stuck | ended early |
|---|---|---|---|---|---|---|---|"""


async def cost(
    store: Store, fault: str, wanted: int, shown: Sequence[tuple[str, int]], met: Met
) -> Cost:
    """`shown`: session and round of every round's post as people see it; `wanted` rounds a run."""
    seen = Counter(shown)
    async with store.read() as uow:
        runs = [run for run in await uow.runs.with_status(list(RunStatus))]
        rounds: set[tuple[str, int]] = set()
        twice = early = 0
        for run in runs:
            nodes = [n for n in await uow.iterations.of_session(run.session) if n.run == run.id]
            mine = {(run.session, node.round) for node in nodes}
            rounds |= mine
            early += max(0, wanted - len(mine)) if run.status not in OPEN else 0
            booked = Counter(
                row.call for row in await uow.ledger.of_run(run.id) if row.kind == "settle"
            )
            painted = Counter(
                row.key.split("#")[0].split("/")[2]
                for row in await uow.calls.of_run(run.id)
                if row.kind == "paint" and row.state is CallState.DONE
            )
            twice += sum(n - 1 for n in (*booked.values(), *painted.values()))
        stuck = sum(run.status in OPEN for run in runs)
    lost = sum(1 for each in rounds if not seen[each])
    doubled = sum(n - 1 for n in seen.values())
    return Cost(fault, len(rounds), lost, doubled, twice, stuck, early, met)
