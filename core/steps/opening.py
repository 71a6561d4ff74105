"""The first step: mark the run as running and find what the first round paints."""

import zlib
from dataclasses import dataclass, replace

from core.critique import Describe, Description
from core.ports import UnitOfWork
from core.session import CallRow, CallState, Plan, RunStatus
from core.steps.base import Context, Held, Lead, ask, held, load, telling
from core.steps.critique import compare
from core.steps.fitting import fitted
from core.studio import Tools


@dataclass(frozen=True, slots=True)
class Opening:
    """What the loop starts from. `champion` is "" before the first image."""

    plan: Plan
    embedded: bool
    champion: str
    taken: int


async def begin(tools: Tools, run_id: str) -> Opening:
    """Marks the run as running; `taken` counts the rounds the session has painted before."""
    context = await load(tools, run_id)
    run = context.run
    async with tools.store.write() as uow:
        fresh = await uow.run(run_id) or run
        if fresh.status is RunStatus.QUEUED:
            started = fresh.started or tools.clock()
            await uow.save_run(replace(fresh, status=RunStatus.RUNNING, started=started))
    before = {(node.run, node.round) for node in context.iterations if node.run != run_id}
    studio = tools.studio_of(run.plan.painter)
    embedded = studio is not None and studio.embedded
    return Opening(run.plan, embedded, run.plan.base, len(before))


async def first_lead(tools: Tools, run_id: str, step: str) -> Lead | Held:
    """The first prompt: a person's own, a base iteration's next one, or a description."""
    context = await load(tools, run_id)
    plan, base = context.plan, context.node(context.plan.base)
    if plan.first_prompt:
        lead = Lead(prompt=plan.first_prompt, words=plan.first_prompt, parent=plan.base)
        return await fitted(tools, context, step, lead)
    if base is not None and plan.mode == "refine":
        if base.critique is not None and not plan.wish:
            said = base.critique
            lead = Lead(prompt=said.prompt, words=said.words, because=said.summary, parent=base.id)
            return await fitted(tools, context, step, lead)
        return await compare(tools, run_id, step, 0, base.id, "", plan.wish)
    return await _describe(tools, context, step)


async def _describe(tools: Tools, context: Context, step: str) -> Lead | Held:
    session = context.session
    base = context.node(context.plan.base)
    hash = base.image if base else session.reference
    request = Describe(
        reference=await tools.images.get(hash) if hash else None,
        goal=session.goal,
        limit=tools.studio.painter.profile.prompt_limit,
        seed=zlib.crc32(session.id.encode()) & 0x7FFFFFFF,
        user=tools.user_hash(context.run.actor),
    )

    async def keep_checklist(uow: UnitOfWork, row: CallRow) -> None:
        said = row.value
        current = await uow.session(session.id)
        if isinstance(said, Description) and current and not current.checklist:
            await uow.save_session(replace(current, checklist=said.checklist[:12]))

    critic = tools.studio.critic
    line = "looking at the picture" if session.reference else "planning"
    async with telling(tools, context, line):
        row = await ask(
            tools,
            context.run,
            f"{step}#0",
            "describe",
            critic,
            lambda: critic.describe(request),
            keep_checklist,
        )
    if row.state is not CallState.DONE or not isinstance(row.value, Description):
        return held(row)
    parent = base.id if base else ""
    lead = Lead(prompt=row.value.prompt, words=row.value.words, parent=parent)
    return await fitted(tools, context, step, lead)
