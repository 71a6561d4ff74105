"""Continue: more rounds from a session's champion."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from core.domain.commands import Command
from core.domain.defaults import MAX_GOAL
from core.domain.options import Option
from core.domain.records import Iteration, Plan
from core.jobs.job import Basis, Job
from core.jobs.planning import goal_of, next_plan, rounds_within


@dataclass(frozen=True, slots=True, kw_only=True)
class Continue(Command):
    """`session` "": the one of the thread it is said in; `instruction` says what shall change, if
    anything."""

    kind: Literal["continue"] = "continue"
    session: Annotated[str, Option("continue.session", suggest="sessions")] = ""
    instruction: Annotated[str, Option("continue.instruction", most=MAX_GOAL, long=True)] = ""
    iterations: Annotated[
        int | None, Option("refine.iterations", most="max_refine", default="continue_iterations")
    ] = None


def plan(command: Continue, basis: Basis) -> Plan:
    old, loop = next_plan(basis), basis.loop
    most = loop.max_refine if old.mode == "refine" else loop.max_evolve
    rounds = rounds_within(command.iterations, loop.continue_iterations, most)
    return replace(old, rounds=rounds, wish=goal_of(command.instruction))


def said(who: str, node: Iteration) -> str:
    return f"{who} goes on from round {node.round}."


JOB = Job(command=Continue, plan=plan, said=said)
