"""Paint again: the same prompt once more, one sibling of an iteration."""

from dataclasses import dataclass, replace
from typing import Literal

from core.domain.commands import Command
from core.domain.records import Iteration, Plan
from core.jobs.job import Basis, Job
from core.jobs.planning import next_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintAgain(Command):
    kind: Literal["paint_again"] = "paint_again"
    iteration: str


def plan(command: PaintAgain, basis: Basis) -> Plan:
    old = next_plan(basis)
    if basis.node is None:
        return old
    return replace(
        old, base=basis.node.parent, first_prompt=basis.node.prompt, rounds=1, candidates=1
    )


def said(who: str, node: Iteration) -> str:
    return f"{who} has round {node.round} painted again."


JOB = Job(command=PaintAgain, plan=plan, said=said, slash=False)
