"""Pick: continue from an iteration, by button or by star: a new branch, charged to who picks."""

from dataclasses import dataclass
from typing import Literal

from core.domain.commands import Command
from core.domain.records import Plan
from core.jobs.job import Basis, Job
from core.jobs.planning import goes_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick(Command):
    """`dedup_key` is `pick_key(...)`, so that a button and a star are one command; of a reply the
    message's. `instruction` says what shall change, if anything; `iterations` how many rounds."""

    kind: Literal["pick"] = "pick"
    iteration: str
    signal: Literal["button", "reaction", "reply"] = "button"
    instruction: str = ""
    iterations: int | None = None


def plan(command: Pick, basis: Basis) -> Plan:
    return goes_on(basis, command.iterations, command.instruction)


JOB = Job(
    command=Pick,
    plan=plan,
    said="{who} picked round {round}; a new branch grows from it.",
    slash=False,
)
