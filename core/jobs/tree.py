"""Tree: how the pictures of a session grew out of each other, as one picture."""

from dataclasses import dataclass
from typing import Literal

from core.domain.commands import Command
from core.domain.records import Plan
from core.jobs.free_job import drawing, plan_of, unpainted
from core.jobs.job import Basis
from core.jobs.shared_options import SessionOption
from core.steps import pictured


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTree(Command):
    """`session` "": the one of the thread it is said in."""

    kind: Literal["tree"] = "tree"
    session: SessionOption = ""


def plan(command: ShowTree, basis: Basis) -> Plan:
    return plan_of("tree", basis)


JOB = unpainted(
    command=ShowTree,
    plan=plan,
    recipe=drawing("tree/1", pictured.tree),
    examples=("tree --session SESSION",),
)
