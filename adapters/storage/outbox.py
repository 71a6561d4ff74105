"""The outbox: what leaves, in which order, and what the platforms said."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import (
    place_codec,
    receipt_codec,
    session_codec,
    stamp,
    update_codec,
)
from adapters.storage.dialect import count_up, insert_once
from core.domain.records import Delivery, DeliveryState, Receipt, RunRecord
from core.domain.updates import Noticed, Progressed, Refused, Update
from core.ports.repositories import Addressed

WAITING = (DeliveryState.PENDING.value, DeliveryState.SENDING.value)


def delivery_key(update: Update) -> str:
    """24 characters, the same for the same update whenever it is posted."""
    about = [update.kind, update.session, update.subject]
    about.append(str(getattr(update, "iteration", "")))
    about.append("closed" if getattr(update, "until", "open") is None else "open")
    digest = hashlib.sha256("|".join(about).encode()).digest()
    return base64.b32encode(digest)[:24].decode().lower()


class OutboxRows:
    """One sequence per session; a repeated post of the same update changes nothing."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def post(self, update: Update, run: RunRecord | None, place_of: Addressed) -> None:
        key = delivery_key(update)
        found = (await self._c.execute(select(t.outbox).where(t.outbox.c.key == key))).first()
        if found is None:
            await self._append(key, update, place_of)
        elif isinstance(update, Progressed | Noticed | Refused):
            await self._overwrite(found, update)

    async def _append(self, key: str, update: Update, place_of: Addressed) -> None:
        place = place_of.place
        values = {
            "key": key,
            "platform": place.platform,
            "session": update.session,
            "run": update.run,
            "seq": await count_up(self._c, t.counters, f"session:{update.session}"),
            "subject": update.subject,
            "state": DeliveryState.PENDING.value,
            "attempts": 0,
            "due": None,
            "update": update_codec.dump(update),
            "place": place_codec.dump(place),
            "receipt": None,
            "error": "",
        }
        await self._c.execute(insert(t.outbox).values(values))

    async def _overwrite(self, found: Row[Any], new: Update) -> None:
        text = update_codec.dump(new)
        if found.update == text and not isinstance(new, Refused):
            return  # the same pick may be refused twice, and both times somebody waits for the answer
        values = {
            "update": text,
            "seq": await count_up(self._c, t.counters, f"session:{new.session}"),
            "state": DeliveryState.PENDING.value,
            "attempts": 0,
            "due": None,
        }
        await self._c.execute(update(t.outbox).where(t.outbox.c.id == found.id).values(values))

    async def due(self, platform: str, now: datetime, limit: int = 50) -> Sequence[Delivery]:
        query = (
            select(t.outbox)
            .where(t.outbox.c.platform == platform, t.outbox.c.state.in_(WAITING))
            .order_by(t.outbox.c.seq, t.outbox.c.id)
        )
        ready: list[Delivery] = []
        seen: set[str] = set()
        for row in await self._c.execute(query):
            thread = row.session or f"alone:{row.id}"
            if thread in seen:
                continue
            seen.add(thread)
            late = row.due is not None and row.due > stamp(now)
            if row.state == DeliveryState.PENDING.value and not late:
                ready.append(await self._complete(row))
            if len(ready) >= limit:
                break
        return ready

    async def _complete(self, row: Row[Any]) -> Delivery:
        delivery = _delivery(row)
        edits = await self.receipt(delivery.session, row.subject) if delivery.session else None
        query = select(t.sessions.c.thread).where(t.sessions.c.id == delivery.session)
        thread = (await self._c.execute(query)).scalar() or delivery.place.thread
        return replace(delivery, edits=edits, place=replace(delivery.place, thread=thread))

    async def save(
        self,
        id: int,
        state: DeliveryState,
        *,
        receipt: Receipt | None = None,
        due: datetime | None = None,
        error: str = "",
        seq: int | None = None,
    ) -> None:
        row = (await self._c.execute(select(t.outbox).where(t.outbox.c.id == id))).first()
        if row is None:
            return
        values: dict[str, object] = {}
        if receipt is not None and row.receipt is None:
            values["receipt"] = receipt_codec.dump(receipt)
            await self._remember(row, receipt)
        if seq is None or row.seq == seq:
            values |= {"state": state.value, "due": stamp(due) if due else None, "error": error}
            values["attempts"] = row.attempts + (state is DeliveryState.SENDING)
        if values:
            await self._c.execute(update(t.outbox).where(t.outbox.c.id == id).values(values))

    async def _remember(self, row: Row[Any], receipt: Receipt) -> None:
        """Every message of the delivery, and the thread a session's first post opened."""
        for message in (receipt.message, *receipt.more):
            if message:
                post = {
                    "platform": row.platform,
                    "channel": receipt.channel,
                    "message": message,
                    "delivery": row.id,
                }
                await insert_once(self._c, t.posts, post, ["platform", "channel", "message"])
        if receipt.thread and row.subject.startswith("status:"):
            text = (
                await self._c.execute(
                    select(t.sessions.c.payload).where(
                        t.sessions.c.id == row.session, t.sessions.c.thread == ""
                    )
                )
            ).scalar()
            if text:
                session = replace(session_codec.load(text), thread=receipt.thread)
                values = {"thread": receipt.thread, "payload": session_codec.dump(session)}
                await self._c.execute(
                    update(t.sessions).where(t.sessions.c.id == session.id).values(values)
                )

    async def of_session(self, session: str, after: int = 0) -> Sequence[Delivery]:
        query = select(t.outbox).where(t.outbox.c.session == session, t.outbox.c.seq > after)
        return [_delivery(row) for row in await self._c.execute(query.order_by(t.outbox.c.seq))]

    async def get(self, key: str) -> Delivery | None:
        row = (await self._c.execute(select(t.outbox).where(t.outbox.c.key == key))).first()
        return _delivery(row) if row else None

    async def receipt(self, session: str, subject: str) -> Receipt | None:
        query = (
            select(t.outbox.c.receipt)
            .where(
                t.outbox.c.session == session,
                t.outbox.c.subject == subject,
                t.outbox.c.receipt.is_not(None),
            )
            .order_by(t.outbox.c.id)
        )
        text = (await self._c.execute(query.limit(1))).scalar()
        return receipt_codec.load(text) if text else None

    async def find_message(self, platform: str, channel: str, message: str) -> Delivery | None:
        query = (
            select(t.outbox)
            .join(t.posts, t.posts.c.delivery == t.outbox.c.id)
            .where(
                t.posts.c.platform == platform,
                t.posts.c.channel == channel,
                t.posts.c.message == message,
            )
        )
        row = (await self._c.execute(query)).first()
        return _delivery(row) if row else None

    async def shown(self, platform: str, limit: int = 100) -> Sequence[Delivery]:
        gone = select(t.outbox.c.subject).where(t.outbox.c.update.contains('"kind":"discarded"'))
        query = (
            select(t.outbox)
            .join(t.posts, t.posts.c.delivery == t.outbox.c.id)
            .where(
                t.outbox.c.platform == platform,
                t.outbox.c.subject.startswith("round:"),
                t.outbox.c.subject.not_in(gone),
            )
            .order_by(t.outbox.c.id.desc())
        )
        return [_delivery(row) for row in await self._c.execute(query.limit(limit))]

    async def sending(self, platform: str) -> Sequence[Delivery]:
        query = select(t.outbox).where(
            t.outbox.c.platform == platform, t.outbox.c.state == DeliveryState.SENDING.value
        )
        rows = list(await self._c.execute(query.order_by(t.outbox.c.id)))
        return [await self._complete(row) for row in rows]


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        platform=row.platform,
        session=row.session,
        run=row.run,
        seq=row.seq,
        update=update_codec.load(row.update),
        place=place_codec.load(row.place),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due=datetime.fromisoformat(row.due) if row.due else None,
        receipt=receipt_codec.load(row.receipt) if row.receipt else None,
        error=row.error,
    )
