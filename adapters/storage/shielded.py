"""Database work that a cancelled task can't tear in two.

A statement that is abandoned half-way leaves its connection, and SQLite's write lock with it, in
nobody's hands: so it is let end first, and the cancellation goes on from there.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Dialect, Executable
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


async def unbroken(
    work: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[None]] | None = None
) -> T:
    """Awaits work to its end even if the caller is cancelled; then `undo` takes what came of it."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():  # also where the caller is cancelled twice
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if undo is not None and not task.cancelled() and task.exception() is None:
            await undo(task.result())
        raise


class Shielded:
    """A connection whose statements end before a cancellation goes on."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(
        self, statement: Executable, rows: Sequence[Mapping[str, object]] | None = None
    ) -> CursorResult[Any]:
        return await unbroken(self._connection.execute(statement, rows))
