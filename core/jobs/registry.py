"""The jobs there are, loaded: what the names of this folder stand for."""

from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Any, get_args

from core.domain.access import WHO, Who
from core.domain.commands import Command, Control, Mode
from core.domain.defaults import LoopDefaults
from core.domain.options import options
from core.domain.records import Plan
from core.jobs import PRESSED, TYPED
from core.jobs.job import Job
from core.ports.offers import Offer
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid


def _declared(name: str) -> Job:
    """The job of a file of this folder."""
    module = f"{name}_" if iskeyword(name) else name
    return import_module(f"core.jobs.{module}").JOB


JOBS: dict[str, Job] = {name: _declared(name) for name in (*TYPED, *PRESSED)}


def job_of(command: Command) -> Job | None:
    """The job that a command begins; None: it is said to a run that goes."""
    return JOBS.get(command.kind)


def begins_session(command: Command) -> bool:
    """Whether a new tree comes of it, in a thread of its own."""
    job = job_of(command)
    return job is not None and job.begins(command)


def has_words(kind: str) -> bool:
    """Whether people type something into a command of this kind, which no refusal shall lose."""
    job = JOBS.get(kind)
    return kind in ("edit_prompt", "revise") or (job is not None and bool(options(job.command)))


def who_may(command: Command) -> Who:
    """Raises KeyError for a command that this version does not know."""
    job = job_of(command)
    return job.who if job else WHO[command.kind]


def made_by(plan: Plan) -> Job:
    """The job whose recipe a run follows. Raises KeyError where this version does not know it."""
    return JOBS[plan.mode]


def is_picture(mode: Mode) -> bool:
    """Whether what such a run made stands for itself: nothing was judged, there were no rounds."""
    job = JOBS.get(mode)
    return job is not None and job.shown == "picture"


def calls_of(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """Everything a run of this plan may pay for."""
    return made_by(plan).calls(plan, model_set)


def offers(model_set: ModelSet, loop: LoopDefaults) -> tuple[Offer, ...]:
    """What the doors show: every job, with the bounds that hold here and what it lacks."""
    return tuple(
        Offer(
            name=job.name,
            command=job.command,
            fields=options(job.command, loop),
            slash=job.slash,
            begins_session=job.begins_session,
            grows=job.grows,
            missing=job.missing(model_set),
            ways=job.ways,
            by_rounds=job.begins_session and job.shown == "rounds",
        )
        for job in JOBS.values()
    )


def commands() -> Any:
    """The type of every command there is: a union that `kind` tells apart."""
    kinds: list[Any] = [job.command for job in JOBS.values()]
    union: Any = get_args(Control)[0]
    for kind in (*get_args(Control)[1:], *kinds):
        union = union | kind
    return union
