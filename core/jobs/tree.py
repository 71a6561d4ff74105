"""Tree: how the pictures of a session grew out of each other, as one picture."""

from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command
from core.domain.options import Option
from core.domain.records import Iteration, Plan
from core.jobs.job import Basis, Job
from core.steps import pictured
from core.steps.describe import Opening
from core.steps.loop import Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTree(Command):
    """`session` "": the one of the thread it is said in."""

    kind: Literal["tree"] = "tree"
    session: Annotated[str, Option("continue.session", suggest="sessions")] = ""


def plan(command: ShowTree, basis: Basis) -> Plan:
    return Plan(mode="tree", rounds=1, base=basis.node.id if basis.node else "", rationed=False)


async def recipe(loop: Loop, opening: Opening) -> str:
    await loop.may_go_on(1)
    await loop.step("tree/1", pictured.tree)
    return "done"


def said(who: str, node: Iteration) -> str:
    return ""


JOB = Job(
    command=ShowTree,
    needs=frozenset(),
    plan=plan,
    recipe=recipe,
    said=said,
    shown="picture",
    examples=("tree --session SESSION",),
)
