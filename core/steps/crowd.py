"""A crowd picks the parent of the next round: the pictures of a round are voted on for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.records import Delivery, Iteration
from core.domain.updates import IterationFinished, Noticed
from core.ports.store import UnitOfWork
from core.runtime.context import RunContext
from core.runtime.progress import post_progress
from core.runtime.snapshot import Snapshot, load
from core.steps.loop import Loop
from core.steps.show import letter_of

ABOUT = "crowd"
MOST_LOOKS = 200


async def picked(loop: Loop, n: int, best: str) -> str:
    """The iteration that the next round follows: what most voted for, else the round's `best`."""
    until = await loop.step(f"crowd/{n}/open", open_vote, n)
    if until is None:
        return best
    for look in range(MOST_LOOKS):
        left = until - await loop.run.now()
        if left <= timedelta(0):
            break
        await loop.run.signal(left.total_seconds())
        if await loop.step(f"crowd/{n}/stopped{look}", told_to_stop):
            break
    return await loop.step(f"crowd/{n}/close", close_vote, n, best)


async def told_to_stop(ctx: RunContext, run_id: str) -> bool:
    async with ctx.store.read() as uow:
        return any(signal.kind == "stop" for signal in await uow.runs.signals(run_id))


async def open_vote(ctx: RunContext, run_id: str, n: int) -> datetime | None:
    """Says until when; None where there are no two pictures to choose from."""
    snapshot = await load(ctx, run_id)
    async with ctx.store.write() as uow:
        found = await _post(uow, snapshot, n)
        if found is None:
            return None
        until = ctx.clock() + timedelta(seconds=snapshot.plan.vote_s)
        said = f"Everybody votes which picture round {n + 1} follows, until {until:%H:%M:%S} UTC."
        await _say(uow, snapshot, said, closed=False)
        await post_progress(uow, snapshot, "voting", n=n, phase="waiting")
    ctx.nudge()
    return until


async def close_vote(ctx: RunContext, run_id: str, n: int, best: str) -> str:
    """Ends it: the post shows how many each got, the thread is told which one goes on."""
    snapshot = await load(ctx, run_id)
    nodes = [node for node in snapshot.iterations if node.run == run_id and node.round == n]
    there = [node for node in nodes if not node.discarded]
    async with ctx.store.write() as uow:
        found = await _post(uow, snapshot, n)
        counted = await uow.people.votes(run_id)
        chosen = winner(there, counted, best)
        for node in nodes:
            if node.won != (node.id == chosen):
                await uow.iterations.save(replace(node, won=node.id == chosen))
        if found is not None:
            row, shown = found
            await uow.outbox.rewrite(row, ended(shown, counted, chosen), again=True)
        await _say(uow, snapshot, _outcome(there, counted, chosen), closed=True)
    ctx.nudge()
    return chosen


def winner(nodes: Sequence[Iteration], votes: Mapping[str, int], best: str) -> str:
    """The most voted for; of equal ones the judged `best`, then the first."""
    if not nodes:
        return best
    most = max(votes.get(node.id, 0) for node in nodes)
    equal = [node.id for node in nodes if votes.get(node.id, 0) == most]
    return best if best in equal else equal[0]


def ended(update: IterationFinished, counted: Mapping[str, int], chosen: str) -> IterationFinished:
    votes = tuple(counted.get(view.iteration, 0) for view in update.candidates)
    labels = tuple(f"{label} · {count}" for label, count in zip(update.labels, votes, strict=False))
    best = [view.iteration for view in update.candidates].index(chosen)
    return replace(
        update, blind=False, voting=False, votes=votes, labels=labels, best=best, champion=chosen
    )


def _outcome(nodes: Sequence[Iteration], counted: Mapping[str, int], chosen: str) -> str:
    letters = {node.id: letter_of(node) for node in nodes}
    name = letters.get(chosen, "")
    stands = sorted(((counted.get(id, 0), letter) for id, letter in letters.items()), reverse=True)
    told = ", ".join(f"{letter} {count}" for count, letter in stands if count)
    if not told:
        return f"Nobody voted: {name}, which was judged best, goes on."
    return f"The vote is over ({told}): {name} goes on."


async def _post(
    uow: UnitOfWork, snapshot: Snapshot, n: int
) -> tuple[Delivery, IterationFinished] | None:
    for row in await uow.outbox.of_session(snapshot.session.id):
        update = row.update
        if row.run != snapshot.run.id or not isinstance(update, IterationFinished):
            continue
        if update.round == n and update.voting and not update.again:
            return row, update
    return None


async def _say(uow: UnitOfWork, snapshot: Snapshot, sentence: str, *, closed: bool) -> None:
    notice = Noticed(
        session=snapshot.session.id,
        run=snapshot.run.id,
        about=ABOUT,
        sentence=sentence,
        closed=closed,
    )
    await uow.outbox.post(notice, snapshot.run, snapshot.session)
