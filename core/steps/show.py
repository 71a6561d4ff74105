"""Pictures that nobody judges are posted as they came: one message, the first of them in front."""

from collections.abc import Sequence
from dataclasses import replace

from core.domain.records import Iteration
from core.domain.updates import IterationFinished
from core.runtime.context import RunContext
from core.runtime.progress import post_progress, post_standing, spent, view
from core.runtime.snapshot import Snapshot, load

LABEL = "This picture was made by an AI."


async def show(
    ctx: RunContext, run_id: str, ids: tuple[str, ...], note: str = "", rest: bool = False
) -> str:
    """Posts these iterations; returns the first one's id, which stands for the run. `rest`: what
    should have stayed may be put back."""
    snapshot = await load(ctx, run_id)
    nodes = [node for id in ids if (node := snapshot.node(id)) is not None]
    nodes[0] = replace(nodes[0], won=True)
    async with ctx.store.write() as uow:
        await uow.iterations.save(nodes[0])
        cost = spent(list(await uow.calls.of_run(run_id)))
        update = shown(ctx, snapshot, nodes, note)
        await post_standing(uow, replace(update, cost=cost, rest=rest), snapshot)
        done = "the picture is done" if len(nodes) == 1 else f"{len(nodes)} pictures are done"
        await post_progress(uow, snapshot, done, n=1, champion=nodes[0].id)
    ctx.nudge()
    return nodes[0].id


def shown(
    ctx: RunContext, snapshot: Snapshot, nodes: Sequence[Iteration], note: str = ""
) -> IterationFinished:
    """What the thread gets to see of a picture job."""
    first, work = nodes[0], snapshot.plan.work
    blind = work is not None and work.blind
    return IterationFinished(
        session=first.session,
        run=first.run,
        mode=snapshot.plan.mode,
        round=1,
        rounds=1,
        candidates=tuple(view(node) for node in nodes),
        best=0,
        champion=first.id,
        won=True,
        change=None,
        cost=first.cost,
        seconds=max(node.seconds for node in nodes),
        prompt=first.prompt,
        words=snapshot.plan.wish or first.words,
        parent=first.parent,
        model=first.model,
        embedded=ctx.model_set.embedded and bool(first.model),
        label=snapshot.run.label,
        note=f"{stand_in(snapshot, first)} {note}".strip(),
        shown="picture",
        labels=_labels(nodes, blind=blind),
        blind=blind,
    )


def stand_in(snapshot: Snapshot, node: Iteration) -> str:
    """That another painter than the run's own took over, and that an AI made it where that has to be
    said."""
    took_over = node.model in snapshot.plan.instead
    model = node.model.partition(":")[2]
    said = (f"Painted by {model}, which took over." if took_over else "", LABEL)
    return " ".join(filter(None, said if snapshot.plan.labelled else said[:1]))


def _labels(nodes: Sequence[Iteration], *, blind: bool) -> tuple[str, ...]:
    """What tells them apart: their styles or models, of a blind comparison letters."""
    if blind:
        return tuple(letter_of(node) for node in nodes)
    return tuple(node.style for node in nodes) if any(node.style for node in nodes) else ()


def letter_of(node: Iteration) -> str:
    return chr(ord("A") + node.candidate)
