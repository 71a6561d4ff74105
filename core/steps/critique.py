"""What is wrong with the champion, and the prompt that follows from it."""

import zlib
from dataclasses import replace

from core.domain.answers import Critique, Difference, Rewritten
from core.domain.call_key import StepName
from core.domain.faults import AWAITED
from core.domain.records import CallRow, CallState, Iteration
from core.domain.styles import style_for
from core.domain.updates import Critiqued
from core.models.critic import Compare, PastRound, Transform
from core.ports.store import UnitOfWork
from core.runtime.asking import ask, failure_of
from core.runtime.context import RunContext
from core.runtime.outcome import NextPrompt, StepFailure
from core.runtime.progress import progress, telling
from core.runtime.snapshot import Snapshot, load
from core.steps.fit_prompt import fitted, rewrite

NO_ANSWER = ("refused", "unusable")  # the critic is there and has nothing to say: the run goes on
ROUNDS_TOLD = 6
LOCAL_SHARE = 0.35  # of the image's area: a larger box is no local difference


async def compare(
    ctx: RunContext, run_id: str, step: str, n: int, champion: str, challenger: str, wish: str = ""
) -> NextPrompt | StepFailure:
    """Asks the critic about the champion; shows the answer on round `n`'s message."""
    snapshot = await load(ctx, run_id)
    best, rival = snapshot.node(champion), snapshot.node(challenger)
    if best is None:
        return StepFailure("unusable", "There is no image to compare.")
    request = await _request(ctx, snapshot, n, best, rival, wish)
    critic = ctx.model_set.critic

    async def keep(uow: UnitOfWork, row: CallRow) -> None:
        if isinstance(row.value, Critique):
            current = await uow.iterations.get(best.id)
            if current is not None:
                await uow.iterations.save(replace(current, critique=row.value))
            if n > 0:
                shown = rival or best
                await uow.outbox.post(
                    _critiqued(snapshot, n, shown.id, row.value), snapshot.run, snapshot.session
                )

    async with telling(ctx, snapshot, "comparing, writing the next prompt", n=n):
        row = await ask(
            ctx,
            snapshot.run,
            StepName(step),
            "compare",
            critic,
            lambda: critic.compare(request),
            keep,
            request.prompts,
        )
    ctx.nudge()
    if row.state is not CallState.DONE or not isinstance(row.value, Critique):
        if row.fault not in NO_ANSWER:
            return failure_of(row)
        return _without_critic(best, row, wish)
    said = row.value
    next_prompt = NextPrompt.of(said, best.id)
    mends = ctx.model_set.can_edit and "edit" not in snapshot.plan.off
    local = repair(said.differences, can_edit=mends)
    if local is not None and local.box is not None:
        next_prompt = replace(
            next_prompt,
            box=local.box,
            prompt=local.what,
            words=local.what,
            whole=next_prompt.prompt,
            variants=(),
        )
    return await fitted(ctx, snapshot, step, next_prompt)


def _without_critic(best: Iteration, row: CallRow, wish: str) -> NextPrompt:
    """Where the critic refuses, or its answer is no use: the run goes on, and says how."""
    why = row.error.rstrip(". ") if row.fault == "refused" else "The critic's answer was no use"
    prompt, words = best.prompt, best.words
    instead = "the same prompt is painted again"
    if wish:
        prompt, words = f"{prompt}\n{wish}", wish
        instead = "your words are added to the prompt as they are"
    return NextPrompt(prompt=prompt, words=words, parent=best.id, because=f"{why}; {instead}.")


def repair(differences: tuple[Difference, ...], *, can_edit: bool) -> Difference | None:
    """The difference to mend by editing: the largest one, if it is local and an editor takes masks.

    Editing beats resampling at equal cost (arXiv 2601.15286).
    """
    if not can_edit or not differences:
        return None
    box = differences[0].box
    local = box is not None and 0 < box.width * box.height <= LOCAL_SHARE
    return differences[0] if local else None


