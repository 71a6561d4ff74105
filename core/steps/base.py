"""What all steps share: reading a run's state, asking a critic, telling where things stand."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

from core.calls import After, Order, Outcome
from core.commands import Leap
from core.critique import Answer, Ask, Box, Critic
from core.errors import Gone
from core.ports import UnitOfWork
from core.session import (
    CallRow,
    CallState,
    CallValue,
    Fault,
    Iteration,
    Plan,
    RunRecord,
    Session,
)
from core.studio import Tools
from core.updates import CandidateView, Progressed, RunPhase

GONE = "This session is not there any more."
TRY = re.compile(r"/(again\d+|repeated)(?=[/#])")  # what the loop appends to a step it tries again


@dataclass(frozen=True, slots=True)
class Held:
    """A step that could not be done now. `seconds` to wait before the next try; `booked`: it may
    have been billed and counts as spent."""

    fault: Fault
    sentence: str
    seconds: float = 0.0
    booked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What the next round paints, and why. `parent` is the iteration it follows from.

    With `box` the round edits the parent there instead of painting anew.
    """

    prompt: str
    words: str = ""
    because: str = ""
    parent: str = ""
    style: str = ""
    box: Box | None = None
    leap: Leap = "medium"


@dataclass(frozen=True, slots=True)
class Context:
    """A run as the database has it now."""

    run: RunRecord
    session: Session
    iterations: tuple[Iteration, ...]

    @property
    def plan(self) -> Plan:
        return self.run.plan

    def node(self, id: str) -> Iteration | None:
        return next((node for node in self.iterations if node.id == id), None)


async def load(tools: Tools, run_id: str) -> Context:
    """Raises Gone if the run or its session was deleted."""
    async with tools.store.read() as uow:
        run = await uow.run(run_id)
        session = await uow.session(run.session) if run else None
        if run is None or session is None:
            raise Gone(GONE)
        return Context(run, session, tuple(await uow.iterations(session.id)))


async def ask(
    tools: Tools,
    run: RunRecord,
    key: str,
    ask_kind: Ask,
    critic: Critic,
    call: Callable[[], Awaitable[Answer[CallValue]]],
    after: After | None = None,
) -> CallRow:
    """One paid call to a critic; `key` without the run's id. What an earlier try of the same step
    was answered is not paid for again."""
    if before := await _answered_before(tools, run, key):
        return before

    async def outcome() -> Outcome:
        answer = await call()
        usd = answer.cost.usd if answer.cost else None
        return Outcome(answer.value, usd, answer.request_id)

    order = Order(
        run=run,
        key=f"{run.id}/{key}",
        kind=ask_kind,
        model=critic.profile.name,
        repeatable=critic.profile.repeatable,
        images=0,
        worst=critic.price(ask_kind),
        call=outcome,
    )
    return await tools.payer.pay(order, after)


async def _answered_before(tools: Tools, run: RunRecord, key: str) -> CallRow | None:
    first = TRY.sub("", key)
    if first == key:
        return None
    async with tools.store.read() as uow:
        rows = await uow.calls_of_run(run.id)
    begin = len(run.id) + 1
    return next(
        (r for r in rows if r.state is CallState.DONE and TRY.sub("", r.key[begin:]) == first), None
    )


def held(row: CallRow) -> Held:
    """Why a call brought nothing, as a step result."""
    booked = row.state is CallState.UNKNOWN
    return Held(row.fault or "unusable", row.error, row.retry_after, booked)


def spent(calls: list[CallRow]) -> Decimal | None:
    """Dollars of the calls so far; None if a cost among them is unknown."""
    total = Decimal(0)
    for row in calls:
        if row.usd is not None:
            total += row.usd
        elif row.state in (CallState.DONE, CallState.UNKNOWN):
            return None
    return total


async def progress(
    tools: Tools, context: Context, line: str, *, n: int = 0, phase: RunPhase = "running"
) -> None:
    """Overwrites the run's progress line."""
    async with tools.store.write() as uow:
        await post_progress(uow, context, line, n=n, phase=phase)
    tools.nudge()


@asynccontextmanager
async def telling(tools: Tools, context: Context, line: str, *, n: int = 0) -> AsyncGenerator[None]:
    """Overwrites the run's progress line while the block works: nothing paid for waits for it."""
    told = asyncio.create_task(
        progress(tools, context, line, n=n), name=f"progress of {context.run.id}"
    )
    try:
        yield
    finally:
        await asyncio.wait({told})
    told.result()


async def post_progress(
    uow: UnitOfWork,
    context: Context,
    line: str,
    *,
    n: int = 0,
    phase: RunPhase = "running",
    champion: str = "",
) -> None:
    run, session = context.run, context.session
    mine = [node for node in await uow.iterations(session.id) if node.run == run.id]
    now = await uow.run(run.id)
    update = Progressed(
        session=session.id,
        run=run.id,
        phase=phase,
        line=line,
        round=n,
        rounds=run.plan.rounds,
        spent=spent(list(await uow.calls_of_run(run.id))),
        review=now.review if now else False,
        candidates=tuple(view(node) for node in mine if not node.discarded),
        champion=champion or next((node.id for node in reversed(mine) if node.won), ""),
    )
    await uow.post(update, run, session)


def view(node: Iteration) -> CandidateView:
    return CandidateView(
        iteration=node.id,
        image=node.image,
        width=node.width,
        height=node.height,
        alt=node.alt,
        score=node.score,
        checks=node.checks,
        seed=node.seed,
        revised_prompt=node.revised_prompt,
    )
