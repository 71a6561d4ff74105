"""Paint again: the same prompt once more, one sibling of an iteration."""

from dataclasses import dataclass, replace
from typing import Literal

from core.domain.commands import Command
from core.domain.errors import BadRequest
from core.domain.records import Iteration, Plan
from core.domain.work import Work
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
    if not basis.node.model:
        raise BadRequest("This picture was made from another one, not painted: do that job again.")
    if basis.old is not None and basis.old.work is not None:
        return _worked_again(basis.old, basis.old.work, basis.node)
    if basis.old is not None and basis.node.chapter is not None:
        telling = replace(basis.node.chapter.telling, act="again", of=basis.node.id)
        return replace(
            basis.old, base=basis.node.parent, telling=telling, work=None, usd_limit=None
        )
    return replace(
        old, base=basis.node.parent, first_prompt=basis.node.prompt, rounds=1, candidates=1
    )


def _worked_again(old: Plan, work: Work, node: Iteration) -> Plan:
    """What made this image, once more with another seed."""
    own = slice(node.candidate, node.candidate + 1)
    again = replace(
        work,
        prompts=work.prompts[own] or work.prompts[:1],
        labels=work.labels[own],
        styles=work.styles[own],
        painters=work.painters[own],
        qualities=work.qualities[own],
        seed=None,
    )
    return replace(old, work=again, usd_limit=None)


JOB = Job(command=PaintAgain, plan=plan, said="{who} has round {round} painted again.", slash=False)
