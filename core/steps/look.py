"""What is in a picture, in words: posted, and nothing painted."""

import zlib

from core.domain.answers import Description
from core.domain.call_key import StepName
from core.domain.records import CallRow, CallState
from core.domain.updates import Described
from core.models.critic import Describe
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.payments import After
from core.runtime.progress import telling
from core.runtime.snapshot import Snapshot, gone, load
from core.steps.work import base_of


async def describing(
    ctx: RunContext, snapshot: Snapshot, image: str, seed: str, goal: str = ""
) -> Describe:
    """What the critic is asked about an image ("" for none), for as many prompts as the plan has
    candidates. What is described under one `seed` comes out alike."""
    painter = ctx.model_set.painter.profile
    return Describe(
        reference=await ctx.images.get(image) if image else None,
        goal=goal,
        limit=painter.written_limit,
        prompts=snapshot.plan.candidates,
        painter=painter,
        seed=zlib.crc32(seed.encode()) & 0x7FFFFFFF,
        user=ctx.user_hash(snapshot.run.actor),
    )


async def described(
    ctx: RunContext,
    snapshot: Snapshot,
    step: str,
    request: Describe,
    line: str,
    after: After | None = None,
) -> CallRow:
    """The critic's answer, while the thread reads `line`."""
    critic = ctx.model_set.critic
    async with telling(ctx, snapshot, line):
        return await ask(
            ctx,
            snapshot.run,
            StepName(step),
            "describe",
            critic,
            lambda: critic.describe(request),
            after,
            request.prompts,
        )


async def look(ctx: RunContext, run_id: str, step: str) -> str | StepFailure:
    """Asks the critic for as many prompts as the plan has candidates, and posts them. Returns ""."""
    snapshot = await load(ctx, run_id)
    hash, _, _ = base_of(snapshot)
    request = await describing(ctx, snapshot, hash, hash)
    row = await described(ctx, snapshot, step, request, "looking at the picture")
    if row.state is not CallState.DONE or not isinstance(row.value, Description):
        return failure_of(row)
    async with ctx.store.write() as uow:
        update = _described(
            snapshot,
            hash,
            row,
            row.value,
            ctx.model_set.styles,
            embedded=ctx.model_set.critic.profile.embedded,
        )
        if not update.is_of(await gone(uow, snapshot.session.id)):
            await uow.outbox.post(update, snapshot.run, snapshot.session)
    ctx.nudge()
    return ""


def _described(
    snapshot: Snapshot,
    hash: str,
    row: CallRow,
    said: Description,
    styles: tuple[str, ...],
    *,
    embedded: bool,
) -> Described:
    words = said.words or said.prompt
    styled = (f"{words}, in the style of {style}" for style in styles)
    found = dict.fromkeys((words, *said.variants, *styled))
    prompts = list(found)[: snapshot.plan.candidates]
    return Described(
        session=snapshot.session.id,
        run=snapshot.run.id,
        image=hash,
        iteration=snapshot.plan.base,
        alt=said.alt or said.words or said.prompt,
        prompts=tuple(prompts),
        checklist=said.checklist,
        note=said.note,
        cost=row.usd,
        embedded=embedded,
        label=snapshot.run.label,
    )
