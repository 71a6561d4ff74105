"""Whose turn it is in a story: a run that told a scene waits for a choice, or for a vote."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.commands import Actor, Place
from core.domain.records import Signal
from core.domain.story import Scene, Telling
from core.domain.updates import Noticed
from core.runtime.context import RunContext
from core.runtime.progress import post_progress
from core.runtime.snapshot import Snapshot, load
from core.steps.loop import Loop
from core.steps.scene import telling_of

ABOUT = "turn"
MOST_LOOKS = 1000
WAITS = "The story waits here: its ways on stay open."


@dataclass(frozen=True, slots=True)
class Turn:
    """What is told next: the way with this number, 0 = `say`; for `actor`, who pays for it."""

    number: int
    say: str
    actor: Actor
    place: Place


async def taken(loop: Loop, id: str) -> Turn | None:
    """What was chosen while the run waited, None where the story waits on without it."""
    until = await loop.step("turn/open", open_turn, id)
    if until is None:
        return None
    for look in range(MOST_LOOKS):
        over = await loop.step(f"turn/{look}", tally, id)
        left = until - await loop.run.now()
        if over or left <= timedelta(0):
            break
        await loop.run.signal(left.total_seconds())
    return await loop.step("turn/close", close_turn, id)


async def open_turn(ctx: RunContext, run_id: str, id: str) -> datetime | None:
    """Says until when people may choose; None where there is nothing to choose."""
    snapshot = await load(ctx, run_id)
    told, plan = scene_of(snapshot, id), telling_of(snapshot)
    if told is None or not told.choices:
        return None
    seconds = plan.vote_s if plan.decides == "party" else plan.turn_s
    until = ctx.clock() + timedelta(seconds=seconds)
    await _say(ctx, snapshot, _asking(plan, until), "waiting for a choice")
    return until


def _asking(plan: Telling, until: datetime) -> str:
    at = f"{until:%H:%M:%S} UTC"
    if plan.decides == "party":
        return f"Everybody votes, until {at}: press a way on, or say something else."
    alone = "" if plan.decides == "turns" else " by who began the story"
    return f"If none is chosen{alone} until {at}, the first way is taken."


async def tally(ctx: RunContext, run_id: str, id: str) -> bool:
    """Shows how a vote stands; whether it is decided before its time."""
    snapshot = await load(ctx, run_id)
    plan, signals = telling_of(snapshot), await _signals(ctx, run_id)
    if any(signal.kind == "stop" for signal in signals):
        return True
    votes = votes_of(signals)
    if plan.decides != "party":
        return bool(votes)
    told = scene_of(snapshot, id)
    if votes and told is not None:
        await _say(ctx, snapshot, f"Votes so far: {standing(votes, told)}.", "voting")
    return False


async def close_turn(ctx: RunContext, run_id: str, id: str) -> Turn | None:
    """Ends it: nobody's word counts any more, and the thread is told how it ended."""
    snapshot = await load(ctx, run_id)
    told, plan, session = scene_of(snapshot, id), telling_of(snapshot), snapshot.session
    async with ctx.store.write() as uow:
        signals = await uow.runs.signals(run_id)
        stopped = any(signal.kind == "stop" for signal in signals)
        turn = (
            None if stopped or told is None else _ended(signals, plan, session.owner, session.place)
        )
        sentence = _outcome(turn, votes_of(signals), told, plan) if not stopped else WAITS
        notice = Noticed(
            session=session.id, run=run_id, about=ABOUT, sentence=sentence, closed=True
        )
        await uow.outbox.post(notice, snapshot.run, session)
    ctx.nudge()
    return turn


async def stopped(ctx: RunContext, run_id: str) -> bool:
    return any(signal.kind == "stop" for signal in await _signals(ctx, run_id))


def _ended(signals: Sequence[Signal], plan: Telling, owner: Actor, home: Place) -> Turn | None:
    votes = votes_of(signals)
    if not votes:
        return Turn(1, "", owner, home) if plan.turn_s > 0 else None
    if plan.decides != "party":
        first = next(signal for signal in signals if signal.kind == "turn")
        return Turn(first.round, first.text, first.actor, home)
    number, text = winner(votes)
    return Turn(number, text, owner, home)


def votes_of(signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """Everybody's last word."""
    last = {(s.actor.platform, s.actor.id): s for s in signals if s.kind == "turn"}
    return tuple(last.values())


def winner(votes: Sequence[Signal]) -> tuple[int, str]:
    """The way most voted for; of equal ones that which stands first, people's own words last."""
    counted = Counter((vote.round, vote.text.casefold()) for vote in votes)
    number, text = min(counted, key=lambda way: (-counted[way], way[0] or 99, way[1]))
    return number, next(v.text for v in votes if (v.round, v.text.casefold()) == (number, text))


def standing(votes: Sequence[Signal], told: Scene) -> str:
    """Such as "Open the door 2, Turn back 1"."""
    names = dict(enumerate(told.choices, 1))
    counted = Counter(vote.text if vote.round == 0 else names.get(vote.round, "") for vote in votes)
    ordered = sorted(counted.items(), key=lambda row: (-row[1], row[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered if name)


def _outcome(turn: Turn | None, votes: Sequence[Signal], told: Scene | None, plan: Telling) -> str:
    if turn is None or told is None:
        return f"Nobody chose. {WAITS}"
    way = turn.say or told.choices[turn.number - 1]
    if not votes:
        return f"Nobody chose; the story goes on by itself: {way}"
    if plan.decides == "party":
        return f"The vote is over ({standing(votes, told)}): {way}"
    return f"{turn.actor.name or 'Somebody'} chose: {way}"


def scene_of(snapshot: Snapshot, id: str) -> Scene | None:
    node = snapshot.node(id)
    return node.chapter.scene if node and node.chapter else None


async def _signals(ctx: RunContext, run_id: str) -> Sequence[Signal]:
    async with ctx.store.read() as uow:
        return await uow.runs.signals(run_id)


async def _say(ctx: RunContext, snapshot: Snapshot, sentence: str, line: str) -> None:
    notice = Noticed(
        session=snapshot.session.id, run=snapshot.run.id, about=ABOUT, sentence=sentence
    )
    async with ctx.store.write() as uow:
        await uow.outbox.post(notice, snapshot.run, snapshot.session)
        await post_progress(uow, snapshot, line, n=1, phase="waiting")
    ctx.nudge()
