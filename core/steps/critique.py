"""What is wrong with the champion, and the prompt that follows from it."""

from dataclasses import replace

from core.critique import (
    Compare,
    Critique,
    Difference,
    Past,
    Rewritten,
    Transform,
)
from core.ports import UnitOfWork
from core.session import CallRow, CallState, Iteration
from core.steps.base import Context, Held, Lead, ask, held, load, progress, telling
from core.steps.fitting import fitted, rewrite
from core.studio import Tools
from core.styles import style_for
from core.updates import Critiqued

LOCAL_SHARE = 0.35  # of the image's area: a larger box is no local difference


async def compare(
    tools: Tools, run_id: str, step: str, n: int, champion: str, challenger: str, wish: str = ""
) -> Lead | Held:
    """Asks the critic about the champion; shows the answer on round `n`'s message."""
    context = await load(tools, run_id)
    best, rival = context.node(champion), context.node(challenger)
    if best is None:
        return Held("unusable", "There is no image to compare.")
    request = await _request(tools, context, n, best, rival, wish)
    critic = tools.studio.critic

    async def keep(uow: UnitOfWork, row: CallRow) -> None:
        if isinstance(row.value, Critique):
            current = await uow.iteration(best.id)
            if current is not None:
                await uow.save_iteration(replace(current, critique=row.value))
            if n > 0:
                shown = rival or best
                await uow.post(
                    _critiqued(context, n, shown.id, row.value), context.run, context.session
                )

    async with telling(tools, context, "comparing, writing the next prompt", n=n):
        row = await ask(
            tools,
            context.run,
            f"{step}#0",
            "compare",
            critic,
            lambda: critic.compare(request),
            keep,
        )
    tools.nudge()
    if row.state is not CallState.DONE or not isinstance(row.value, Critique):
        if row.fault == "unusable":
            return Lead(
                prompt=best.prompt,
                words=best.words,
                parent=best.id,
                because="The critic's answer was no use; the same prompt is painted again.",
            )
        return held(row)
    said = row.value
    lead = Lead(prompt=said.prompt, words=said.words, because=said.summary, parent=best.id)
    local = repair(said.differences, can_edit=tools.studio.can_edit)
    if local is not None and local.box is not None:
        lead = replace(lead, box=local.box, prompt=local.what, words=local.what)
    return await fitted(tools, context, step, lead)


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
    tools: Tools, run_id: str, step: str, n: int, previous: str, taken: int, prompt: str
) -> Lead | Held:
    """Evolve's next prompt: away from the previous image, into the next style."""
    context = await load(tools, run_id)
    plan, session = context.plan, context.session
    style = style_for(plan.styles, tools.studio.styles, session.id, taken)
    node = context.node(previous)
    hash = node.image if node else session.reference
    request = Transform(
        previous=await tools.images.get(hash),
        previous_prompt=node.prompt if node else prompt,
        original=await tools.images.get(session.reference) if session.reference else None,
        goal=session.goal,
        style=style,
        leap=plan.leap,
        lock=plan.lock,
        limit=tools.studio.painter.profile.prompt_limit,
        round=n,
        seed=taken,
        user=tools.user_hash(context.run.actor),
    )
    critic = tools.studio.critic
    async with telling(tools, context, f"round {n}: towards {style}", n=n):
        row = await ask(
            tools, context.run, f"{step}#0", "evolve", critic, lambda: critic.evolve(request)
        )
    if row.state is not CallState.DONE or not isinstance(row.value, Critique):
        return held(row)
    said = row.value
    lead = Lead(
        prompt=said.prompt, words=said.words, because=said.summary, parent=previous, style=style
    )
    return await fitted(tools, context, step, lead)


async def soften(tools: Tools, run_id: str, step: str, n: int, lead: Lead) -> Lead | Held:
    """Rewrites a refused prompt: names and brands become descriptions."""
    context = await load(tools, run_id)
    await progress(tools, context, "the provider refused; softening the prompt", n=n)
    profile = tools.studio.painter.profile
    row = await rewrite(tools, context, step, "soften", lead.prompt, profile)
    if not isinstance(row.value, Rewritten):
        return held(row)
    softer = replace(lead, prompt=row.value.prompt, words=row.value.words)
    return await fitted(tools, context, step, softer)


async def _request(
    tools: Tools, context: Context, n: int, best: Iteration, rival: Iteration | None, wish: str
) -> Compare:
    session = context.session
    lost = rival is not None and rival.id != best.id
    return Compare(
        reference=await tools.images.get(session.reference) if session.reference else None,
        goal=session.goal,
        champion=await tools.images.get(best.image),
        champion_prompt=best.prompt,
        challenger=await tools.images.get(rival.image) if rival and lost else None,
        history=_history(context),
        checklist=session.checklist,
        failed=tuple(check.question for check in best.checks if check.passed is False),
        limit=tools.studio.painter.profile.prompt_limit,
        round=n,
        wish=wish,
        user=tools.user_hash(context.run.actor),
    )


def _history(context: Context) -> tuple[Past, ...]:
    """The last six rounds of this run, oldest first."""
    mine = [node for node in context.iterations if node.run == context.run.id and node.score]
    return tuple(
        Past(
            prompt=node.words or node.prompt[:1000],
            score=node.score.value if node.score else None,
            critique=node.because,
            won=node.won,
        )
        for node in mine[-6:]
    )


def _critiqued(context: Context, n: int, iteration: str, said: Critique) -> Critiqued:
    return Critiqued(
        session=context.session.id,
        run=context.run.id,
        round=n,
        iteration=iteration,
        summary=said.summary,
        differences=tuple(difference.what for difference in said.differences[:3]),
        keep=said.keep,
        idea=said.idea,
    )
