"""What became of a command: refused with a sentence, begun as a run, done where it begins none, or
not known yet.

Intake answers in the background; a refusal must reach the person all the same, so a page asks
until it knows, and asking again after a lost connection is harmless.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from adapters.web.outbound import Watcher, WebSender, jsonable
from core.domain.commands import Actor
from core.domain.records import OPEN, InboxState, RunRecord
from core.domain.updates import Refused
from core.ports.api import CoreApi


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Whose command, by its dedup key, and the session it was about ("" for a new one)."""

    actor: Actor
    key: str
    session: str = ""

    @property
    def repeatable(self) -> bool:
        """A pick's key comes again when somebody picks again; all others are used once."""
        return self.key.startswith("pick:")


async def outcome(core: CoreApi, sender: WebSender, ask: AskedFor, wait_s: float) -> dict[str, Any]:
    """{"state": "refused" | "begun" | "done" | "waiting", …}; waits up to `wait_s` seconds for an answer.

    Updates are watched as they pass; the database is read at the start, after a run was
    accepted, and at the end.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + wait_s
    with sender.watching() as watcher:
        found = await _begun(core, ask)
        while found is None and not watcher.closed:
            found = _refused(sender.refusal(ask.key), ask)
            left = end - loop.time()
            if found is not None or left <= 0:
                break
            await watcher.wait(left)
            if _accepted(watcher):
                found = await _begun(core, ask)
        found = found or await _begun(core, ask) or await _stored_refusal(core, ask)
        found = found or await _done(core, ask)
    return found or {"state": "waiting", "key": ask.key}


def _accepted(watcher: Watcher) -> bool:
    digests, watcher.digests = watcher.digests, []
    return any(data["kind"] == "accepted" for data in digests)


async def _begun(core: CoreApi, ask: AskedFor) -> dict[str, Any] | None:
    for run in await _runs(core, ask):
        if run.command_key == ask.key and (run.status in OPEN or not ask.repeatable):
            return {"state": "begun", "key": ask.key, "session": run.session, "run": run.id}
    return None


async def _done(core: CoreApi, ask: AskedFor) -> dict[str, Any] | None:
    """Of a command about a session, which was taken in and began no run on it."""
    if not ask.session or ask.repeatable or await core.fate(ask.key) is not InboxState.TAKEN:
        return None
    return await _begun(core, ask) or {"state": "done", "key": ask.key}


async def _runs(core: CoreApi, ask: AskedFor) -> list[RunRecord]:
    if ask.session:
        tree = await core.tree(ask.session, ask.actor)
        return list(tree.runs) if tree else []
    summaries = await core.sessions(ask.actor, 10)
    return [summary.run for summary in summaries if summary.run is not None]


async def _stored_refusal(core: CoreApi, ask: AskedFor) -> dict[str, Any] | None:
    """Refusals of before a restart. Not for picks: theirs may be of an earlier try."""
    if ask.repeatable:
        return None
    return _refused(await core.refusal(ask.key, ask.actor), ask)


def _refused(refusal: Refused | None, ask: AskedFor) -> dict[str, Any] | None:
    if refusal is None or refusal.actor not in ("", ask.actor.id):
        return None
    return {
        "state": "refused",
        "key": ask.key,
        "sentence": refusal.sentence,
        "free_at": jsonable(refusal.free_at),
        "room": " going, the limit is " in refusal.sentence,  # there is some when a run has ended
    }
