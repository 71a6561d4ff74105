"""Continue: more rounds from a session's champion."""

from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command
from core.domain.defaults import MAX_GOAL
from core.domain.options import Option
from core.domain.records import Plan
from core.jobs.job import Basis, Job
from core.jobs.planning import goes_on
from core.jobs.shared_options import SessionOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Continue(Command):
    """`session` "": the one of the thread it is said in; `instruction` says what shall change, if
    anything."""

    kind: Literal["continue"] = "continue"
    session: SessionOption = ""
    instruction: Annotated[str, Option("continue.instruction", most=MAX_GOAL, long=True)] = ""
    iterations: Annotated[
        int | None, Option("refine.iterations", most="max_refine", default="continue_iterations")
    ] = None


def plan(command: Continue, basis: Basis) -> Plan:
    return goes_on(basis, command.iterations, command.instruction)


JOB = Job(command=Continue, plan=plan, said="{who} goes on from round {round}.")
