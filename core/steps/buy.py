"""One painting, paid for: the call, its row, and the iteration that comes of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from core.domain.errors import BadAnswer, PixelsFailed, PolicyRefusal
from core.domain.records import CallRow, Iteration, PaintResult
from core.domain.rules import NOBODY_REAL, Rules
from core.imaging import tasks
from core.imaging.results import Admitted
from core.models.painter import Painter, PaintRequest
from core.ports.store import UnitOfWork
from core.runtime.asking import tell_if_dearer
from core.runtime.context import RunContext
from core.runtime.patience import patiently
from core.runtime.payments import CallResult, Order
from core.runtime.snapshot import Snapshot
from core.steps import origin
from core.steps.paint_progress import Gauge
from core.steps.second_look import seen

Admit = Callable[[bytes], Admitted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is bought: `part` of a step, from `painter`. `node` makes the iteration of an answer, None for a picture that is none;
    `admit` is picklable and takes the painter's bytes in. `request.key` is the call's own."""

    step: str
    part: int
    painter: Painter
    request: PaintRequest
    node: Callable[[CallRow, PaintResult], Iteration] | None = None
    admit: Admit = tasks.admit_painting


async def buy(ctx: RunContext, snapshot: Snapshot, wanted: Purchase, gauge: Gauge) -> CallRow:
    """The call's row, ended. A painting that was bought before is not bought again."""
    painter, key = wanted.painter, wanted.request.key
    rules = await _rules(ctx, snapshot)
    request = replace(_within(rules, wanted), report=gauge.part(wanted.part), preview=gauge.preview)

    async def call() -> CallResult:
        begun = partial(ctx.payer.begun, key)
        return await _painted(ctx, snapshot, painter, replace(request, begun=begun), wanted.admit)

    async def resume(job: str) -> CallResult:
        return await _painted(ctx, snapshot, painter, replace(request, job=job), wanted.admit)

    async def keep(uow: UnitOfWork, row: CallRow) -> None:
        if isinstance(row.value, PaintResult) and wanted.node is not None:
            await uow.iterations.add(wanted.node(row, row.value))

    order = Order(
        run=snapshot.run,
        key=key,
        kind="paint",
        model=painter.profile.name,
        repeatable=painter.profile.repeatable,
        images=1 if snapshot.plan.rationed else 0,
        worst=painter.price(request),
        call=call,
        resume=resume,
        told=gauge.waits(wanted.part),
    )

    row = await ctx.payer.pay(order, keep)
    if isinstance(row.value, PaintResult):
        node = wanted.node(row, row.value) if wanted.node else None
        image, given = row.value.image, request.sources
        await origin.painted(ctx, snapshot, painter.profile, image, node, given)
    await tell_if_dearer(ctx, row)
    gauge.finish(wanted.part)
    return row


async def _rules(ctx: RunContext, snapshot: Snapshot) -> Rules:
    home = snapshot.session.place
    async with ctx.store.read() as uow:
        return (await uow.servers.settings(home.platform, home.tenant)).rules


def _within(rules: Rules, wanted: Purchase) -> PaintRequest:
    """The request with what the rules of its server add."""
    request, profile = wanted.request, wanted.painter.profile
    prompt = f"{request.prompt}\n\n{NOBODY_REAL}"
    if rules.likeness != "nobody" or profile.embedded or len(prompt) > profile.prompt_limit:
        return request
    return replace(request, prompt=prompt)


async def _painted(
    ctx: RunContext,
    snapshot: Snapshot,
    painter: Painter,
    request: PaintRequest,
    admit: Admit,
) -> CallResult:
    paintings = await painter.paint(request)
    if not paintings or not paintings[0].data:
        raise BadAnswer("The provider sent an empty image.")
    painting = paintings[0]
    if wrong := await seen(ctx, snapshot, painter.profile.provider, painting.data):
        usd = painting.cost.usd if painting.cost else None
        raise PolicyRefusal(wrong, request_id=painting.request_id, usd=usd)
    try:
        admitted = await ctx.pixels.run(admit, painting.data)
    except PixelsFailed as exc:
        raise BadAnswer(exc.sentence, request_id=painting.request_id) from exc
    except Exception as exc:
        raise BadAnswer(
            "The provider sent a broken image.", request_id=painting.request_id
        ) from exc
    value = PaintResult(
        image=await patiently("a picture", lambda: ctx.images.put(admitted.data)),
        width=admitted.width,
        height=admitted.height,
        revised_prompt=painting.revised_prompt,
        seed=painting.seed,
    )
    return CallResult(value, painting.cost.usd if painting.cost else None, painting.request_id)
