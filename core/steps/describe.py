"""The first step: mark the run as running and find what the first round paints."""

from dataclasses import dataclass, replace

from core.domain.answers import Description
from core.domain.records import CallRow, CallState, Plan, RunStatus
from core.ports.store import UnitOfWork
from core.runtime.announced import unpostable
from core.runtime.asking import failure_of
from core.runtime.context import RunContext
from core.runtime.lifecycle import GOING, fail
from core.runtime.outcome import NextPrompt, StepFailure
from core.runtime.snapshot import Snapshot, load
from core.steps.critique import NO_ANSWER, compare
from core.steps.fit_prompt import fitted
from core.steps.look import described, describing


@dataclass(frozen=True, slots=True)
class Opening:
    """What the loop starts from. `champion` is "" before the first image."""

    plan: Plan
    embedded: bool
    champion: str
    taken: int


async def begin(ctx: RunContext, run_id: str) -> Opening | None:
    """Marks the run as running; `taken` counts the rounds the session has painted before. None
    where the run was ended before it began, or has no place to be seen."""
    snapshot = await load(ctx, run_id)
    run = snapshot.run
    async with ctx.store.write() as uow:
        if not await uow.runs.transition(run_id, GOING, RunStatus.RUNNING, at=ctx.clock()):
            return None
    if why := await unpostable(ctx, run):
        await fail(ctx, run_id, f"Nothing was painted and nothing is charged: {why}")
        return None
    before = {(node.run, node.round) for node in snapshot.iterations if node.run != run_id}
    model_set = ctx.model_set_of(run.plan.painter)
    embedded = model_set is not None and model_set.by_formula
    return Opening(run.plan, embedded, run.plan.base, len(before))


async def first_prompt_of(ctx: RunContext, run_id: str, step: str) -> NextPrompt | StepFailure:
    """The first prompt: a person's own, a base iteration's next one, or a description."""
    snapshot = await load(ctx, run_id)
    plan, base = snapshot.plan, snapshot.node(snapshot.plan.base)
    if plan.first_prompt:
        next_prompt = NextPrompt(
            prompt=plan.first_prompt, words=plan.first_prompt, parent=plan.base
        )
        return await fitted(ctx, snapshot, step, next_prompt)
    if base is not None and plan.mode == "refine":
        said = base.critique
        if said is not None and not plan.wish and not _painted(snapshot, said.prompt):
            return await fitted(ctx, snapshot, step, NextPrompt.of(said, base.id))
        return await compare(ctx, run_id, step, 0, base.id, "", plan.wish)
    return await _describe(ctx, snapshot, step)


def _painted(snapshot: Snapshot, prompt: str) -> bool:
    """Whether another run painted this prompt: a branch does not tread in its steps."""
    return any(
        node.prompt == prompt and node.run != snapshot.run.id for node in snapshot.iterations
    )


async def _describe(ctx: RunContext, snapshot: Snapshot, step: str) -> NextPrompt | StepFailure:
    session = snapshot.session
    base = snapshot.node(snapshot.plan.base)
    hash = base.image if base else session.reference
    request = await describing(ctx, snapshot, hash, session.id, session.goal)

    async def keep_checklist(uow: UnitOfWork, row: CallRow) -> None:
        said = row.value
        current = await uow.sessions.get(session.id)
        if isinstance(said, Description) and current and not current.checklist:
            asked, depends = said.checklist[:12], said.depends[:12]
            await uow.sessions.save(replace(current, checklist=asked, depends=depends))

    line = "looking at the picture" if session.reference else "planning"
    row = await described(ctx, snapshot, step, request, line, keep_checklist)
    if row.state is not CallState.DONE or not isinstance(row.value, Description):
        if row.fault not in NO_ANSWER or not session.goal:
            return failure_of(row)
        why = row.error.rstrip(". ")
        own = NextPrompt(
            prompt=session.goal,
            parent=base.id if base else "",
            because=f"{why}; your own words are painted.",
        )
        return await fitted(ctx, snapshot, step, own)
    parent = base.id if base else ""
    said = row.value
    next_prompt = NextPrompt(
        prompt=said.prompt,
        words=said.words,
        variants=said.variants,
        because=said.note,
        parent=parent,
    )
    return await fitted(ctx, snapshot, step, next_prompt)
