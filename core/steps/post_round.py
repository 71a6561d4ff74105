"""A judged round is kept and posted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.domain.judging import MIN_GAIN, gain
from core.domain.records import CallRow, Iteration
from core.domain.updates import IterationFinished
from core.runtime.context import RunContext
from core.runtime.progress import post_progress, post_standing, spent, view
from core.runtime.snapshot import Snapshot
from core.steps.measured import contradictions
from core.steps.show import letter_of, stand_in

UNMEASURED = "This image could not be measured: it has no score."
PREFERRED = "The judge prefers this image: checklist and comparison decide, not the score."
KEPT = "The judge keeps the image before: checklist and comparison decide, not the score."


@dataclass(frozen=True, slots=True)
class Judged:
    """The round's outcome. `score` is the champion's, `best` the round's own best iteration;
    `all_pass`: the checklist says that the run is done."""

    champion: str
    best: str
    won: bool
    score: float | None
    all_pass: bool
    measured: bool


@dataclass(frozen=True, slots=True)
class Round:
    """Round `n` as it was painted: its images, the index of the `best`, and the champion it met."""

    n: int
    nodes: Sequence[Iteration]
    best: int
    champion: Iteration | None


async def save_and_post(
    ctx: RunContext, snapshot: Snapshot, painted: Round, judged: Judged
) -> None:
    run = snapshot.run
    async with ctx.store.write() as uow:
        for node in painted.nodes:
            await uow.iterations.save(node)
        calls = await uow.calls.of_run(run.id)
        update = _finished(ctx, snapshot, painted, judged, calls)
        await post_standing(uow, update, snapshot)
        line = f"round {painted.n} of {run.plan.rounds} is done"
        await post_progress(uow, snapshot, line, n=painted.n, champion=judged.champion)
    ctx.nudge()


def _finished(
    ctx: RunContext,
    snapshot: Snapshot,
    painted: Round,
    judged: Judged,
    calls: Sequence[CallRow],
) -> IterationFinished:
    champion, node = painted.champion, painted.nodes[painted.best]
    change = None
    if champion is not None and champion.score and node.score and snapshot.plan.mode == "refine":
        change = round(node.score.value - champion.score.value, 1)
    mine = [row for row in calls if round_of(row) == painted.n]
    update = IterationFinished(
        session=snapshot.session.id,
        run=snapshot.run.id,
        mode=snapshot.plan.mode,
        round=painted.n,
        rounds=snapshot.plan.rounds,
        candidates=tuple(view(each) for each in painted.nodes),
        best=painted.best,
        champion=judged.champion,
        won=judged.won,
        change=change,
        cost=spent(mine),
        seconds=round(sum(_seconds(row) for row in mine if row.name.part == 0), 1),
        prompt=node.prompt,
        words=node.words,
        critique=node.because,
        style=node.style,
        drift=node.drift,
        parent=node.parent,
        model=node.model,
        embedded=ctx.model_set.embedded,
        label=snapshot.run.label,
        note=" ".join(
            filter(
                None,
                (
                    stand_in(snapshot, node),
                    _note(ctx, snapshot, node, champion, judged),
                    contradictions(node.checks),
                ),
            )
        ),
        quiet=snapshot.plan.quiet,
    )
    votes = snapshot.plan.vote_s > 0 and ctx.patient and painted.n < snapshot.plan.rounds
    return opened(update, painted.nodes) if votes and len(painted.nodes) > 1 else update


def opened(update: IterationFinished, nodes: Sequence[Iteration]) -> IterationFinished:
    """A round's post as it is voted on."""
    letters = tuple(letter_of(node) for node in nodes)
    zero = tuple(0 for _ in nodes)
    return replace(update, shown="picture", labels=letters, blind=True, voting=True, votes=zero)


def _note(
    ctx: RunContext,
    snapshot: Snapshot,
    node: Iteration,
    champion: Iteration | None,
    judged: Judged,
) -> str:
    """What people have to know to understand the score."""
    if snapshot.session.reference and node.score is None:
        return UNMEASURED
    if champion is None or snapshot.plan.departs or not ctx.model_set.eyes:
        return ""
    points = gain(node, champion)
    if judged.won and points <= -MIN_GAIN:
        return PREFERRED
    return KEPT if not judged.won and points >= MIN_GAIN else ""


def round_of(row: CallRow) -> int:
    """The round a call belongs to: a critique pays for the next round."""
    step = row.name.step
    return step.round + 1 if step.act in ("open", "critique") else step.round


def _seconds(row: CallRow) -> float:
    return (row.ended - row.begun).total_seconds() if row.ended else 0.0
