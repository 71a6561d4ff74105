"""All jobs there are. A new one is a file in this folder and a line here."""

from collections.abc import Sequence
from typing import Any, get_args

from core.domain.access import WHO, Who
from core.domain.commands import Command, Control
from core.domain.records import Plan
from core.jobs import continue_, edit_prompt, evolve, paint_again, pick, refine
from core.jobs.job import Job
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid

JOBS: dict[str, Job] = {
    job.name: job
    for job in (
        refine.JOB,
        evolve.JOB,
        continue_.JOB,
        pick.JOB,
        paint_again.JOB,
        edit_prompt.JOB,
    )
}


def job_of(command: Command) -> Job | None:
    """The job that a command begins; None: it is said to a run that goes."""
    return JOBS.get(command.kind)


def who_may(command: Command) -> Who:
    """Raises KeyError for a command that this version does not know."""
    job = job_of(command)
    return job.who if job else WHO[command.kind]


def made_by(plan: Plan) -> Job:
    """The job whose recipe a run follows. Raises KeyError where this version does not know it."""
    return JOBS[plan.mode]


def calls_of(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """Everything a run of this plan may pay for."""
    return made_by(plan).calls(plan, model_set)


def commands() -> Any:
    """The type of every command there is: a union that `kind` tells apart."""
    kinds: list[Any] = [job.command for job in JOBS.values()]
    union: Any = get_args(Control)[0]
    for kind in (*get_args(Control)[1:], *kinds):
        union = union | kind
    return union
