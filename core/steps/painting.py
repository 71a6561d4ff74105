"""Painting a round: k candidates at once, each a paid call with its own row."""

import asyncio
import zlib
from dataclasses import dataclass, replace

from core import imaging
from core.calls import Order, Outcome
from core.errors import BadAnswer, PixelsFailed
from core.painting import Painter, PaintRequest
from core.plain import admit_painting
from core.ports import UnitOfWork
from core.session import CallRow, CallState, Iteration, PaintResult
from core.steps.base import Context, Held, Lead, held, load, progress, telling
from core.steps.gauge import Gauge
from core.studio import Tools


@dataclass(frozen=True, slots=True)
class Painted:
    """The iterations of a round; `lost` counts candidates that came to nothing."""

    iterations: tuple[str, ...]
    lost: int = 0


async def paint(tools: Tools, run_id: str, step: str, n: int, lead: Lead) -> Painted | Held:
    """Paints the round's candidates; Held if not one of them came out."""
    context = await load(tools, run_id)
    line = f"painting round {n} of {context.plan.rounds}"
    count = context.plan.candidates
    gauge = Gauge(count, lambda percent: progress(tools, context, f"{line}: {percent} %", n=n))
    async with telling(tools, context, line, n=n), gauge.watched(f"{run_id}/{step}"):
        rows = await asyncio.gather(
            *(_candidate(tools, context, step, n, c, lead, gauge) for c in range(count))
        )
    done = tuple(f"{run_id}.{n}.{c}" for c, row in enumerate(rows) if row.state is CallState.DONE)
    if done:
        return Painted(done, count - len(done))
    return held(next((row for row in rows if row.fault == "refused"), rows[0]))


async def _candidate(
    tools: Tools, context: Context, step: str, n: int, c: int, lead: Lead, gauge: Gauge
) -> CallRow:
    key = f"{context.run.id}/{step}#{c}"
    painter = tools.studio.painter
    if lead.box is not None and tools.studio.editor is not None:
        painter = tools.studio.editor
    request = replace(await _request(tools, context, n, c, lead, key), report=gauge.part(c))

    async def call() -> Outcome:
        return await _painted(tools, painter, request)

    async def keep(uow: UnitOfWork, row: CallRow) -> None:
        if isinstance(row.value, PaintResult):
            await uow.add_iteration(_node(context, n, c, lead, row, row.value))

    order = Order(
        run=context.run,
        key=key,
        kind="paint",
        model=painter.profile.name,
        repeatable=painter.profile.repeatable,
        images=1,
        worst=painter.price(request),
        call=call,
    )
    row = await tools.payer.pay(order, keep)
    gauge.finish(c)
    return row


async def _painted(tools: Tools, painter: Painter, request: PaintRequest) -> Outcome:
    paintings = await painter.paint(request)
    if not paintings or not paintings[0].data:
        raise BadAnswer("The provider sent an empty image.")
    painting = paintings[0]
    try:
        admitted = await tools.pixels.run(admit_painting, painting.data)
    except PixelsFailed as exc:
        raise BadAnswer(exc.sentence, request_id=painting.request_id) from exc
    except Exception as exc:
        raise BadAnswer(
            "The provider sent a broken image.", request_id=painting.request_id
        ) from exc
    value = PaintResult(
        image=await tools.images.put(admitted.data),
        width=admitted.width,
        height=admitted.height,
        revised_prompt=painting.revised_prompt,
        seed=painting.seed,
    )
    return Outcome(value, painting.cost.usd if painting.cost else None, painting.request_id)


async def _request(
    tools: Tools, context: Context, n: int, c: int, lead: Lead, key: str
) -> PaintRequest:
    plan = context.plan
    seed = zlib.crc32(f"{context.session.id}/{n}/{c}".encode()) & 0x7FFFFFFF
    user = tools.user_hash(context.run.actor)
    parent = context.node(lead.parent)
    if lead.box is None or parent is None:
        return PaintRequest(
            prompt=lead.prompt,
            width=plan.width,
            height=plan.height,
            quality=plan.quality,
            seed=seed,
            user=user,
            key=key,
            style=lead.style,
            moderation="low" if plan.relaxed else "auto",
        )
    box = lead.box
    mask = await tools.pixels.run(
        imaging.box_mask, parent.width, parent.height, box.x, box.y, box.width, box.height
    )
    return PaintRequest(
        operation="edit",
        prompt=lead.prompt,
        width=parent.width,
        height=parent.height,
        quality=plan.quality,
        seed=seed,
        user=user,
        key=key,
        sources=(await tools.images.get(parent.image),),
        mask=mask,
    )


def _node(
    context: Context, n: int, c: int, lead: Lead, row: CallRow, value: PaintResult
) -> Iteration:
    ended = row.ended or row.begun
    parent = context.node(lead.parent)
    kept = parent.prompt if lead.box is not None and parent else lead.prompt
    words = lead.words or lead.prompt
    return Iteration(
        id=f"{context.run.id}.{n}.{c}",
        session=context.session.id,
        run=context.run.id,
        parent=lead.parent,
        round=n,
        candidate=c,
        prompt=kept,
        words=words,
        image=value.image,
        width=value.width,
        height=value.height,
        model=row.model,
        created=ended,
        seconds=round((ended - row.begun).total_seconds(), 2),
        cost=row.usd,
        seed=value.seed,
        revised_prompt=value.revised_prompt,
        style=lead.style,
        alt=f"Round {n}: {words[:280]}",
        because=lead.because,
    )
