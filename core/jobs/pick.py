"""Pick: continue from an iteration, by button or by star: a new branch, charged to who picks."""

from dataclasses import dataclass, replace
from typing import Literal

from core.domain.commands import Command
from core.domain.records import Iteration, Plan
from core.jobs.job import Basis, Job
from core.jobs.planning import goal_of, next_plan, rounds_within


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
    old, loop = next_plan(basis), basis.loop
    most = loop.max_refine if old.mode == "refine" else loop.max_evolve
    rounds = rounds_within(command.iterations, old.rounds, most)
    return replace(old, rounds=rounds, wish=goal_of(command.instruction))


def said(who: str, node: Iteration) -> str:
    return f"{who} picked round {node.round}; a new branch grows from it."


JOB = Job(command=Pick, plan=plan, said=said, slash=False)
