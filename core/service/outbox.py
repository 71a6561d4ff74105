"""Updates leave through here: one sender per platform, in order within a session, never twice."""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta

from core.domain.errors import Transient, Uncertain, Undeliverable
from core.domain.records import Delivery, DeliveryState, Receipt
from core.domain.updates import Noticed
from core.ports.clock import Clock
from core.ports.sender import Sender
from core.ports.store import Store

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 10
SEND_TIMEOUT_S = 120.0
AT_ONCE = 8
IDLE_S = 1.0


class Outbox:
    """Drains one platform's deliveries. `run` is a long-lived task; `nudge` wakes it."""

    def __init__(self, store: Store, sender: Sender, clock: Clock) -> None:
        self._store, self._sender, self._clock = store, sender, clock
        self._news = asyncio.Event()

    def nudge(self) -> None:
        self._news.set()

    async def run(self) -> None:
        """Runs until cancelled: first what a dead process left, then whatever is due."""
        await self.recover()
        while True:
            self._news.clear()
            if await self.drain() == 0:
                # not wait_for: on Python 3.11 it can swallow a cancellation
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await self._news.wait()

    async def recover(self) -> None:
        """Looks for rows found `sending`: sent, surely not sent, or unknown."""
        async with self._store.read() as uow:
            rows = await uow.outbox.sending(self._sender.platform)
        for delivery in rows:
            try:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    receipt = await self._sender.find(delivery)
            except (Uncertain, TimeoutError) as exc:
                await self._unknown(delivery, str(exc))
                continue
            except Transient as exc:
                await self._again(delivery, exc)
                continue
            state = DeliveryState.SENT if receipt else DeliveryState.PENDING
            await self._record(delivery, state, receipt=receipt)

    async def drain(self) -> int:
        """Sends what is due now; returns how many rows that was."""
        async with self._store.read() as uow:
            rows = list(await uow.outbox.due(self._sender.platform, self._clock(), AT_ONCE))
        if rows:
            await asyncio.gather(*(self._send(row) for row in rows))
        return len(rows)

    async def _send(self, delivery: Delivery) -> None:
        await self._record(delivery, DeliveryState.SENDING)
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                receipt = await self._sender.send(delivery)
        except Transient as exc:
            await self._again(delivery, exc)
        except (Uncertain, TimeoutError) as exc:
            await self._unknown(delivery, str(exc) or "The platform did not answer in time.")
        except Undeliverable as exc:
            log.warning("parked %s: %s", delivery.key, exc)
            await self._record(delivery, DeliveryState.PARKED, error=str(exc))
        except Exception as exc:
            log.exception("parked %s", delivery.key)
            await self._record(delivery, DeliveryState.PARKED, error=repr(exc)[:500])
        else:
            await self._record(delivery, DeliveryState.SENT, receipt=receipt)

    async def _again(self, delivery: Delivery, exc: Transient) -> None:
        if delivery.attempts + 1 >= MAX_ATTEMPTS:
            await self._record(delivery, DeliveryState.PARKED, error=exc.sentence)
            return
        due = self._clock() + timedelta(seconds=exc.retry_after)
        await self._record(delivery, DeliveryState.PENDING, due_at=due, error=exc.sentence)

    async def _unknown(self, delivery: Delivery, error: str) -> None:
        """Never repeated blindly: a person may ask for it again."""
        await self._record(delivery, DeliveryState.UNKNOWN, error=error)
        if not delivery.session or isinstance(delivery.update, Noticed):
            return
        async with self._store.write() as uow:
            run = await uow.runs.get(delivery.run)
            session = await uow.sessions.get(delivery.session)
            if session is not None:
                offer = Noticed(
                    session=delivery.session,
                    run=delivery.run,
                    about=f"repost:{delivery.key}",
                    sentence="A post may be missing here: the platform did not answer.",
                )
                await uow.outbox.post(offer, run, session)

    async def _record(
        self,
        delivery: Delivery,
        state: DeliveryState,
        *,
        receipt: Receipt | None = None,
        due_at: datetime | None = None,
        error: str = "",
    ) -> None:
        # ahead of the runs' own writes: somebody is waiting for the post
        async with self._store.write(urgent=True) as uow:
            await uow.outbox.save(
                delivery.id, state, receipt=receipt, due=due_at, error=error, seq=delivery.seq
            )
