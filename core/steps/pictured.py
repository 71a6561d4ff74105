"""Pictures that are drawn of a session as it is: its tree, a story's comic page. They cost nothing."""

from collections.abc import Sequence
from decimal import Decimal

from core.domain.errors import PictureLost
from core.domain.records import Iteration, RunRecord
from core.domain.storytelling import path_to
from core.domain.text import clip
from core.domain.updates import Described
from core.imaging import tasks
from core.imaging.results import Panel, Twig
from core.runtime.context import RunContext
from core.runtime.snapshot import Snapshot, gone, load
from core.steps import origin

MOST_TWIGS = 160
ALT = 1200  # characters


async def tree(ctx: RunContext, run_id: str) -> str:
    """Posts the session's tree; returns the picture's hash."""
    snapshot = await load(ctx, run_id)
    async with ctx.store.read() as uow:
        runs = await uow.runs.of_session(snapshot.session.id)
    nodes = [node for node in snapshot.iterations if not node.discarded][-MOST_TWIGS:]
    best = snapshot.node(snapshot.plan.base)
    path = _ancestors(nodes, best.id if best else "")
    costs = {run.id: _cost(run, nodes) for run in runs}
    twigs = [
        Twig(
            id=node.id,
            parent=node.parent,
            image=await _small(ctx, node.image),
            label=_label(node),
            branch=costs.get(node.run, ""),
            path=node.id in path,
            best=best is not None and node.id == best.id,
        )
        for node in nodes
    ]
    image = await ctx.images.put(await ctx.pixels.run(tasks.lineage, twigs))
    await origin.derived(ctx, image, [node.image for node in nodes])
    if not await _posted(ctx, snapshot, image, "tree", _told(nodes, path, best), nodes):
        return await tree(ctx, run_id)
    return image


def _told(nodes: Sequence[Iteration], path: frozenset[str], best: Iteration | None) -> str:
    """The tree in words, for who can't see it."""
    way = " → ".join(_label(node) for node in nodes if node.id in path)
    said = f"{len(nodes)} images; the way to the best: {way}." if best else f"{len(nodes)} images."
    return clip(said, ALT)


def _ancestors(nodes: Sequence[Iteration], id: str) -> frozenset[str]:
    known = {node.id: node for node in nodes}
    found: set[str] = set()
    while id in known and id not in found:
        found.add(id)
        id = known[id].parent
    return frozenset(found)


def _label(node: Iteration) -> str:
    if node.chapter is not None:
        return f"{node.chapter.telling.scene} {node.chapter.scene.title}".strip()
    score = f"{node.score.value:.1f}" if node.score else ""
    return " · ".join(filter(None, (str(node.round), score, node.style)))


def _cost(run: RunRecord, nodes: Sequence[Iteration]) -> str:
    """Such as "B · Ann · $0.04"."""
    known = [node.cost for node in nodes if node.run == run.id and node.cost is not None]
    spent = f"${sum(known, Decimal(0)):.2f}" if any(known) else ""
    return " · ".join(filter(None, (run.label or run.actor.name, spent)))


async def _small(ctx: RunContext, image: str) -> bytes:
    try:
        return await ctx.images.thumbnail(image)
    except PictureLost:
        return b""


async def comic(ctx: RunContext, run_id: str) -> str:
    """Posts a page of the story's last scenes; returns the picture's hash."""
    snapshot = await load(ctx, run_id)
    whole = path_to(snapshot.iterations, snapshot.plan.base)
    path = [node for node in whole if not node.discarded][-snapshot.plan.candidates :]
    panels: list[Panel] = []
    for node in path:
        if node.chapter is not None:
            text = node.chapter.scene.text
            panels.append(Panel(await ctx.images.get(node.image), text))
    if not panels:
        return ""  # taken down since it was asked for
    first = whole[0].chapter
    title = first.scene.title or first.telling.premise if first else ""
    image = await ctx.images.put(await ctx.pixels.run(tasks.comic_page, clip(title, 60), panels))
    await origin.derived(ctx, image, [node.image for node in path])
    said = " ".join(f"Panel {n}: {panel.text}" for n, panel in enumerate(panels, 1))
    if not await _posted(ctx, snapshot, image, "comic", clip(said, ALT), path):
        return await comic(ctx, run_id)
    return image


async def _posted(
    ctx: RunContext,
    snapshot: Snapshot,
    image: str,
    shows: str,
    alt: str,
    nodes: Sequence[Iteration],
) -> bool:
    """False where one of these was taken down while they were drawn: they are drawn anew."""
    update = Described(
        session=snapshot.session.id,
        run=snapshot.run.id,
        image=image,
        alt=alt,
        prompts=(),
        shows=shows,
        made_of=tuple(node.id for node in nodes),
        cost=Decimal(0),
        label=snapshot.run.label,
    )
    async with ctx.store.write() as uow:
        if update.is_of(await gone(uow, snapshot.session.id)):
            return False
        await uow.outbox.post(update, snapshot.run, snapshot.session)
    ctx.nudge()
    return True
