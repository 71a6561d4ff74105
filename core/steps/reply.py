"""A person's question about a picture: asked, and the answer posted; nothing is painted."""

from core.domain.answers import Reply
from core.domain.call_key import StepName
from core.domain.records import CallState
from core.domain.updates import Described
from core.models.critic import Query
from core.ports.store import UnitOfWork
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.progress import telling
from core.runtime.snapshot import Snapshot, gone, load
from core.steps.work import base_of

EARLIER = 6  # questions and answers about the same picture that go along


async def reply(ctx: RunContext, run_id: str, step: str) -> str | StepFailure:
    """Asks what the plan wishes to know of its picture, and posts the answer. Returns ""."""
    snapshot = await load(ctx, run_id)
    hash, _, _ = base_of(snapshot)
    async with ctx.store.read() as uow:
        earlier = await _earlier(uow, snapshot, hash)
    question = Query(
        image=await ctx.images.get(hash),
        question=snapshot.plan.wish,
        earlier=earlier,
        user=ctx.user_hash(snapshot.run.actor),
    )
    critic = ctx.model_set.critic
    async with telling(ctx, snapshot, "looking at the picture"):
        row = await ask(
            ctx, snapshot.run, StepName(step), "answer", critic, lambda: critic.answer(question)
        )
    said = row.value
    if row.state is not CallState.DONE or not isinstance(said, Reply):
        return failure_of(row)
    update = Described(
        session=snapshot.session.id,
        run=run_id,
        image=hash,
        iteration=snapshot.plan.base,
        question=snapshot.plan.wish,
        alt=said.text,
        prompts=(),
        note=said.unseen,
        cost=row.usd,
        embedded=critic.profile.embedded,
        label=snapshot.run.label,
    )
    async with ctx.store.write() as uow:
        if not update.is_of(await gone(uow, snapshot.session.id)):
            await uow.outbox.post(update, snapshot.run, snapshot.session)
    ctx.nudge()
    return ""


async def _earlier(uow: UnitOfWork, snapshot: Snapshot, hash: str) -> tuple[tuple[str, str], ...]:
    found = await uow.outbox.of_session(snapshot.session.id)
    updates = [each.update for each in found]
    told = [
        (update.question, update.alt)
        for update in updates
        if isinstance(update, Described)
        and update.question
        and update.image == hash
        and update.run != snapshot.run.id
    ]
    return tuple(told[-EARLIER:])
