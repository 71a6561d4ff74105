"""What people say to a running run, and what it says to them between rounds."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.errors import Gone
from core.domain.ledger import booked
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import Noticed, RunPhase
from core.ports.store import UnitOfWork
from core.runtime import reviews
from core.runtime.asking import account_topic
from core.runtime.context import RunContext
from core.runtime.gate import frozen
from core.runtime.lifecycle import GOING
from core.runtime.outcome import NextPrompt, StepFailure
from core.runtime.pricing import worst_round
from core.runtime.progress import post_progress
from core.runtime.reserve import images_left
from core.runtime.snapshot import GONE, Snapshot, load

OPERATOR_TOLD = "; the operator is told, the run waits and goes on by itself."


@dataclass(frozen=True, slots=True)
class Reviewing:
    """A review that was opened; `until` None: the run pauses instead of waiting."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A person's answer to a review; an empty text means: go on as it is."""

    text: str


async def halt(ctx: RunContext, run_id: str, n: int, again: bool = False) -> str:
    """Why the run must not begin round `n` (`again`: a second time): "stopped", "frozen",
    "budget", or ""."""
    async with ctx.store.read() as uow:
        run = await uow.runs.get(run_id)
        if run is None:
            raise Gone(GONE)
        if run.status not in GOING:
            return "stopped"  # ended by somebody else: nothing more may be bought for it
        if any(signal.kind == "stop" for signal in await uow.runs.signals(run_id)):
            return "stopped"
        session = await uow.sessions.get(run.session)
        if await frozen(uow, session.place if session else run.place):
            return "frozen"
        if not (n > 1 or again):
            return ""
        if run.plan.rationed and await images_left(ctx, uow, run) <= 0:
            return "budget"
        usd = booked(await uow.ledger.of_run(run_id)).usd
    if run.plan.usd_limit is None:
        return ""
    worst = worst_round(ctx.calls(run.plan, ctx.model_set), n, ctx.unknown_usd)
    return "budget" if usd + worst > run.plan.usd_limit else ""


async def wants_review(ctx: RunContext, run_id: str) -> bool:
    async with ctx.store.read() as uow:
        run = await uow.runs.get(run_id)
    return run is not None and run.review


async def open_review(
    ctx: RunContext, run_id: str, n: int, champion: str, next_prompt: NextPrompt
) -> Reviewing:
    """Shows the critique for editing; with a time-out of 0 the run is about to pause."""
    snapshot = await load(ctx, run_id)
    seconds = snapshot.plan.review_timeout_s
    until = ctx.clock() + timedelta(seconds=seconds) if seconds > 0 else None
    critique = next_prompt.because or next_prompt.words
    async with ctx.store.write() as uow:
        if until is not None:
            await uow.outbox.post(
                ReviewRequested(
                    session=snapshot.session.id,
                    run=run_id,
                    round=n,
                    iteration=champion,
                    critique=critique,
                    until=until,
                ),
                snapshot.run,
                snapshot.session,
            )
            await post_progress(uow, snapshot, "waiting for your review", n=n, phase="waiting")
        else:
            await _pause(uow, snapshot, n, champion, critique)
    ctx.nudge()
    return Reviewing(until)


async def _pause(uow: UnitOfWork, snapshot: Snapshot, n: int, champion: str, critique: str) -> None:
    update = Paused(
        session=snapshot.session.id,
        run=snapshot.run.id,
        round=n,
        iteration=champion,
        critique=critique,
        reason="Answer the critique to go on.",
    )
    await uow.outbox.post(update, snapshot.run, snapshot.session)


async def reply(ctx: RunContext, run_id: str, n: int) -> Reply | None:
    """The answer to round `n`'s review, if there is one; a Stop counts as an empty one."""
    async with ctx.store.read() as uow:
        for signal in await uow.runs.signals(run_id):
            if signal.kind == "revise" and signal.round == n:
                return Reply(signal.text)
            if signal.kind == "stop":
                return Reply("")
    return None


async def close_review(
    ctx: RunContext, run_id: str, n: int, champion: str, critique: str, answer: str
) -> None:
    """What the post becomes: who answered what, when. `answer` is in the run's signals as well."""
    snapshot = await load(ctx, run_id)
    async with ctx.store.read() as uow:
        ended = reviews.end_of(await uow.runs.signals(run_id), n, ctx.clock())
    update = ReviewRequested(
        session=snapshot.session.id,
        run=run_id,
        round=n,
        iteration=champion,
        critique=critique,
        until=None,
        closed=ended,
    )
    await _post_once(ctx, snapshot, update)


async def _post_once(
    ctx: RunContext, snapshot: Snapshot, update: ReviewRequested | Noticed
) -> None:
    async with ctx.store.write() as uow:
        await uow.outbox.post(update, snapshot.run, snapshot.session)
    ctx.nudge()


async def notice(ctx: RunContext, run_id: str, about: str, sentence: str) -> None:
    """Says a sentence in the thread, one message per topic."""
    snapshot = await load(ctx, run_id)
    update = Noticed(session=snapshot.session.id, run=run_id, about=about, sentence=sentence)
    await _post_once(ctx, snapshot, update)


async def waiting(ctx: RunContext, run_id: str, n: int, hold: StepFailure) -> None:
    """Tells the thread what is being waited for, and the operator where only they can help."""
    snapshot = await load(ctx, run_id)
    fault = hold.sentence.rstrip(".")
    sentence = f"{fault}; the run waits and goes on by itself."
    if hold.fault == "account":
        await ctx.tell(account_topic(hold.sentence), hold.sentence)
        sentence = f"{fault}{OPERATOR_TOLD}"
    await _post_wait(ctx, snapshot, n, sentence, "waiting for the provider", "waiting")


async def resumed(ctx: RunContext, run_id: str, n: int) -> None:
    """The wait is over: its message says so."""
    snapshot = await load(ctx, run_id)
    await _post_wait(ctx, snapshot, n, "The wait is over; the run went on.", "going on", "running")


async def _post_wait(
    ctx: RunContext, snapshot: Snapshot, n: int, sentence: str, line: str, phase: RunPhase
) -> None:
    update = Noticed(
        session=snapshot.session.id, run=snapshot.run.id, about=f"waiting/{n}", sentence=sentence
    )
    async with ctx.store.write() as uow:
        await uow.outbox.post(update, snapshot.run, snapshot.session)
        await post_progress(uow, snapshot, line, n=n, phase=phase)
    ctx.nudge()
