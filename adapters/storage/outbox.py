"""The outbox: what leaves, in which order, and what the platforms said."""

import base64
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select
from sqlalchemy import update as change
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.storage import tables as t
from adapters.storage.codec import (
    place_codec,
    readable,
    receipt_codec,
    session_codec,
    stamp,
    update_codec,
)
from adapters.storage.dialect import count_up, insert_once
from core.domain.commands import Actor
from core.domain.records import Delivery, DeliveryState, Receipt, RunRecord
from core.domain.updates import Asked, Discarded, Finished, Noticed, Progressed, Refused, Update
from core.ports.repositories import Addressed, Found

WAITING = (DeliveryState.PENDING.value, DeliveryState.SENDING.value)
SAID_ANEW = (Progressed, Noticed, Refused, Finished)
LINE = "outbox"  # the counter of places in the line


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

    # writing

    async def post(self, update: Update, run: RunRecord | None, place_of: Addressed) -> None:
        key = delivery_key(update)
        found = (await self._c.execute(select(t.outbox).where(t.outbox.c.key == key))).first()
        if found is None:
            await self._append(key, update, place_of)
        elif isinstance(update, SAID_ANEW):
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
            "lane": update.session or f"alone:{key}",  # as Delivery.lane says it
            "ord": await count_up(self._c, t.counters, LINE),
            "about": update.about if isinstance(update, Asked) and update.what == "image" else "",
        }
        await self._c.execute(insert(t.outbox).values(values))

    async def _overwrite(self, found: Row[Any], new: Update) -> None:
        text = update_codec.dump(new)
        if found.update == text and not isinstance(new, Refused):
            return  # the same pick may be refused twice, and both times somebody waits for the answer
        values = {
            "update": text,
            "seq": await count_up(self._c, t.counters, f"session:{new.session}"),
            "ord": await count_up(self._c, t.counters, LINE),
            "state": DeliveryState.PENDING.value,
            # of one that is on its way it stays known that it may have been posted
            "attempts": found.attempts if found.state == DeliveryState.SENDING.value else 0,
            "due": None,
            "since": None,
        }
        await self._c.execute(change(t.outbox).where(t.outbox.c.id == found.id).values(values))

    async def rewrite(self, delivery: Delivery, update: Update, *, again: bool) -> None:
        values: dict[str, object] = {"update": update_codec.dump(update)}
        stands = delivery.receipt is not None or delivery.edits is not None
        if again and (stands or delivery.state is DeliveryState.SENT):
            values |= {
                "seq": await count_up(self._c, t.counters, f"session:{delivery.session}"),
                "ord": await count_up(self._c, t.counters, LINE),
                "state": DeliveryState.PENDING.value,
                "due": None,
                "since": None,
            }
        await self._c.execute(change(t.outbox).where(t.outbox.c.id == delivery.id).values(values))

    async def save(
        self,
        id: int,
        state: DeliveryState,
        *,
        receipt: Receipt | None = None,
        due: datetime | None = None,
        since: datetime | None = None,
        error: str = "",
        seq: int | None = None,
        now: datetime | None = None,
    ) -> bool:
        row = (await self._c.execute(select(t.outbox).where(t.outbox.c.id == id))).first()
        if row is None:
            return False
        values: dict[str, object] = {}
        if receipt is not None and row.receipt is None:
            values["receipt"] = receipt_codec.dump(receipt)
            await self._remember(row, receipt)
        takes = state is DeliveryState.SENDING
        if there := seq in (None, row.seq) and not (takes and row.state != WAITING[0]):
            values |= {"state": state.value, "error": error, "attempts": row.attempts + takes}
            values |= {"due": stamp(due) if due else None, "since": stamp(since) if since else None}
            values["changed"] = stamp(now) if now else row.changed
            if since is not None:  # whoever fails lets the others go first
                values["ord"] = await count_up(self._c, t.counters, LINE)
        if values:
            await self._c.execute(change(t.outbox).where(t.outbox.c.id == id).values(values))
        return there

    async def _remember(self, row: Row[Any], receipt: Receipt) -> None:
        """Every message of the delivery; the session's first one opens its thread."""
        for message in (receipt.message, *receipt.more):
            if message:
                post = {
                    "platform": row.platform,
                    "channel": receipt.channel,
                    "message": message,
                    "delivery": row.id,
                }
                await insert_once(self._c, t.posts, post, ["platform", "channel", "message"])
        if receipt.thread and row.session:
            await self._open_thread(row.session, receipt.thread)

    async def _open_thread(self, session: str, thread: str) -> None:
        """Which post that was does not matter: the first one may have been lost."""
        home = (t.sessions.c.id == session) & (t.sessions.c.thread == "")
        text = (await self._c.execute(select(t.sessions.c.payload).where(home))).scalar()
        if text:
            opened = replace(session_codec.load(text), thread=thread)
            values = {"thread": thread, "payload": session_codec.dump(opened)}
            await self._c.execute(change(t.sessions).where(home).values(values))

    async def set_aside(self, ids: Collection[int]) -> None:
        mine = t.outbox.c.id.in_(ids) & t.outbox.c.state.in_(WAITING)
        values = {"state": DeliveryState.QUARANTINED.value}
        await self._c.execute(change(t.outbox).where(mine).values(values))

    async def reconsider(self, platform: str) -> int:
        return await self._pending_again(
            (t.outbox.c.platform == platform)
            & (t.outbox.c.state == DeliveryState.QUARANTINED.value)
        )

    async def take_up(self, platform: str) -> int:
        return await self._pending_again(
            (t.outbox.c.platform == platform)
            & (t.outbox.c.state == DeliveryState.PARKED.value)
            & t.outbox.c.since.is_not(None)
        )

    async def _pending_again(self, those: Any) -> int:
        values = {"state": DeliveryState.PENDING.value, "due": None}
        return (await self._c.execute(change(t.outbox).where(those).values(values))).rowcount

    async def has_old_answers(self, sent_before: datetime, lost_before: datetime) -> bool:
        old = _old_answers(sent_before, lost_before).limit(1)
        return (await self._c.execute(old)).first() is not None

    async def prune(self, sent_before: datetime, lost_before: datetime, limit: int = 1000) -> int:
        old = _old_answers(sent_before, lost_before).limit(limit)
        ids = list((await self._c.execute(old)).scalars())
        if ids:
            await self._c.execute(delete(t.posts).where(t.posts.c.delivery.in_(ids)))
            await self._c.execute(delete(t.outbox).where(t.outbox.c.id.in_(ids)))
        return len(ids)

    # reading

    async def due(
        self, platform: str, now: datetime, limit: int = 50, skip: Collection[str] = ()
    ) -> Found[Delivery]:
        waiting = (t.outbox.c.platform == platform) & t.outbox.c.state.in_(WAITING)
        heads = (
            select(t.outbox.c.lane, func.min(t.outbox.c.seq).label("seq"))
            .where(waiting, t.outbox.c.lane.not_in(skip))
            .group_by(t.outbox.c.lane)
            .subquery()
        )
        query = (
            select(t.outbox)
            .join(heads, (heads.c.lane == t.outbox.c.lane) & (heads.c.seq == t.outbox.c.seq))
            .where(
                t.outbox.c.platform == platform,
                t.outbox.c.state == DeliveryState.PENDING.value,
                t.outbox.c.due.is_(None) | (t.outbox.c.due <= stamp(now)),
            )
            .order_by(t.outbox.c.ord)
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
        return readable(await self._c.execute(query.limit(limit)), _delivery, "id")

    async def _one(self, query: Any) -> Delivery | None:
        found = readable(list(await self._c.execute(query.limit(1))), _delivery, "id")
        return found[0] if found else None


def _old_answers(sent_before: datetime, lost_before: datetime) -> Select[tuple[int]]:
    sent = DeliveryState.SENT.value
    given = (t.outbox.c.state == sent) & (t.outbox.c.changed < stamp(sent_before))
    lost = t.outbox.c.state.not_in((sent, *WAITING)) & (t.outbox.c.changed < stamp(lost_before))
    answers = (t.outbox.c.session == "") & (t.outbox.c.about == "")
    return select(t.outbox.c.id).where(answers, given | lost)


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
