"""What people say to a running run, and what it says to them between rounds."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.errors import Gone
from core.ports import UnitOfWork
from core.quote import worst_round
from core.steps.base import GONE, Context, Held, Lead, load, post_progress
from core.studio import Tools
from core.updates import Noticed, Paused, ReviewRequested, RunPhase


@dataclass(frozen=True, slots=True)
class Reviewing:
    """A review that was opened; `until` None: the run pauses instead of waiting."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Reply:
    """A person's answer to a review; an empty text means: go on as it is."""

    text: str


async def halt(tools: Tools, run_id: str, n: int, again: bool = False) -> str:
    """Why the run must not begin round `n` (`again`: a second time): "stopped", "frozen",
    "budget", or ""."""
    async with tools.store.read() as uow:
        run = await uow.run(run_id)
        if run is None:
            raise Gone(GONE)
        if any(signal.kind == "stop" for signal in await uow.signals(run_id)):
            return "stopped"
        if await uow.flag("frozen"):
            return "frozen"
        limit = run.plan.usd_limit
        if limit is None or not (n > 1 or again):
            return ""
        booked = sum(
            (row.usd or Decimal(0))
            for row in await uow.ledger(run_id)
            if row.kind in ("settle", "unknown")
        )
    worst = worst_round(tools.studio, run.plan, tools.unknown_usd, n)
    return "budget" if booked + worst > limit else ""


async def wants_review(tools: Tools, run_id: str) -> bool:
    async with tools.store.read() as uow:
        run = await uow.run(run_id)
    return run is not None and run.review


async def open_review(tools: Tools, run_id: str, n: int, champion: str, lead: Lead) -> Reviewing:
    """Shows the critique for editing; with a time-out of 0 the run is about to pause."""
    context = await load(tools, run_id)
    seconds = context.plan.review_timeout_s
    until = tools.clock() + timedelta(seconds=seconds) if seconds > 0 else None
    critique = lead.because or lead.words
    async with tools.store.write() as uow:
        if until is not None:
            await uow.post(
                ReviewRequested(
                    session=context.session.id,
                    run=run_id,
                    round=n,
                    iteration=champion,
                    critique=critique,
                    until=until,
                ),
                context.run,
                context.session,
            )
            await post_progress(uow, context, "waiting for your review", n=n, phase="waiting")
        else:
            await _pause(uow, context, n, champion, critique)
    tools.nudge()
    return Reviewing(until)


async def _pause(uow: UnitOfWork, context: Context, n: int, champion: str, critique: str) -> None:
    update = Paused(
        session=context.session.id,
        run=context.run.id,
        round=n,
        iteration=champion,
        critique=critique,
        reason="Answer the critique to go on.",
    )
    await uow.post(update, context.run, context.session)


async def reply(tools: Tools, run_id: str, n: int) -> Reply | None:
    """The answer to round `n`'s review, if there is one; a Stop counts as an empty one."""
    async with tools.store.read() as uow:
        for signal in await uow.signals(run_id):
            if signal.kind == "revise" and signal.round == n:
                return Reply(signal.text)
            if signal.kind == "stop":
                return Reply("")
    return None


async def close_review(
    tools: Tools, run_id: str, n: int, champion: str, critique: str, answer: str
) -> None:
    context = await load(tools, run_id)
    update = ReviewRequested(
        session=context.session.id,
        run=run_id,
        round=n,
        iteration=champion,
        critique=critique,
        until=None,
        answered=answer,
    )
    await _post_once(tools, context, update)


async def _post_once(tools: Tools, context: Context, update: ReviewRequested | Noticed) -> None:
    async with tools.store.write() as uow:
        await uow.post(update, context.run, context.session)
    tools.nudge()


async def notice(tools: Tools, run_id: str, about: str, sentence: str) -> None:
    """Says a sentence in the thread, one message per topic."""
    context = await load(tools, run_id)
    update = Noticed(session=context.session.id, run=run_id, about=about, sentence=sentence)
    await _post_once(tools, context, update)


async def waiting(tools: Tools, run_id: str, n: int, hold: Held) -> None:
    """Tells the thread what is being waited for, and the operator where only they can help."""
    context = await load(tools, run_id)
    fault = hold.sentence.rstrip(".")
    sentence = f"{fault}; the run waits and goes on by itself."
    if hold.fault == "account":
        await tools.tell(account_topic(hold.sentence), hold.sentence)
        sentence = f"{fault}; the operator is told, the run waits and goes on by itself."
    await _post_wait(tools, context, n, sentence, "waiting for the provider", "waiting")


def account_topic(sentence: str) -> str:
    """What the operator is told once: the same trouble, whoever meets it."""
    return f"account/{zlib.crc32(sentence.rstrip('.').encode()):08x}"


async def resumed(tools: Tools, run_id: str, n: int) -> None:
    """The wait is over: its message says so."""
    context = await load(tools, run_id)
    await _post_wait(tools, context, n, "The wait is over; the run went on.", "going on", "running")


async def _post_wait(
    tools: Tools, context: Context, n: int, sentence: str, line: str, phase: RunPhase
) -> None:
    update = Noticed(
        session=context.session.id, run=context.run.id, about=f"waiting/{n}", sentence=sentence
    )
    async with tools.store.write() as uow:
        await uow.post(update, context.run, context.session)
        await post_progress(uow, context, line, n=n, phase=phase)
    tools.nudge()
