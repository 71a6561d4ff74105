"""Measuring a round, deciding who is champion, and posting the round."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.domain.answers import Inspection, Verdict
from core.domain.errors import PixelsFailed
from core.domain.judging import (
    EXACT_GAIN,
    MIN_GAIN,
    all_pass,
    best_of,
    share,
    wants_duel,
    wins_by_numbers,
    wins_duel,
)
from core.domain.records import CallRow, CallState, Iteration
from core.domain.updates import Check, IterationFinished, Score
from core.imaging import codec, similarity
from core.models.critic import Duel, Inspect
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import StepFailure
from core.runtime.progress import post_progress, spent, telling, view
from core.runtime.snapshot import Snapshot, load

log = logging.getLogger(__name__)
UNMEASURED = "This image could not be measured: it has no score."


@dataclass(frozen=True, slots=True)
class Judged:
    """The round's outcome. `score` is the champion's, `best` the round's own best iteration."""

    champion: str
    best: str
    won: bool
    score: float | None
    all_pass: bool
    measured: bool


def compare_bytes(reference: bytes, image: bytes) -> tuple[float, float, float, float]:
    """Score 0-100 and its parts 0-1 of two encoded images; runs in the pool of processes."""
    found = similarity.measure(_reference(reference), codec.rgb(image))
    return found.score, found.detail, found.layout, found.colour


@lru_cache(maxsize=2)
def _reference(data: bytes) -> NDArray[np.uint8]:
    """Decoded once a process: every round of a session is measured against it."""
    pixels = codec.rgb(data)
    pixels.flags.writeable = False
    return pixels


async def judge(
    ctx: RunContext, run_id: str, step: str, n: int, ids: tuple[str, ...], champion: str
) -> Judged | StepFailure:
    """Scores the candidates, settles champion against challenger, posts the round."""
    snapshot = await load(ctx, run_id)
    nodes = [node for node in snapshot.iterations if node.id in ids]
    champ = snapshot.node(champion)
    async with telling(ctx, snapshot, f"judging round {n}", n=n):
        scored = await _seen(ctx, snapshot, step, nodes, champ)
    if isinstance(scored, StepFailure):
        return scored
    best = best_of(scored)
    won = await _wins(ctx, snapshot, step, scored[best], champ)
    if isinstance(won, StepFailure):
        return won
    scored[best] = replace(scored[best], won=won)
    judged = _judged(scored[best], champ if not won else None)
    await _save_and_post(ctx, snapshot, n, scored, best, champ, judged)
    return judged


async def _seen(
    ctx: RunContext,
    snapshot: Snapshot,
    step: str,
    nodes: list[Iteration],
    champion: Iteration | None,
) -> list[Iteration] | StepFailure:
    """Scores and answers. Of a single candidate both at once: the measuring takes no time then."""
    if len(nodes) > 1:
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


def _judged(best: Iteration, champion: Iteration | None) -> Judged:
    leader = champion or best
    return Judged(
        champion=leader.id,
        best=best.id,
        won=champion is None,
        score=leader.score.value if leader.score else None,
        all_pass=all_pass(leader.checks),
        measured=leader.score is not None and leader.score.detail is not None,
    )


async def _score(
    ctx: RunContext, snapshot: Snapshot, nodes: Sequence[Iteration], champion: Iteration | None
) -> list[Iteration]:
    """Measured scores: refine against the reference, evolve against the previous image."""
    session, evolving = snapshot.session, snapshot.plan.mode == "evolve"
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
        value, *parts = await ctx.pixels.run(compare_bytes, target, image)
    except PixelsFailed as exc:
        log.warning("an image has no score: %s", exc)
        return None
    detail, layout, colour = (round(part, 4) for part in parts)
    return Score(round(value, 1), detail, layout, colour)


async def _inspect(
    ctx: RunContext, snapshot: Snapshot, step: str, nodes: list[Iteration]
) -> list[Iteration] | StepFailure:
    """Checklist answers: for all candidates where they are the score, else for the best alone."""
    session = snapshot.session
    if snapshot.plan.mode == "evolve" or not session.checklist:
        return nodes
    chosen = [best_of(nodes)] if session.reference else range(len(nodes))
    for i in chosen:
        answers = await _answers(ctx, snapshot, f"{step}/inspect/{i}", nodes[i])
        if isinstance(answers, StepFailure):
            if answers.fault in ("unusable", "doubt", "refused"):
                continue
            return answers
        checks = tuple(
            Check(question, answer)
            for question, answer in zip(session.checklist, answers.answers, strict=False)
        )
        nodes[i] = replace(nodes[i], checks=checks, alt=answers.alt or nodes[i].alt)
        if not session.reference and (value := share(checks)) is not None:
            nodes[i] = replace(nodes[i], score=Score(value))
    return nodes


