"""Updates leave through here: one sender per platform, in order within a session, never twice."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

from core.domain.errors import DarkroomError, StoreUnavailable
from core.domain.records import Delivery, DeliveryState, Receipt
from core.ports.clock import Clock
from core.ports.sender import Send, Sender
from core.ports.store import Store
from core.service import offers
from core.service.fates import SILENT, Fate, failed, fate_of

log = logging.getLogger(__name__)
PREPARE_TIMEOUT_S = 180.0
SEND_TIMEOUT_S = 60.0
AT_ONCE = 32  # lanes
IDLE_S = 1.0
GRACE_S = 5.0  # for what is under way when something else breaks
RECORD_AGAIN_S = (0.2, 1.0, 5.0, 20.0)
TAKE_UP_EVERY = timedelta(minutes=10)
Tell = Callable[[str, str], Awaitable[None]]


class OutboxDrain:
    """Drains one platform's deliveries. `run` is a long-lived task; `nudge` wakes it; `tell` reaches
    the operator. Each lane (a session, an answer) is a task of its own: a slow one holds nobody."""

    def __init__(
        self, store: Store, sender: Sender, clock: Clock, tell: Tell | None = None
    ) -> None:
        self._store, self._sender, self._clock, self._tell = store, sender, clock, tell
        self._news = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._broken: Exception | None = None
        self._looked: datetime | None = None

    def nudge(self) -> None:
        self._news.set()

    async def run(self) -> None:
        """Runs until cancelled: first what a dead process left, then whatever is due. Raises what
        breaks, after it let those under way come to their end."""
        try:
            await self.recover()
            while True:
                self._news.clear()
                self._begin_all(await self._due())
                await self._rest()
                if self._broken is not None:
                    raise self._broken
        except Exception:
            if self._lanes:
                await asyncio.wait(set(self._lanes.values()), timeout=GRACE_S)
            raise
        finally:
            await self._end_lanes()

    async def recover(self) -> None:
        """Begins with rows found `sending`: sent, surely not sent, or unknown; and with what another
        version could not read."""
        async with self._store.write() as uow:
            if known := await uow.outbox.reconsider(self._sender.platform):
                log.info("%d quarantined posts are looked at again", known)
            rows = await uow.outbox.sending(self._sender.platform)
            await uow.outbox.set_aside(list(rows.unreadable))
        for delivery in rows:
            self._begin(delivery, self._find)

    async def drain(self) -> int:
        """Sends what is due now; returns how many rows that was."""
        rows = await self._due()
        self._begin_all(rows)
        if self._lanes:
            await asyncio.wait(set(self._lanes.values()))
        return len(rows)

    async def _rest(self) -> None:
        # not wait_for: on Python 3.11 it can swallow a cancellation
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_S):
                await self._news.wait()

    async def _due(self) -> list[Delivery]:
        room = AT_ONCE - len(self._lanes)
        if room <= 0:
            return []
        async with self._store.read() as uow:
            skip = set(self._lanes)
            rows = await uow.outbox.due(self._sender.platform, self._clock(), room, skip)
        if rows.unreadable:
            log.error("posts of another version are quarantined: %s", rows.unreadable)
            async with self._store.write() as uow:
                await uow.outbox.set_aside(list(rows.unreadable))
            self._news.set()
        return rows

    # lanes

    def _begin_all(self, rows: list[Delivery]) -> None:
        for delivery in rows:
            self._begin(delivery, self._deliver)

    def _begin(
        self, delivery: Delivery, work: Callable[[Delivery], Coroutine[Any, Any, None]]
    ) -> None:
        lane = delivery.lane
        if lane not in self._lanes:
            task = asyncio.create_task(self._owned(lane, work(delivery)), name=f"post {lane}")
            self._lanes[lane] = task

    async def _owned(self, lane: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as exc:  # the database: whoever runs the outbox is told
            if isinstance(exc, DarkroomError):  # expected: a sentence says it all
                log.warning("the lane %s of %s: %s", lane, self._sender.platform, exc.sentence)
            else:
                log.exception("the lane %s of %s broke", lane, self._sender.platform)
            self._broken = exc
        finally:
            del self._lanes[lane]
            self._news.set()

    async def _end_lanes(self) -> None:
        tasks = list(self._lanes.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._broken = None

    # one delivery

    async def _find(self, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                receipt = await self._sender.find(delivery)
        except TimeoutError:  # whoever can be asked is asked again before it is posted again
            fate = failed(delivery, self._clock(), SILENT, 0.0)
        except Exception as exc:
            fate = fate_of(exc, delivery, self._clock(), left=True)
        else:
            state = DeliveryState.SENT if receipt else DeliveryState.PENDING
            fate = Fate(state, receipt=receipt)
        await self._settle(delivery, fate)

    async def _deliver(self, delivery: Delivery) -> None:
        if offers.needless(delivery):
            await self._record(delivery, DeliveryState.SENT)
            return
        settled = False
        try:
            async with AsyncExitStack() as stack:
                fate = await self._try(delivery, stack)
                if fate is not None:
                    await self._settle(delivery, fate)
                settled = True
        except Exception:
            if not settled:
                raise
            log.exception("what follows the post %s broke", delivery.key)

    async def _try(self, delivery: Delivery, stack: AsyncExitStack) -> Fate | None:
        """None where the row was overwritten while its post was prepared: it comes again."""
        left = False
        try:
            send = await self._prepared(delivery, stack)
            if not await self._record(delivery, DeliveryState.SENDING):
                return None
            left = True
            async with asyncio.timeout(SEND_TIMEOUT_S):
                receipt = await send()
        except Exception as exc:
            if isinstance(exc, StoreUnavailable) and not left:
                raise  # the post is sound: it waits, as it is, until something can be written
            return fate_of(exc, delivery, self._clock(), left=left)
        return Fate(DeliveryState.SENT, receipt=receipt)

    async def _prepared(self, delivery: Delivery, stack: AsyncExitStack) -> Send:
        async with asyncio.timeout(PREPARE_TIMEOUT_S):
            return await stack.enter_async_context(self._sender.prepare(delivery))

    async def _settle(self, delivery: Delivery, fate: Fate) -> None:
        await self._record(
            delivery,
            fate.state,
            receipt=fate.receipt,
            due=fate.due,
            since=fate.since,
            error=fate.error,
            offer=fate.offer and offers.has_offer(delivery),
        )
        if fate.tell:
            await self._say(fate.error)
        if fate.state is DeliveryState.SENT:
            await self._take_up()

    async def _record(
        self,
        delivery: Delivery,
        state: DeliveryState,
        *,
        receipt: Receipt | None = None,
        due: datetime | None = None,
        since: datetime | None = None,
        error: str = "",
        offer: bool = False,
    ) -> bool:
        """False where the row was overwritten since. What a platform said is not given up at the
        first trouble; before anything was sent there is nothing to lose."""

        async def write() -> bool:
            # ahead of the runs' own writes: somebody is waiting for the post
            async with self._store.write(urgent=True) as uow:
                there = await uow.outbox.save(
                    delivery.id,
                    state,
                    receipt=receipt,
                    due=due,
                    since=since,
                    error=error,
                    seq=delivery.seq,
                    now=self._clock(),
                )
                if offer and there:
                    await offers.offer(uow, delivery, state)
                elif state is DeliveryState.SENT and delivery.session:
                    await offers.close(uow, delivery)
            return there

        for pause in () if state is DeliveryState.SENDING else RECORD_AGAIN_S:
            try:
                return await write()
            except Exception as exc:
                log.warning("%s of %s is recorded later: %s", state, delivery.key, type(exc))
                await asyncio.sleep(pause)
        return await write()

    async def _take_up(self) -> None:
        """The platform takes posts: those that were given up get one more try."""
        now = self._clock()
        if self._looked is not None and now - self._looked < TAKE_UP_EVERY:
            return
        self._looked = now
        async with self._store.write() as uow:
            if count := await uow.outbox.take_up(self._sender.platform):
                log.warning("%s takes posts again: %d are tried once more", self.platform, count)

    @property
    def platform(self) -> str:
        return self._sender.platform

    async def _say(self, error: str) -> None:
        sentence = (
            f"A post to {self.platform} is given up for now: {error} It is offered in its thread, "
            "and tried again when the platform takes posts."
        )
        if self._tell is None:
            log.error(sentence)
            return
        try:
            await self._tell(f"parked/{self.platform}", sentence)
        except Exception:
            log.exception("the operator could not be told of a parked post")
