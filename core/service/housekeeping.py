"""What nobody asks for: rows of another version are set aside, old answers are thrown away."""

import logging
from datetime import timedelta

from core.ports.clock import Clock
from core.ports.store import Store

log = logging.getLogger(__name__)
ANSWERS_KEPT = timedelta(hours=1)  # a page may still ask for one after a restart
LOST_KEPT = timedelta(days=7)
AT_ONCE = 1000


class Housekeeping:
    """Small rounds, each bounded: the sweep begins with one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._begun = False

    async def once(self) -> None:
        if not self._begun:
            async with self._store.write() as uow:
                if known := await uow.inbox.reconsider():
                    log.info("%d quarantined commands are looked at again", known)
            self._begun = True
        await self._set_aside()
        await self._prune()

    async def _set_aside(self) -> None:
        """Commands that this version does not know keep no other waiting."""
        while True:
            async with self._store.read() as uow:
                unreadable = (await uow.inbox.new()).unreadable
            if not unreadable:
                return
            log.error("commands of another version are quarantined: %s", unreadable)
            async with self._store.write() as uow:
                await uow.inbox.set_aside(list(unreadable))

    async def _prune(self) -> None:
        now = self._clock()
        async with self._store.read() as uow:
            if not await uow.outbox.has_old_answers(now - ANSWERS_KEPT, now - LOST_KEPT):
                return
        async with self._store.write() as uow:
            await uow.outbox.prune(now - ANSWERS_KEPT, now - LOST_KEPT, AT_ONCE)
