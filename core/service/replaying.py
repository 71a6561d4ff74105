"""Painting once more what was painted before: a run of its own, with a quote, within its person's
limits; each picture is a paid call."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.budgets import Claim
from core.domain.call_key import CallKey, StepName
from core.domain.commands import Actor, Place
from core.domain.errors import BadAnswer, PixelsFailed
from core.domain.ledger import Limits, entry
from core.domain.records import (
    CallRow,
    Iteration,
    PaintResult,
    Plan,
    RunRecord,
    RunStatus,
    Session,
)
from core.domain.views import Quote
from core.imaging import tasks
from core.models.painter import PaintRequest
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.gate import let_in
from core.runtime.lifecycle import GOING, end_run
from core.runtime.patience import patiently
from core.runtime.payments import CallResult, Order
from core.runtime.reserve import release
from core.runtime.snapshot import Snapshot
from core.runtime.standing import standing
from core.steps import origin
from core.steps.painting import iteration_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A replay that was begun; its run holds what it may cost."""

    ctx: RunContext
    session: Session
    run: RunRecord

    async def paint(self, number: int, request: PaintRequest) -> CallRow:
        """The call's row, ended; a painting becomes an iteration of the replay's session."""
        painter = self.ctx.model_set.painter
        step = StepName(f"paint/{number}")
        key = str(CallKey(self.run.id, step))
        request = replace(request, key=key, user=self.ctx.user_hash(self.run.actor))

        async def keep(uow: UnitOfWork, row: CallRow) -> None:
            if isinstance(row.value, PaintResult):
                await uow.iterations.add(_node(self, number, request, row, row.value))

        order = Order(
            run=self.run,
            key=key,
            kind="paint",
            model=painter.profile.name,
            repeatable=painter.profile.repeatable,
            images=1 if self.run.plan.rationed else 0,
            worst=painter.price(request),
            call=lambda: self._painted(request),
        )
        row = await self.ctx.payer.pay(order, keep)
        if isinstance(row.value, PaintResult):
            snapshot = Snapshot(self.run, self.session, ())
            await origin.painted(
                self.ctx, snapshot, painter.profile, row.value.image, None, request.sources
            )
        return row

    async def _painted(self, request: PaintRequest) -> CallResult:
        paintings = await self.ctx.model_set.painter.paint(request)
        if not paintings or not paintings[0].data:
            raise BadAnswer("The provider sent an empty image.")
        painting = paintings[0]
        try:
            admitted = await self.ctx.pixels.run(tasks.admit_painting, painting.data)
        except PixelsFailed as exc:
            raise BadAnswer(exc.sentence, request_id=painting.request_id) from exc
        value = PaintResult(
            image=await patiently("a picture", lambda: self.ctx.images.put(admitted.data)),
            width=admitted.width,
            height=admitted.height,
            revised_prompt=painting.revised_prompt,
            seed=painting.seed,
        )
        usd = painting.cost.usd if painting.cost else None
        return CallResult(value, usd, painting.request_id)

    async def end(self, reason: str) -> None:
        """What is left of the reservation is given back."""
        async with self.ctx.store.write() as uow:
            now = self.ctx.clock()
            if await end_run(uow, self.run, GOING, RunStatus.DONE, reason, now):
                await release(uow, self.run, now)


async def begin(
    ctx: RunContext,
    limits: Limits,
    who: tuple[Actor, Place],
    requests: Sequence[PaintRequest],
    *,
    key: str,
    goal: str,
) -> Replay:
    """Reserves what the pictures cost at most. Raises Refusal where that is too much, or nobody may
    begin anything now."""
    (actor, home), painter = who, ctx.model_set.painter
    prices = [painter.price(request) for request in requests]
    unknown = ctx.unknown_usd
    most = sum((unknown if price is None else price for price in prices), Decimal(0))
    rationed = limits.ration_embedded or not painter.profile.embedded
    images = len(requests) if rationed else 0
    plan = Plan(mode="imagine", rounds=1, rationed=rationed, usd_limit=most or None)
    now, id = ctx.clock(), hashlib.sha256(key.encode()).hexdigest()
    session = Session(
        id=id[:12], mode=plan.mode, owner=actor, place=home, thread="", goal=goal, created=now
    )
    quote = Quote(1, len(requests), None if None in prices else most, None, None)
    run = RunRecord(
        id=id[12:28],
        session=session.id,
        actor=actor,
        place=home,
        command_key=key,
        quote=replace(quote, models=(painter.profile.name,), embedded=painter.profile.embedded),
        plan=plan,
        status=RunStatus.RUNNING,
        created=now,
        started=now,
    )
    async with ctx.store.write() as uow:
        await let_in(uow, actor, home, limits.refusals_per_user_per_day, now)
        stands = await standing(uow, limits, actor, home, now)
        grant = stands.check(Claim(images=images, usd=most, priced=None not in prices))
        await uow.sessions.add(session)
        await uow.runs.add(run)
        held = entry(
            actor, run.id, now, call=run.id, kind="reserve", images=images, usd=most, at=now
        )
        await uow.ledger.book(held)
        if grant:
            await uow.budgets.draw(run.id, grant)
    return Replay(ctx=ctx, session=session, run=run)


def _node(
    replay: Replay, number: int, request: PaintRequest, row: CallRow, value: PaintResult
) -> Iteration:
    made = iteration_of(
        replay.run, row, value, n=number, parent="", prompt=request.prompt, words=""
    )
    return replace(made, won=True)
