"""Writing commands down, many in one transaction: whoever acknowledges waits for one commit at most
beside the one under way."""

import asyncio
from dataclasses import dataclass

from core.ports.repositories import InboxRow
from core.ports.store import Store

SOON_S = 0.8  # a batch, and the one before it, are answered within two seconds


@dataclass(slots=True)
class _Waiting:
    row: InboxRow
    written: asyncio.Future[bool]


class InboxWriter:
    """Rows that arrive while a transaction is being written go into the next one together."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def write_down(self, row: InboxRow) -> bool:
        """Returns once the row is on the disk; False if its key was there before."""
        waiting = _Waiting(row, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="reception")
        return await waiting.written

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._write_batch(batch)
        finally:
            self._writer = None

    async def _write_batch(self, batch: list[_Waiting]) -> None:
        try:
            async with self._store.write(urgent=True, within_s=SOON_S) as uow:
                answers = await uow.inbox.add_all([each.row for each in batch])
        except BaseException as exc:
            for each in batch:
                if not each.written.done():
                    each.written.set_exception(
                        exc if isinstance(exc, Exception) else RuntimeError("The program stops.")
                    )
            if not isinstance(exc, Exception):
                raise
            return
        for each, answer in zip(batch, answers, strict=True):
            if not each.written.done():
                each.written.set_result(answer)
