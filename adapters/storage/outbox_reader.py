"""The outbox read: what is due, what a session was told, and which delivery a message is."""

import base64
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import place_codec, readable, receipt_codec, stamp, update_codec
from core.domain.commands import Actor
from core.domain.records import Delivery, DeliveryState, Receipt
from core.domain.updates import Asked, Discarded, Noticed, Refused, Update
from core.ports.repositories import Found

WAITING = (DeliveryState.PENDING.value, DeliveryState.SENDING.value)


def delivery_key(update: Update) -> str:
    """24 characters, the same for the same update whenever it is posted."""
    about = [update.kind, update.session, update.subject]
    about.append(str(getattr(update, "iteration", "")))
    about.append("closed" if getattr(update, "until", "open") is None else "open")
    digest = hashlib.sha256("|".join(about).encode()).digest()
    return base64.b32encode(digest)[:24].decode().lower()


def same_message(a: Receipt, b: Receipt) -> bool:
    return (a.channel, a.message) == (b.channel, b.message)


class OutboxReader:
    """Deliveries as they stand, each with what it edits and where its session lives by now."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._c = connection

    async def due(
        self, platform: str, now: datetime, limit: int = 50, skip: Collection[str] = ()
    ) -> Found[Delivery]:
        row, before = t.outbox.c, t.outbox.alias("before")
        held = exists().where(  # its lane's turn is another's
            before.c.platform == platform,
            before.c.state.in_(WAITING),
            before.c.lane == row.lane,
            before.c.seq < row.seq,
        )
        query = (
            select(t.outbox)
            .where(
                row.platform == platform,
                row.state == DeliveryState.PENDING.value,
                row.due.is_(None) | (row.due <= stamp(now)),
                row.lane.not_in(skip),
                ~held,
            )
            .order_by(row.ord)  # as its index lies: what is behind the limit is not looked at
            .limit(limit)
        )
        return await self._complete(readable(await self._c.execute(query), _delivery, "id"))

    async def sending(self, platform: str) -> Found[Delivery]:
        query = select(t.outbox).where(
            t.outbox.c.platform == platform, t.outbox.c.state == DeliveryState.SENDING.value
        )
        rows = await self._c.execute(query.order_by(t.outbox.c.id))
        return await self._complete(readable(rows, _delivery, "id"))

    async def _complete(self, found: Found[Delivery]) -> Found[Delivery]:
        found[:] = [await self._placed(delivery) for delivery in found]
        return found

    async def _placed(self, delivery: Delivery) -> Delivery:
        """With what it edits, and where its session lives by now."""
        if not delivery.session and not isinstance(delivery.update, Discarded):
            return delivery  # each answer is its own message
        edits = await self.receipt(delivery.session, delivery.update.subject)
        query = select(t.sessions.c.thread).where(t.sessions.c.id == delivery.session)
        thread = (await self._c.execute(query)).scalar() or delivery.place.thread
        stands = select(t.outbox.c.id).where(
            t.outbox.c.session == delivery.session, t.outbox.c.receipt.is_not(None)
        )
        first = (await self._c.execute(stands.limit(1))).first() is None
        place = replace(delivery.place, thread=thread)
        return replace(delivery, edits=edits, place=place, first=first)

    async def of_session(self, session: str, after: int = 0) -> Found[Delivery]:
        query = select(t.outbox).where(t.outbox.c.session == session, t.outbox.c.seq > after)
        rows = await self._c.execute(query.order_by(t.outbox.c.seq))
        return readable(rows, _delivery, "id")

    async def get(self, key: str) -> Delivery | None:
        return await self._one(select(t.outbox).where(t.outbox.c.key == key))

    async def refusal(self, dedup_key: str) -> Delivery | None:
        asked = Refused(command="", sentence="", actor="", dedup_key=dedup_key)
        return await self.get(delivery_key(asked))

    async def question(self, dedup_key: str) -> Delivery | None:
        nobody = Actor(platform="", tenant="", id="")
        asked = Asked(what="hint", actor=nobody, dedup_key=dedup_key)
        return await self.get(delivery_key(asked))

    async def said(self, session: str, run: str, about: str) -> Delivery | None:
        notice = Noticed(session=session, run=run, about=about, sentence="")
        return await self.get(delivery_key(notice))

    async def copies(self, iteration: str) -> Sequence[Delivery]:
        query = select(t.outbox).where(t.outbox.c.about == iteration)
        return readable(await self._c.execute(query.order_by(t.outbox.c.id)), _delivery, "id")

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
        return await self._one(
            select(t.outbox)
            .join(t.posts, t.posts.c.delivery == t.outbox.c.id)
            .where(
                t.posts.c.platform == platform,
                t.posts.c.channel == channel,
                t.posts.c.message == message,
            )
        )

    async def shows(self, platform: str, file: str, but: Receipt) -> bool:
        query = select(t.outbox.c.receipt).where(
            t.outbox.c.platform == platform,
            t.outbox.c.receipt.contains(f'"{file}"', autoescape=True),
        )
        found = [receipt_codec.load(text) for text in (await self._c.execute(query)).scalars()]
        return any(file in each.files and not same_message(each, but) for each in found)

    async def shown(self, platform: str, limit: int = 100) -> Sequence[Delivery]:
        row, other = t.outbox.c, t.outbox.alias("other")
        gone = exists().where(
            other.c.session == row.session,
            other.c.subject == row.subject,
            other.c.update.contains('"kind":"discarded"'),
        )
        query = (
            select(t.outbox)
            .join(t.posts, t.posts.c.delivery == row.id)
            .where(t.posts.c.platform == platform, row.subject.startswith("round:"), ~gone)
            .order_by(t.posts.c.delivery.desc())
        )
        return readable(await self._c.execute(query.limit(limit)), _delivery, "id")

    async def _one(self, query: Any) -> Delivery | None:
        found = readable(list(await self._c.execute(query.limit(1))), _delivery, "id")
        return found[0] if found else None


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
        since=datetime.fromisoformat(row.since) if row.since else None,
        receipt=receipt_codec.load(row.receipt) if row.receipt else None,
        error=row.error,
    )
