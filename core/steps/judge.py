"""Measuring a round, deciding who is champion, and posting the round."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from core.domain.answers import Inspection
from core.domain.call_key import StepName
from core.domain.errors import PixelsFailed
from core.domain.judging import (
    asked_for,
    best_of,
    settled,
    share,
)
from core.domain.records import CallState, Iteration
from core.domain.views import Check, Score
from core.imaging import tasks
from core.models.critic import Inspect
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.progress import telling
from core.runtime.snapshot import Snapshot, load
from core.steps.closer import closer_look
from core.steps.duel import Fight, fight
from core.steps.measured import measured
from core.steps.post_round import Judged, Round, save_and_post

log = logging.getLogger(__name__)


async def judge(
    ctx: RunContext, run_id: str, step: str, n: int, ids: tuple[str, ...], champion: str
) -> Judged | StepFailure:
    """Scores the candidates, settles champion against challenger, posts the round."""
    snapshot = await load(ctx, run_id)
    nodes = [node for id in ids if (node := snapshot.node(id)) is not None]
    champ = snapshot.node(champion)
    async with telling(ctx, snapshot, f"judging round {n}", n=n):
        scored = await _seen(ctx, snapshot, step, nodes, champ)
    if isinstance(scored, StepFailure):
        return scored
    best = best_of(scored, eyes=ctx.model_set.eyes)
    fought = await fight(ctx, snapshot, step, scored[best], champ)
    if isinstance(fought, StepFailure):
        return fought
    scored[best] = replace(scored[best], won=fought.won)
    judged = _judged(snapshot, scored[best], champ, fought)
    scored[best] = await closer_look(ctx, snapshot, step, scored[best])
    await save_and_post(ctx, snapshot, Round(n, scored, best, champ), judged)
    return judged


async def _seen(
    ctx: RunContext,
    snapshot: Snapshot,
    step: str,
    nodes: list[Iteration],
    champion: Iteration | None,
) -> list[Iteration] | StepFailure:
    """Scores and answers, both at once where no score picks what is looked at."""
    if not _all_are_seen(ctx, snapshot) and len(nodes) > 1:
        scored = await _score(ctx, snapshot, nodes, champion)
        return await _inspect(ctx, snapshot, step, scored)
    measuring = asyncio.create_task(_score(ctx, snapshot, nodes, champion), name=f"score {step}")
    try:
        inspected = await _inspect(ctx, snapshot, step, list(nodes))
    finally:
        await asyncio.wait([measuring])  # it is short; nothing is left running
    scored = measuring.result()
    if isinstance(inspected, StepFailure):
        return inspected
    return [
        replace(node, score=said.score or node.score, checks=said.checks, alt=said.alt)
        for node, said in zip(scored, inspected, strict=True)
    ]


def _all_are_seen(ctx: RunContext, snapshot: Snapshot) -> bool:
    """Which candidate is looked at must not be up to pixels, unless nobody has eyes."""
    return ctx.model_set.eyes or not snapshot.session.reference


def _judged(
    snapshot: Snapshot, best: Iteration, champion: Iteration | None, fought: Fight
) -> Judged:
    leader = best if fought.won or champion is None else champion
    reference = bool(snapshot.session.reference)
    return Judged(
        champion=leader.id,
        best=best.id,
        won=fought.won,
        score=leader.score.value if leader.score else None,
        all_pass=settled(
            leader,
            reference=reference,
            duel_won=fought.won and fought.duel > 0,
            bar=snapshot.plan.checks_score,
        ),
        measured=reference and leader.score is not None,
    )


async def _score(
    ctx: RunContext, snapshot: Snapshot, nodes: Sequence[Iteration], champion: Iteration | None
) -> list[Iteration]:
    """Measured scores: against the reference, of a departing run against the previous image."""
    session, evolving = snapshot.session, snapshot.plan.departs
    against = champion.image if evolving and champion else session.reference
    if not against:
        return list(nodes)
    target = await ctx.images.get(against)

    async def scored(node: Iteration) -> Iteration:
        image = await ctx.images.get(node.image)
        value = await _measure(ctx, target, image)
        drift = value.value if value else None
        if evolving and session.reference and against != session.reference:
            original = await ctx.images.get(session.reference)
            found = await _measure(ctx, original, image)
            drift = found.value if found else None
        return replace(node, score=value, drift=drift if evolving else None)

    return list(await asyncio.gather(*(scored(node) for node in nodes)))


async def _measure(ctx: RunContext, target: bytes, image: bytes) -> Score | None:
    """None where the picture can't be measured: what was paid for is not lost to that."""
    try:
        return await ctx.pixels.run(tasks.score, target, image, ctx.model_set.measure)
    except PixelsFailed as exc:
        log.warning("an image has no score: %s", exc)
        return None


async def _inspect(
    ctx: RunContext, snapshot: Snapshot, step: str, nodes: list[Iteration]
) -> list[Iteration] | StepFailure:
    """Checklist answers: for all candidates, or without eyes for the best alone."""
    session = snapshot.session
    if snapshot.plan.departs or not session.checklist:
        return nodes
    every = range(len(nodes))
    chosen = every if _all_are_seen(ctx, snapshot) else [best_of(nodes, eyes=False)]
    said = await asyncio.gather(
        *(_answers(ctx, snapshot, f"{step}/inspect/{i}", nodes[i]) for i in chosen)
    )
    for i, answers in zip(chosen, said, strict=True):
        if isinstance(answers, StepFailure):
            if answers.fault in ("unusable", "doubt", "refused"):
                continue
            return answers
        held = asked_for(answers.answers, session.depends)
        checks = tuple(
            Check(question, answer)
            for question, answer in zip(session.checklist, held, strict=False)
        )
        checks = await measured(ctx, nodes[i], checks)
        nodes[i] = replace(nodes[i], checks=checks, alt=answers.alt or nodes[i].alt)
        if not session.reference and (value := share(checks)) is not None:
            nodes[i] = replace(nodes[i], score=Score(value, measure="checklist"))
    return nodes


async def _answers(
    ctx: RunContext, snapshot: Snapshot, key: str, node: Iteration
) -> Inspection | StepFailure:
    request = Inspect(
        image=await ctx.images.get(node.image),
        goal=snapshot.session.goal,
        checklist=snapshot.session.checklist,
        depends=snapshot.session.depends,
        user=ctx.user_hash(snapshot.run.actor),
    )
    judge_ = ctx.model_set.judge
    row = await ask(
        ctx, snapshot.run, StepName(key), "check", judge_, lambda: judge_.inspect(request)
    )
    if row.state is CallState.DONE and isinstance(row.value, Inspection):
        return row.value
    return failure_of(row)
