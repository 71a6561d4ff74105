"""Cancel all of mine: every run that a person pays for is stopped, wherever it was begun."""

from decimal import Decimal

from core.domain.access import same_person
from core.domain.commands import Actor
from core.domain.records import OPEN, RunRecord, RunStatus, Signal
from core.ports.api import Cancelled
from core.ports.engine import Engine
from core.runtime.context import RunContext
from core.runtime.lifecycle import cancel
from core.runtime.reserve import held_back
from core.service.identity import known

WHY = "Cancelled by the one who started it."


async def cancel_all(ctx: RunContext, engine: Engine, actor: Actor) -> Cancelled:
    """One transaction; each run ends between two steps, as by its Stop."""
    async with ctx.store.write() as uow:
        rows = await uow.runs.with_status(OPEN)
        actor = await known(uow, actor)
        mine: list[RunRecord] = [run for run in rows if same_person(run.actor, actor)]
        held = Decimal(0)
        for run in mine:
            held += held_back(await uow.ledger.of_run(run.id))
            await uow.runs.add_signal(Signal(run=run.id, kind="stop", actor=actor, at=ctx.clock()))
            if run.status is RunStatus.CONFIRMING:
                await cancel(ctx, uow, run, WHY)
    ctx.nudge()
    for run in mine:
        await engine.wake(run.engine_id)
    return Cancelled(runs=len(mine), usd=held)
