"""Which painters may take over where a run's own fails, or lacks what is asked."""

from contextlib import suppress
from dataclasses import dataclass, replace

from core.domain import access
from core.domain.commands import Command, Instead
from core.domain.errors import BadRequest, Gone
from core.domain.records import InboxState, Plan, RunRecord, RunStatus, Signal
from core.jobs.job import Basis, Job
from core.jobs.registry import who_may
from core.ports.repositories import InboxRow
from core.runtime.context import RunContext
from core.runtime.models import ModelSet


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan; `fallback`: why another painter than the first one does it, "" where none has to."""

    plan: Plan
    fallback: str = ""


def fallbacks_of(ctx: RunContext, plan: Plan) -> tuple[str, ...]:
    """Names, in turn: of painters that can do all of it as it was asked. None for a painter that
    people or their admins named: another one would be another picture than they meant."""
    able = () if plan.painter else (each for each in ctx.fallbacks if _does(each, plan))
    return tuple(each.painter.profile.name for each in able)


def _does(model_set: ModelSet, plan: Plan) -> bool:
    profile = model_set.painter.profile
    if plan.hold == "picture" and not profile.takes_pictures:
        return False
    if profile.qualities and plan.quality not in profile.qualities:
        return False
    if plan.work is None:
        return "generate" in profile.operations
    if plan.work.painters or (plan.work.negative and not profile.negative):
        return False
    return model_set.doing(plan.work) is not None


def planned(ctx: RunContext, job: Job, command: Command, named: str, basis: Basis) -> Planned:
    """The plan of a run of the painter `named`; of what it lacks the plan of the first fallback that
    has it, where nobody named one. Raises BadRequest with what the first one says."""
    try:
        return Planned(_plan(job, command, named, basis))
    except BadRequest as exc:
        for each in () if named else ctx.fallbacks:
            name = each.painter.profile.name
            with suppress(BadRequest):
                plan = _plan(job, command, name, replace(basis, model_set=each))
                model = each.painter.profile.model
                return Planned(
                    plan, f"{exc.sentence.rstrip('.')}; {model} can and does it instead."
                )
        raise


def _plan(job: Job, command: Command, painter: str, basis: Basis) -> Plan:
    if missing := job.missing(basis.model_set):
        raise BadRequest(
            f"No model that is set up here can {missing}: the operator can name one that can in "
            "models.painter or models.editor."
        )
    return replace(job.plan(command, basis), painter=painter)


async def agree(ctx: RunContext, row: InboxRow, command: Instead) -> RunRecord:
    """Writes down that the offered painter may go on, for the run to find. Raises a Refusal."""
    async with ctx.store.write() as uow:
        run = await uow.runs.get(command.run)
        session = await uow.sessions.get(run.session) if run else None
        if run is None or session is None:
            raise Gone(access.NOT_THERE)
        access.authorise(command, who_may(command), session, run.actor)
        if run.status is not RunStatus.RUNNING or command.number >= len(run.plan.instead):
            raise Gone("This run is over: start another one.")
        word = Signal(
            run=run.id, kind="instead", actor=command.actor, round=command.number, at=ctx.clock()
        )
        await uow.runs.add_signal(word)
        await uow.inbox.end(row.key, InboxState.TAKEN, run=run.id)
    return run
