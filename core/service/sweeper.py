"""The sweep: what was only written down is taken in, what was only written is started, what is lost
is ended. Nobody is blocked for ever."""

import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import timedelta

from core.domain.errors import StoreUnavailable
from core.domain.records import OPEN, InboxState, RunRecord, RunStatus
from core.ports.engine import Engine, RunState
from core.ports.repositories import InboxRow
from core.runtime import lifecycle
from core.runtime.context import RunContext
from core.runtime.lifecycle import cancel, owner_of

log = logging.getLogger(__name__)
CONFIRM_FOR = timedelta(minutes=15)
MAX_ATTEMPTS = 3
GIVEN_UP = "Something broke here; what was painted is kept."
ENDED = "The program that carried this run has ended; what was painted is kept."


@contextlib.asynccontextmanager
async def _alone(platform: str) -> AsyncGenerator[bool]:
    yield True


@dataclass(frozen=True, slots=True)
class Apart:
    """`platforms` whose runs are carried by a process of their own: a terminal, an assistant's
    server. `alone` keeps such a one from beginning while its block runs, and is False where one is
    at work."""

    platforms: frozenset[str] = frozenset()
    alone: Callable[[str], AbstractAsyncContextManager[bool]] = _alone


EVERYBODYS = Apart()  # one process carries all


class Sweeper:
    """`take` is called with every inbox row that nobody took in yet."""

    def __init__(
        self,
        ctx: RunContext,
        engine: Engine,
        take: Callable[[InboxRow], None],
        others: Apart,
    ) -> None:
        self._ctx, self._engine, self._take, self._others = ctx, engine, take, others

    async def once(self) -> None:
        """Takes in what was only written down, starts what was only written, ends what is lost."""
        async with self._ctx.store.read() as uow:
            rows = await uow.inbox.new()
            runs = await uow.runs.with_status(sorted(OPEN))
        others = self._others.platforms
        for row in rows:
            if row.command.actor.platform not in others:
                self._take(row)
        for run in runs:
            if run.actor.platform not in others or run.status is RunStatus.CONFIRMING:
                await self._apart(run)
        for platform in {
            each.actor.platform for each in (*runs, *(r.command for r in rows))
        } & others:
            async with self._others.alone(platform) as alone:
                if alone:
                    await self.end_orphans(platform)

    async def end_orphans(self, platform: str) -> None:
        """Ends what a process that is gone has left of a platform whose runs it carried. Only while
        no other may begin."""
        async with self._ctx.store.write() as uow:
            for row in await uow.inbox.new():
                if row.command.actor.platform == platform:
                    await uow.inbox.end(row.key, InboxState.REFUSED, error=ENDED)
            runs = await uow.runs.with_status(sorted(OPEN - {RunStatus.CONFIRMING}))
        for run in runs:
            if run.actor.platform == platform:
                await self._end(run, ENDED)

    async def _end(self, run: RunRecord, sentence: str) -> None:
        await lifecycle.fail(self._ctx, run.id, sentence)
        who = run.actor.name or run.actor.id
        told = f"The run {run.id} of {who} ({run.actor.platform}) had nobody who carries it: ended."
        await self._ctx.tell(f"lost/{run.id}", told)

    async def of(self, command: str, run_id: str) -> None:
        """The same for the command of that dedup key and its run, where they wait for it."""
        async with self._ctx.store.read() as uow:
            rows = [row for row in await uow.inbox.new() if row.key == command]
            run = await uow.runs.get(run_id) if run_id else None
        for row in rows:
            self._take(row)
        if run is not None and run.status in OPEN:
            await self._look_after(run)

    async def _apart(self, run: RunRecord) -> None:
        """One run's trouble is logged and comes again with the next sweep; a database that is away
        is everybody's. Raises StoreUnavailable."""
        try:
            await self._look_after(run)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("the sweep broke over run %s; the others are looked after", run.id)

    async def _look_after(self, run: RunRecord) -> None:
        if run.status is RunStatus.CONFIRMING:
            if self._ctx.clock() - run.created > CONFIRM_FOR:
                async with self._ctx.store.write() as uow:
                    await cancel(self._ctx, uow, run, "Nobody confirmed it in time.")
                self._ctx.nudge()
            return
        state = await self._engine.state(run.engine_id)
        if state is RunState.UNKNOWN:
            await self._engine.start(run.engine_id, owner_of(run))
        elif state in (RunState.DONE, RunState.FAILED):
            await self._restart(run)

    async def _restart(self, run: RunRecord) -> None:
        """A run the engine gave up on is started anew and finds its calls done; thrice, then over."""
        async with self._ctx.store.write() as uow:
            fresh = await uow.runs.get(run.id)
            if fresh is None or fresh.status not in OPEN or fresh.attempt != run.attempt:
                return
            if fresh.attempt < MAX_ATTEMPTS:
                fresh = replace(fresh, attempt=fresh.attempt + 1)
                await uow.runs.save(fresh)
        if fresh.attempt == run.attempt:
            await self._end(fresh, GIVEN_UP)
            return
        await self._engine.start(fresh.engine_id, owner_of(fresh))


async def each(*parts: Callable[[], Awaitable[None]]) -> None:
    """Does all parts of a sweep, then raises the first trouble; StoreUnavailable at once."""
    troubles: list[Exception] = []
    for part in parts:
        try:
            await part()
        except StoreUnavailable:
            raise
        except Exception as exc:
            log.warning("a part of the sweep broke (%s); the others go on", type(exc).__name__)
            troubles.append(exc)
    if troubles:
        raise troubles[0]
