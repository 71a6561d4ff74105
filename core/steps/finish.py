"""The last step: the closing pictures, what is given back, and the closing post."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.errors import PictureLost
from core.domain.records import CallState, Iteration, RunStatus
from core.domain.updates import Finished, RunPhase
from core.imaging import tasks
from core.imaging.results import Point
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.lifecycle import GOING, end_run
from core.runtime.progress import post_progress, spent, view
from core.runtime.reserve import release
from core.runtime.snapshot import Snapshot, gone, load
from core.steps import origin

log = logging.getLogger(__name__)
REASONS = {
    "rounds": "All rounds are done.",
    "done": "Done.",
    "checks": "Every check passes.",
    "target": "The target score is reached.",
    "patience": "No gain in the last rounds: this is as close as it gets.",
    "budget": "The budget of this run is used up.",
    "stopped": "Stopped.",
    "frozen": "All runs were stopped here.",
    "refused": "The provider refused this twice in a row.",
    "paused": "Waiting for an answer to the critique.",
}


@dataclass(frozen=True, slots=True)
class Pictures:
    """Hashes of the closing pictures; "" where one could not be made."""

    sheet: str = ""
    animation: str = ""
    gif: str = ""
    plot: str = ""
    shown: tuple[str, ...] = ()  # the iterations in them


async def pictures(ctx: RunContext, run_id: str, champion: str) -> Pictures:
    """Contact sheet, animation and plot of the run; a picture that fails is left out."""
    snapshot = await load(ctx, run_id)
    mine = [node for node in snapshot.iterations if node.run == run_id and not node.discarded]
    if not mine:
        return Pictures()
    session = snapshot.session
    there = await _there(ctx, {session.reference, *(node.image for node in mine)} - {""})
    mine = [node for node in mine if node.image in there]
    if not mine:
        return Pictures()
    frames = [there[node.image] for node in mine]
    captions = [_caption(node) for node in mine]
    best = next((i for i, node in enumerate(mine) if node.id == champion), -1)
    reference = there.get(session.reference)
    made: dict[str, str] = {}

    async def make(name: str, function: Callable[..., bytes], *args: object) -> None:
        # a closing picture that can't be made must not cost the run its end
        try:
            made[name] = await ctx.images.put(await ctx.pixels.run(function, *args))
            await origin.derived(ctx, made[name], [node.image for node in mine])
        except Exception:
            log.exception("run %s ends without its %s", run_id, name)

    if snapshot.run.branch and len(mine) == 1:
        return Pictures()  # a branch of one image: the post that shows it says everything
    await make("sheet", tasks.contact_sheet, frames, captions, best, reference)
    if len(frames) > 1:
        await make("animation", tasks.animation, frames, captions, "webp")
        await make("gif", tasks.animation, frames, captions, "gif")
    await make("plot", tasks.plot, [_point(node, champion) for node in mine])
    return Pictures(
        made.get("sheet", ""),
        made.get("animation", ""),
        made.get("gif", ""),
        made.get("plot", ""),
        tuple(node.id for node in mine),
    )


async def _there(ctx: RunContext, hashes: Collection[str]) -> dict[str, bytes]:
    """The pictures that are still there."""
    found: dict[str, bytes] = {}
    for hash in hashes:
        try:
            found[hash] = await ctx.images.get(hash)
        except PictureLost as exc:
            log.error("a closing picture is made without image %s: %s", hash, exc)
    return found


def _caption(node: Iteration) -> str:
    label = node.style or (f"{node.score.value:.1f}" if node.score else "")
    return f"{node.round} · {label}" if label else str(node.round)


def _point(node: Iteration, champion: str) -> Point:
    score = node.score
    return Point(
        label=str(node.round),
        score=score.value if score else None,
        detail=score.detail if score else None,
        layout=score.layout if score else None,
        colour=score.colour if score else None,
        cost=None if node.cost is None else float(node.cost),
        champion=node.id == champion,
    )


async def finish(ctx: RunContext, run_id: str, champion: str, reason: str, made: Pictures) -> None:
    """Ends the run: releases what is left of the reservation and posts the closing message."""
    snapshot = await load(ctx, run_id)
    status = {"stopped": RunStatus.STOPPED, "frozen": RunStatus.STOPPED}.get(reason, RunStatus.DONE)
    if reason == "paused":
        status = RunStatus.PAUSED
    async with ctx.store.write() as uow:
        run, sentence = snapshot.run, REASONS.get(reason, reason)
        if not await end_run(uow, run, GOING, status, sentence, ctx.clock()):
            return
        released = await release(uow, run, ctx.clock())
        best = await uow.iterations.get(champion) if champion else None
        if best is not None and best.discarded:
            best = None
        made = await _without_gone(uow, run.session, made)
        if best is not None and best.run == run_id:
            await uow.iterations.save(replace(best, best=True))
        if status is not RunStatus.PAUSED:
            update = await _closing(uow, snapshot, best, sentence, made, released, ctx)
            await uow.outbox.post(update, run, snapshot.session)
        phase = "stopped" if status is RunStatus.STOPPED else status.value
        await post_progress(
            uow, snapshot, sentence, n=run.plan.rounds, phase=_phase(phase), champion=champion
        )
    ctx.nudge()


async def _without_gone(uow: UnitOfWork, session: str, made: Pictures) -> Pictures:
    """What was taken down since the pictures were made is not shown in them."""
    shown: tuple[str, ...] = getattr(made, "shown", ())  # a journal of before has none
    taken_down = await gone(uow, session)
    return Pictures(plot=made.plot) if taken_down & set(shown) else made


def _phase(name: str) -> RunPhase:
    return "paused" if name == "paused" else "stopped" if name == "stopped" else "done"


async def _closing(
    uow: UnitOfWork,
    snapshot: Snapshot,
    best: Iteration | None,
    sentence: str,
    made: Pictures,
    released: Decimal | None,
    ctx: RunContext,
) -> Finished:
    run = snapshot.run
    calls = list(await uow.calls.of_run(run.id))
    mine = [node for node in await uow.iterations.of_session(run.session) if node.run == run.id]
    began = run.started or run.created
    return Finished(
        session=run.session,
        run=run.id,
        mode=run.plan.mode,
        reason=sentence,
        best=view(best) if best else None,
        rounds=len({node.round for node in mine}),
        spent=spent(calls),
        spent_images=len(mine),
        quote=run.quote,
        released=released,
        seconds=round((ctx.clock() - began).total_seconds(), 1),
        contact_sheet=made.sheet,
        animation=made.animation,
        animation_gif=made.gif,
        plot=made.plot,
        so_far=await _so_far(uow, run.session, spent(calls)),
        unknown_calls=sum(row.state is CallState.UNKNOWN and row.usd is None for row in calls),
        embedded=ctx.model_set.embedded,
        label=run.label,
    )


async def _so_far(uow: UnitOfWork, session: str, now: Decimal | None) -> Decimal | None:
    """Dollars of all runs of a session; None where this one is all of it, or a cost is unknown."""
    runs = await uow.runs.of_session(session)
    total = spent([row for run in runs for row in await uow.calls.of_run(run.id)])
    return None if total is None or now is None or total <= now else total
