"""Where admins keep no prompts: what was written and said in a session goes, the pictures stay."""

import json
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Column, Table, Text, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import session_codec
from adapters.storage.purging import Theirs
from core.domain.access import NOBODY
from core.domain.options import options
from core.domain.records import OPEN, DeliveryState, Session
from core.jobs.registry import JOBS

# What people and models say, by the names of the fields; those of commands come from the jobs.
SAID = frozenset(
    [
        "goal",
        "prompt",
        "prompts",
        "words",
        "revised_prompt",
        "critique",
        "because",
        "alt",
        "summary",
        "differences",
        "keep",
        "idea",
        "text",
        "choices",
        "choice",
        "title",
        "premise",
        "instruction",
        "wish",
        "first_prompt",
        "negative",
        "search",
        "question",
        "questions",
        "checklist",
        "read",
        "shows",
        "note",
        "sentence",
        "line",
        "styles",
        "style",
        "labels",
        "look",
        "cast",
        "sites",
        "here",
        "site",
        "made_of",
        "answer",
    ]
)
KEPT = frozenset({"iteration", "session", "size", "painter"})  # options that are no sentence
NAMED = frozenset(
    {"prompts", "labels", "styles"}
)  # one of each picture: their number says how many
ROWS: Sequence[tuple[Table, Column[Any], Column[Any]]] = (
    (t.runs, t.runs.c.id, t.runs.c.payload),
    (t.iterations, t.iterations.c.id, t.iterations.c.payload),
    (t.calls, t.calls.c.key, t.calls.c.payload),
    (t.signals, t.signals.c.id, t.signals.c.payload),
    (t.outbox, t.outbox.c.id, t.outbox.c["update"]),
    (t.inbox, t.inbox.c.key, t.inbox.c.payload),
)
WAITING = (DeliveryState.PENDING.value, DeliveryState.SENDING.value)


class Redaction:
    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def due(self, theirs: Theirs, most: int) -> Sequence[Session]:
        sessions = t.sessions.c
        begun = select(func.count()).where(t.runs.c.session == sessions.id).scalar_subquery()
        busy = select(t.runs.c.session).where(t.runs.c.status.in_(sorted(OPEN)))
        unposted = select(t.outbox.c.session).where(t.outbox.c.state.in_(WAITING))
        query = (
            select(sessions.payload)
            .where(
                sessions.id.in_(theirs.sessions),
                sessions.owner != NOBODY,
                begun > 0,
                sessions.payload.not_like('%"blanked":' + begun.cast(Text) + ",%"),
                sessions.id.not_in(busy),
                sessions.id.not_in(unposted),
            )
            .order_by(sessions.created)
            .limit(most)
        )
        return [session_codec.load(text) for text in (await self._c.execute(query)).scalars()]

    async def blank(self, session: Session) -> Sequence[str]:
        runs = select(t.runs.c.id).where(t.runs.c.session == session.id)
        begun = list((await self._c.execute(runs)).scalars())
        for table, id, column in ROWS:
            of = table.c.session if "session" in table.c else table.c.run
            mine = of == session.id if "session" in table.c else of.in_(begun)
            for key, text in (await self._c.execute(select(id, column).where(mine))).all():
                words = _of_commands() if table is t.inbox else SAID
                changed = json.dumps(_without(json.loads(text), words), ensure_ascii=False)
                row = update(table).where(id == key).values({column.name: changed})
                await self._c.execute(row)
        blank = _without(json.loads(session_codec.dump(session)), SAID)
        payload = json.dumps({**blank, "blanked": len(begun)}, separators=(",", ":"))
        await self._c.execute(
            update(t.sessions).where(t.sessions.c.id == session.id).values(payload=payload)
        )
        calls = select(t.calls.c.key).where(t.calls.c.run.in_(begun))
        return list((await self._c.execute(calls)).scalars())


def _of_commands() -> frozenset[str]:
    free = {
        field.attr
        for job in JOBS.values()
        for field in options(job.command)
        if field.kind in ("text", "list") and field.attr not in KEPT
    }
    return frozenset(free) | SAID


def _without(value: Any, words: frozenset[str]) -> Any:
    """The record with empty texts under these names, as its codec reads it."""
    if isinstance(value, list):
        return [_without(each, words) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    known = cast("dict[str, Any]", value)
    return {
        name: _blank(name, each, words) if name in words else _without(each, words)
        for name, each in known.items()
    }


def _blank(name: str, value: Any, words: frozenset[str]) -> Any:
    if isinstance(value, str):
        return ""
    if isinstance(value, list):
        return [""] * len(cast("list[Any]", value)) if name in NAMED else []
    return _without(value, words)
