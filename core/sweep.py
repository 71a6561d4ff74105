"""The sweep: what was only written down is taken in, what was only written is started, what is lost
is ended. Nobody is blocked for ever."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from core.engine import Engine, RunState
from core.obedience import cancel, owner_of
from core.ports import InboxRow
from core.session import OPEN, RunRecord, RunStatus
from core.steps import closing
from core.studio import Tools

CONFIRM_FOR = timedelta(minutes=15)
MAX_ATTEMPTS = 3


class Sweep:
    """`take` is called with every inbox row that nobody took in yet."""

    def __init__(self, tools: Tools, engine: Engine, take: Callable[[InboxRow], None]) -> None:
        self._tools, self._engine, self._take = tools, engine, take

    async def once(self) -> None:
        """Takes in what was only written down, starts what was only written, ends what is lost."""
        async with self._tools.store.read() as uow:
            rows = await uow.inbox_new()
            runs = await uow.runs_in(sorted(OPEN))
        for row in rows:
            self._take(row)
        for run in runs:
            await self._look_after(run)

    async def of(self, command: str, run_id: str) -> None:
        """The same for the command of that dedup key and its run, where they wait for it."""
        async with self._tools.store.read() as uow:
            rows = [row for row in await uow.inbox_new() if row.key == command]
            run = await uow.run(run_id) if run_id else None
        for row in rows:
            self._take(row)
        if run is not None and run.status in OPEN:
            await self._look_after(run)

    async def _look_after(self, run: RunRecord) -> None:
        if run.status is RunStatus.CONFIRMING:
            if self._tools.clock() - run.created > CONFIRM_FOR:
                async with self._tools.store.write() as uow:
                    await cancel(self._tools, uow, run, "Nobody confirmed it in time.")
                self._tools.nudge()
            return
        state = await self._engine.state(run.engine_id)
        if state is RunState.UNKNOWN:
            await self._engine.start(run.engine_id, owner_of(run))
        elif state in (RunState.DONE, RunState.FAILED):
            await self._restart(run)

    async def _restart(self, run: RunRecord) -> None:
        """A run the engine gave up on is started anew and finds its calls done; thrice, then over."""
        async with self._tools.store.write() as uow:
            fresh = await uow.run(run.id)
            if fresh is None or fresh.status not in OPEN or fresh.attempt != run.attempt:
                return
            if fresh.attempt < MAX_ATTEMPTS:
                fresh = replace(fresh, attempt=fresh.attempt + 1)
                await uow.save_run(fresh)
        if fresh.attempt == run.attempt:
            await closing.fail(
                self._tools, run.id, "Something broke here; what was painted is kept."
            )
            return
        await self._engine.start(fresh.engine_id, owner_of(fresh))
