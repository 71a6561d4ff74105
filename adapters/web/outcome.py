"""What became of a command: refused with a sentence, begun as a run, or not known yet.

Intake answers in the background; a refusal must reach the person all the same, so a page asks
until it knows, and asking again after a lost connection is harmless.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from adapters.web.outbound import WebSender, plain
from core.commands import Actor
from core.door import Door
from core.session import RunRecord
from core.updates import Refused

LOOK_S = 0.4


@dataclass(frozen=True, slots=True)
class Question:
    """Whose command, by its dedup key, and the session it was about ("" for a new one)."""

    actor: Actor
    key: str
    session: str = ""


async def outcome(door: Door, sender: WebSender, ask: Question, wait_s: float) -> dict[str, Any]:
    """{"state": "refused" | "begun" | "waiting", …}; waits up to `wait_s` seconds for an answer."""
    loop = asyncio.get_running_loop()
    end, next_look = loop.time() + wait_s, loop.time()
    with sender.watching() as watcher:
        while not watcher.closed:
            found = _refused(sender.refusal(ask.key), ask)
            if found is None and loop.time() >= next_look:
                found = await _stored(door, ask)
                next_look = loop.time() + LOOK_S
            left = end - loop.time()
            if found is not None or left <= 0:
                return found or {"state": "waiting", "key": ask.key}
            await watcher.wait(min(left, LOOK_S))
    return {"state": "waiting", "key": ask.key}


async def _stored(door: Door, ask: Question) -> dict[str, Any] | None:
    for delivery in await door.deliveries("", 0):
        update = delivery.update
        if isinstance(update, Refused) and update.dedup_key == ask.key:
            return _refused(update, ask)
    for run in await _runs(door, ask):
        if run.command_key == ask.key:
            return {"state": "begun", "key": ask.key, "session": run.session, "run": run.id}
    return None


async def _runs(door: Door, ask: Question) -> list[RunRecord]:
    if ask.session:
        tree = await door.tree(ask.session)
        return list(tree.runs) if tree else []
    summaries = await door.sessions(ask.actor, 10)
    return [summary.run for summary in summaries if summary.run is not None]


def _refused(refusal: Refused | None, ask: Question) -> dict[str, Any] | None:
    if refusal is None or refusal.actor not in ("", ask.actor.id):
        return None
    return {
        "state": "refused",
        "key": ask.key,
        "sentence": refusal.sentence,
        "free_at": plain(refusal.free_at),
    }
