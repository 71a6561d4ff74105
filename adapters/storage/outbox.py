"""The outbox written: what leaves, in which order, and what the platforms said."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select
from sqlalchemy import update as change

from adapters.storage import tables as t
from adapters.storage.codec import (
    place_codec,
    receipt_codec,
    session_codec,
    stamp,
    update_codec,
)
from adapters.storage.dialect import count_up, insert_once
from adapters.storage.outbox_reader import WAITING, OutboxReader, delivery_key, same_message
from core.domain.records import Delivery, DeliveryState, Receipt, RunRecord
from core.domain.updates import Asked, Finished, Noticed, Progressed, Refused, Update
from core.ports.outbox import Addressed

SAID_ANEW = (Progressed, Noticed, Refused, Finished)
LINE = "outbox"  # the counter of places in the line


class OutboxRows(OutboxReader):
    """One sequence per session; a repeated post of the same update changes nothing."""

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
        if receipt is not None:
            values |= await self._received(row, receipt)
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

    async def _received(self, row: Row[Any], receipt: Receipt) -> dict[str, object]:
        """The receipt as this row keeps it. An edit's leaves the files of the message with the row
        that posted it."""
        mine = (t.outbox.c.session == row.session) & (t.outbox.c.subject == row.subject)
        query = select(t.outbox.c.id, t.outbox.c.receipt).where(
            mine, t.outbox.c.receipt.is_not(None), t.outbox.c.id != row.id
        )
        for id, text in await self._c.execute(query.order_by(t.outbox.c.id)):
            posted = receipt_codec.load(text)
            if posted.files != receipt.files and same_message(posted, receipt):
                values = {"receipt": receipt_codec.dump(replace(posted, files=receipt.files))}
                await self._c.execute(change(t.outbox).where(t.outbox.c.id == id).values(values))
            if same_message(posted, receipt):
                receipt = replace(receipt, files=())
        known = receipt_codec.load(row.receipt) if row.receipt is not None else None
        if known is None:
            await self._remember(row, receipt)
            return {"receipt": receipt_codec.dump(receipt)}
        if known.files == receipt.files or not same_message(known, receipt):
            return {}
        return {"receipt": receipt_codec.dump(replace(known, files=receipt.files))}

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


def _old_answers(sent_before: datetime, lost_before: datetime) -> Select[tuple[int]]:
    sent = DeliveryState.SENT.value
    given = (t.outbox.c.state == sent) & (t.outbox.c.changed < stamp(sent_before))
    lost = t.outbox.c.state.not_in((sent, *WAITING)) & (t.outbox.c.changed < stamp(lost_before))
    answers = (t.outbox.c.session == "") & (t.outbox.c.about == "")
    return select(t.outbox.c.id).where(answers, given | lost)