async def transform(
    ctx: RunContext, run_id: str, step: str, n: int, previous: str, taken: int, prompt: str
) -> NextPrompt | StepFailure:
    """Evolve's next prompt: away from the previous image, into the next style."""
    snapshot = await load(ctx, run_id)
    plan, session = snapshot.plan, snapshot.session
    style = style_for(plan.styles, ctx.model_set.styles, session.id, taken)
    node = snapshot.node(previous)
    hash = node.image if node else session.reference
    request = Transform(
        previous=await ctx.images.get(hash),
        previous_prompt=node.prompt if node else prompt,
        original=await ctx.images.get(session.reference) if session.reference else None,
        goal=session.goal,
        style=style,
        leap=plan.leap,
        lock=plan.lock,
        limit=ctx.model_set.painter.profile.written_limit,
        painter=ctx.model_set.painter.profile,
        round=n,
        seed=branch_seed(snapshot) ^ taken,
        user=ctx.user_hash(snapshot.run.actor),
    )
    critic = ctx.model_set.critic
    async with telling(ctx, snapshot, f"round {n}: towards {style}", n=n):
        row = await ask(
            ctx, snapshot.run, StepName(step), "evolve", critic, lambda: critic.evolve(request)
        )
    if row.state is not CallState.DONE or not isinstance(row.value, Critique):
        if row.fault not in NO_ANSWER:
            return failure_of(row)
        before = node.prompt if node else prompt
        said = Critique(
            summary=f"{row.error.rstrip('. ')}; the prompt before is painted as {style}.",
            prompt=f"{style[:1].upper()}{style[1:]}: {before}",
        )
    else:
        said = row.value
    next_prompt = NextPrompt(
        prompt=said.prompt, words=said.words, because=said.summary, parent=previous, style=style
    )
    return await fitted(ctx, snapshot, step, next_prompt)


async def soften(
    ctx: RunContext, run_id: str, step: str, n: int, next_prompt: NextPrompt
) -> NextPrompt | StepFailure:
    """Rewrites a refused prompt: names and brands become descriptions."""
    snapshot = await load(ctx, run_id)
    await progress(ctx, snapshot, "the provider refused; softening the prompt", n=n)
    profile = ctx.model_set.painter.profile
    row = await rewrite(ctx, snapshot, step, "soften", next_prompt.prompt, profile)
    if not isinstance(row.value, Rewritten):
        # nothing softer is known: the round is skipped with the painter's own sentence
        return failure_of(row) if row.fault in AWAITED else next_prompt
    softer = replace(next_prompt, prompt=row.value.prompt, words=row.value.words, variants=())
    return await fitted(ctx, snapshot, step, softer)


async def _request(
    ctx: RunContext, snapshot: Snapshot, n: int, best: Iteration, rival: Iteration | None, wish: str
) -> Compare:
    session = snapshot.session
    lost = rival is not None and rival.id != best.id
    return Compare(
        reference=await ctx.images.get(session.reference) if session.reference else None,
        goal=session.goal,
        champion=await ctx.images.get(best.image),
        champion_prompt=best.prompt,
        challenger=await ctx.images.get(rival.image) if rival and lost else None,
        challenger_prompt=rival.prompt if rival and lost else "",
        history=_history(snapshot),
        checklist=session.checklist,
        failed=tuple(check.question for check in best.checks if check.passed is False),
        answers=tuple(check.passed for check in best.checks),
        limit=ctx.model_set.painter.profile.written_limit,
        prompts=snapshot.plan.candidates,
        painter=ctx.model_set.painter.profile,
        round=n,
        wish=wish,
        seed=branch_seed(snapshot),
        user=ctx.user_hash(snapshot.run.actor),
    )


def branch_seed(snapshot: Snapshot) -> int:
    """0 in a session's first run; each branch has its own, so that two from one image differ."""
    plan = snapshot.plan
    first = not (plan.base or plan.first_prompt)
    return 0 if first else zlib.crc32(snapshot.run.id.encode()) & 0x7FFFFFFF


def _history(snapshot: Snapshot) -> tuple[PastRound, ...]:
    """The last rounds of this branch with all their candidates, oldest first: this run's, and before
    it the images it grew from."""
    mine = [node for node in snapshot.iterations if node.run == snapshot.run.id]
    mine.sort(key=lambda node: (node.round, node.candidate))
    rounds = sorted({node.round for node in mine})[-ROUNDS_TOLD:]
    grown: list[Iteration] = []
    node = snapshot.node(snapshot.plan.base)
    while node is not None and len(rounds) + len(grown) < ROUNDS_TOLD:
        grown.insert(0, node)
        node = snapshot.node(node.parent)
    return tuple(
        PastRound(
            prompt=node.prompt,
            score=node.score.value if node.score else None,
            critique=node.because,
            won=node.won,
            round=node.round if node.run == snapshot.run.id else 0,
            candidate=node.candidate,
            answers=tuple(check.passed for check in node.checks),
        )
        for node in (*grown, *(each for each in mine if each.round in rounds))
    )


def _critiqued(snapshot: Snapshot, n: int, iteration: str, said: Critique) -> Critiqued:
    return Critiqued(
        session=snapshot.session.id,
        run=snapshot.run.id,
        round=n,
        iteration=iteration,
        summary=said.summary,
        differences=tuple(difference.what for difference in said.differences[:3]),
        keep=said.keep,
        idea=said.idea,
        quiet=snapshot.plan.quiet,
    )
