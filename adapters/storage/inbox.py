"""What was asked, written down before it was acknowledged."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import command_codec, readable, stamp
from adapters.storage.dialect import insert_new, insert_once
from core.domain.records import InboxState
from core.ports.repositories import Found, InboxRow


class InboxRows:
    """What was asked, written down before it was acknowledged."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def add(self, row: InboxRow) -> bool:
        return await insert_once(self._c, t.inbox, _values(row), ["key"])

    async def add_all(self, rows: Sequence[InboxRow]) -> Sequence[bool]:
        values = [_values(row) for row in rows]
        new = await insert_new(self._c, t.inbox, values, "key")
        answers: list[bool] = []
        for row in rows:  # of two alike in one batch the first is the new one
            answers.append(row.key in new)
            new.discard(row.key)
        return answers

    async def get(self, key: str) -> InboxRow | None:
        found = (await self._c.execute(select(t.inbox).where(t.inbox.c.key == key))).first()
        return _row(found) if found else None

    async def new(self, limit: int = 100) -> Found[InboxRow]:
        query = select(t.inbox).where(t.inbox.c.state == InboxState.NEW.value)
        rows = await self._c.execute(query.order_by(t.inbox.c.at).limit(limit))
        return readable(rows, _row, "key")

    async def set_aside(self, keys: Collection[str]) -> None:
        mine = t.inbox.c.key.in_(keys) & (t.inbox.c.state == InboxState.NEW.value)
        values = {"state": InboxState.QUARANTINED.value}
        await self._c.execute(update(t.inbox).where(mine).values(values))

    async def reconsider(self) -> int:
        aside = t.inbox.c.state == InboxState.QUARANTINED.value
        values = {"state": InboxState.NEW.value}
        return (await self._c.execute(update(t.inbox).where(aside).values(values))).rowcount

    async def end(self, key: str, state: InboxState, *, run: str = "", error: str = "") -> None:
        values = {"state": state.value, "run": run, "error": error}
        await self._c.execute(update(t.inbox).where(t.inbox.c.key == key).values(values))

    async def free_key(self, key: str, run: str) -> None:
        freed = update(t.inbox).where(t.inbox.c.key == key).values(key=f"{key}#{run}")
        await self._c.execute(freed)

    async def picked_before(self, key: str) -> bool:
        low, high = f"{key}#", f"{key}$"  # "$" follows "#": a range instead of a pattern
        query = select(t.inbox.c.key).where(
            (t.inbox.c.key == key) | ((t.inbox.c.key >= low) & (t.inbox.c.key < high))
        )
        return (await self._c.execute(query.limit(1))).first() is not None


def _values(row: InboxRow) -> dict[str, object]:
    return {
        "key": row.key,
        "state": row.state.value,
        "run": row.run,
        "error": row.error,
        "at": stamp(row.at),
        "payload": command_codec().dump(row.command),
    }


def _row(row: Row[Any]) -> InboxRow:
    return InboxRow(
        key=row.key,
        command=command_codec().load(row.payload),
        state=InboxState(row.state),
        at=datetime.fromisoformat(row.at),
        run=row.run,
        error=row.error,
    )