async def _answers(
    ctx: RunContext, snapshot: Snapshot, key: str, node: Iteration
) -> Inspection | StepFailure:
    request = Inspect(
        image=await ctx.images.get(node.image),
        goal=snapshot.session.goal,
        checklist=snapshot.session.checklist,
        user=ctx.user_hash(snapshot.run.actor),
    )
    judge_ = ctx.model_set.judge
    row = await ask(ctx, snapshot.run, f"{key}#0", "check", judge_, lambda: judge_.inspect(request))
    if row.state is CallState.DONE and isinstance(row.value, Inspection):
        return row.value
    return failure_of(row)


async def _wins(
    ctx: RunContext,
    snapshot: Snapshot,
    step: str,
    challenger: Iteration,
    champion: Iteration | None,
) -> bool | StepFailure:
    if champion is None or snapshot.plan.mode == "evolve":
        return True
    measured = bool(snapshot.session.reference)
    duels = ctx.model_set.judge.profile.duels
    if not wants_duel(challenger, champion, measured=measured, duels=duels):
        least = MIN_GAIN if duels else EXACT_GAIN
        return wins_by_numbers(challenger, champion, measured=measured, least=least)
    first = await _duel(ctx, snapshot, f"{step}/duel/0#0", champion, challenger)
    if isinstance(first, StepFailure):
        return _by_numbers_or_hold(first, challenger, champion, measured)
    second = await _duel(ctx, snapshot, f"{step}/duel/1#0", challenger, champion)
    if isinstance(second, StepFailure):
        return _by_numbers_or_hold(second, challenger, champion, measured)
    return wins_duel(first, second)


def _by_numbers_or_hold(
    hold: StepFailure, challenger: Iteration, champion: Iteration, measured: bool
) -> bool | StepFailure:
    if hold.fault in ("wait", "account"):
        return hold
    return wins_by_numbers(challenger, champion, measured=measured)


async def _duel(
    ctx: RunContext, snapshot: Snapshot, key: str, first: Iteration, second: Iteration
) -> Verdict | StepFailure:
    session = snapshot.session
    request = Duel(
        reference=await ctx.images.get(session.reference) if session.reference else None,
        goal=session.goal,
        first=await ctx.images.get(first.image),
        second=await ctx.images.get(second.image),
        user=ctx.user_hash(snapshot.run.actor),
    )
    judge_ = ctx.model_set.judge
    row = await ask(ctx, snapshot.run, key, "duel", judge_, lambda: judge_.duel(request))
    if row.state is CallState.DONE and isinstance(row.value, Verdict):
        return row.value
    return failure_of(row)


async def _save_and_post(
    ctx: RunContext,
    snapshot: Snapshot,
    n: int,
    nodes: list[Iteration],
    best: int,
    champion: Iteration | None,
    judged: Judged,
) -> None:
    run, session = snapshot.run, snapshot.session
    async with ctx.store.write() as uow:
        for node in nodes:
            await uow.iterations.save(node)
        calls = await uow.calls.of_run(run.id)
        update = _finished(ctx, snapshot, n, nodes, best, champion, judged, calls)
        await uow.outbox.post(update, run, session)
        line = f"round {n} of {run.plan.rounds} is done"
        await post_progress(uow, snapshot, line, n=n, champion=judged.champion)
    ctx.nudge()


def _finished(
    ctx: RunContext,
    snapshot: Snapshot,
    n: int,
    nodes: list[Iteration],
    best: int,
    champion: Iteration | None,
    judged: Judged,
    calls: Sequence[CallRow],
) -> IterationFinished:
    node = nodes[best]
    change = None
    if champion is not None and champion.score and node.score and snapshot.plan.mode == "refine":
        change = round(node.score.value - champion.score.value, 1)
    mine = [row for row in calls if round_of(row) == n]
    return IterationFinished(
        session=snapshot.session.id,
        run=snapshot.run.id,
        mode=snapshot.plan.mode,
        round=n,
        rounds=snapshot.plan.rounds,
        candidates=tuple(view(each) for each in nodes),
        best=best,
        champion=judged.champion,
        won=judged.won,
        change=change,
        cost=spent(mine),
        seconds=round(sum(_seconds(row) for row in mine if row.key.endswith("#0")), 1),
        prompt=node.prompt,
        words=node.words,
        critique=node.because,
        style=node.style,
        drift=node.drift,
        parent=node.parent,
        model=node.model,
        embedded=ctx.model_set.embedded,
        note=UNMEASURED if snapshot.session.reference and node.score is None else "",
    )


def round_of(row: CallRow) -> int:
    """The round a call belongs to, by its key run/kind/n...: a critique pays for the next round."""
    parts = row.key[len(row.run) + 1 :].split("#")[0].split("/")
    number = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
    return number + 1 if parts[0] in ("open", "critique") else number


def _seconds(row: CallRow) -> float:
    return (row.ended - row.begun).total_seconds() if row.ended else 0.0
