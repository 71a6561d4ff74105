"""The last step: the closing pictures, what is given back, and the closing post."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core import keepsakes
from core.errors import PictureLost
from core.ledger import LedgerRow, entry
from core.ports import UnitOfWork
from core.session import CallState, Iteration, RunRecord, RunStatus
from core.steps.base import Context, load, post_progress, spent, view
from core.studio import Tools
from core.updates import Failed, Finished, RunPhase

log = logging.getLogger(__name__)
REASONS = {
    "rounds": "All rounds are done.",
    "checks": "Every check passes.",
    "target": "The target score is reached.",
    "patience": "No gain in the last rounds: this is as close as it gets.",
    "budget": "The budget of this run is used up.",
    "stopped": "Stopped.",
    "frozen": "The operator stopped all runs.",
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


async def pictures(tools: Tools, run_id: str, champion: str) -> Pictures:
    """Contact sheet, animation and plot of the run; a picture that fails is left out."""
    context = await load(tools, run_id)
    mine = [node for node in context.iterations if node.run == run_id and not node.discarded]
    if not mine:
        return Pictures()
    session = context.session
    there = await _there(tools, {session.reference, *(node.image for node in mine)} - {""})
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
            made[name] = await tools.images.put(await tools.pixels.run(function, *args))
        except Exception:
            log.exception("run %s ends without its %s", run_id, name)

    await make("sheet", keepsakes.contact_sheet, frames, captions, best, reference)
    if len(frames) > 1:
        await make("animation", keepsakes.animation, frames, captions, "webp")
        await make("gif", keepsakes.animation, frames, captions, "gif")
    await make("plot", keepsakes.plot, [_point(node, champion) for node in mine])
    return Pictures(
        made.get("sheet", ""), made.get("animation", ""), made.get("gif", ""), made.get("plot", "")
    )


async def _there(tools: Tools, hashes: Collection[str]) -> dict[str, bytes]:
    """The pictures that are still there."""
    found: dict[str, bytes] = {}
    for hash in hashes:
        try:
            found[hash] = await tools.images.get(hash)
        except PictureLost as exc:
            log.error("a closing picture is made without image %s: %s", hash, exc)
    return found


def _caption(node: Iteration) -> str:
    label = node.style or (f"{node.score.value:.1f}" if node.score else "")
    return f"{node.round} · {label}" if label else str(node.round)


def _point(node: Iteration, champion: str) -> keepsakes.Point:
    score = node.score
    return keepsakes.Point(
        label=str(node.round),
        score=score.value if score else None,
        detail=score.detail if score else None,
        layout=score.layout if score else None,
        colour=score.colour if score else None,
        cost=None if node.cost is None else float(node.cost),
        champion=node.id == champion,
    )


async def finish(tools: Tools, run_id: str, champion: str, reason: str, made: Pictures) -> None:
    """Ends the run: releases what is left of the reservation and posts the closing message."""
    context = await load(tools, run_id)
    status = {"stopped": RunStatus.STOPPED, "frozen": RunStatus.STOPPED}.get(reason, RunStatus.DONE)
    if reason == "paused":
        status = RunStatus.PAUSED
    async with tools.store.write() as uow:
        run = await uow.run(run_id) or context.run
        released = await release(uow, run, tools.clock())
        sentence = REASONS.get(reason, reason)
        await end_run(uow, run, status, sentence, tools.clock())
        best = await uow.iteration(champion) if champion else None
        if best is not None and best.run == run_id:
            await uow.save_iteration(replace(best, best=True))
        if status is not RunStatus.PAUSED:
            update = await _closing(uow, context, best, sentence, made, released, tools)
            await uow.post(update, run, context.session)
        phase = "stopped" if status is RunStatus.STOPPED else status.value
        await post_progress(
            uow, context, sentence, n=run.plan.rounds, phase=_phase(phase), champion=champion
        )
    tools.nudge()


def _phase(name: str) -> RunPhase:
    return "paused" if name == "paused" else "stopped" if name == "stopped" else "done"


async def _closing(
    uow: UnitOfWork,
    context: Context,
    best: Iteration | None,
    sentence: str,
    made: Pictures,
    released: Decimal | None,
    tools: Tools,
) -> Finished:
    run = context.run
    calls = list(await uow.calls_of_run(run.id))
    mine = [node for node in await uow.iterations(run.session) if node.run == run.id]
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
        seconds=round((tools.clock() - began).total_seconds(), 1),
        contact_sheet=made.sheet,
        animation=made.animation,
        animation_gif=made.gif,
        plot=made.plot,
        unknown_calls=sum(row.state is CallState.UNKNOWN and row.usd is None for row in calls),
        embedded=tools.studio.embedded,
    )


async def release(uow: UnitOfWork, run: RunRecord, now: datetime) -> Decimal | None:
    """Books what the reservation has left; returns the dollars given back. Once per run."""
    rows = await uow.ledger(run.id)
    left = _left(rows)
    if left is None:
        return None
    images, usd = left
    row = entry(
        run.actor, run.id, run.created, call=run.id, kind="release", images=images, usd=usd, at=now
    )
    await uow.book(row)
    return usd


def _left(rows: Sequence[LedgerRow]) -> tuple[int, Decimal] | None:
    reserve = next((row for row in rows if row.kind == "reserve"), None)
    if reserve is None:
        return None
    if ended := next((row for row in rows if row.kind == "release"), None):
        return ended.images, ended.usd or Decimal(0)
    booked = [row for row in rows if row.kind in ("settle", "unknown")]
    images = reserve.images - sum(row.images for row in booked)
    usd = (reserve.usd or Decimal(0)) - sum((row.usd or Decimal(0) for row in booked), Decimal(0))
    return max(0, images), max(Decimal(0), usd)


async def end_run(
    uow: UnitOfWork, run: RunRecord, status: RunStatus, reason: str, now: datetime
) -> None:
    """Writes a run's end, and lets a pick be made again."""
    await uow.save_run(replace(run, status=status, reason=reason, ended=run.ended or now))
    if run.command_key.startswith("pick:"):
        await uow.free_inbox_key(run.command_key, run.id)


async def fail(tools: Tools, run_id: str, sentence: str) -> None:
    """Ends a run that can't go on: what was painted is kept, the rest is given back."""
    context = await load(tools, run_id)
    async with tools.store.write() as uow:
        run = await uow.run(run_id) or context.run
        await release(uow, run, tools.clock())
        await end_run(uow, run, RunStatus.FAILED, sentence, tools.clock())
        paid = spent(list(await uow.calls_of_run(run_id)))
        update = Failed(session=run.session, run=run_id, sentence=sentence, spent=paid)
        await uow.post(update, run, context.session)
        await post_progress(uow, context, sentence, phase="failed")
    tools.nudge()


async def post_cancelled(uow: UnitOfWork, run: RunRecord, reason: str) -> None:
    """Tells that a run ended before it began."""
    session = await uow.session(run.session)
    if session is not None:
        context = Context(run, session, ())
        await post_progress(uow, context, reason, phase="stopped")
