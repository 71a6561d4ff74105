"""What was shown and what is still to be shown, as core sees it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.commands import Place
from core.domain.records import Delivery, DeliveryState, Receipt, RunRecord
from core.domain.updates import Update
from core.ports.repositories import Found


class Addressed(Protocol):
    """Anything that says where its answers go."""

    @property
    def place(self) -> Place: ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where a post goes that belongs to no session."""

    place: Place


class Outbox(Protocol):
    async def post(self, update: Update, run: RunRecord | None, place_of: Addressed) -> None:
        """Appends to the outbox with the next sequence number of the session. What is said anew of
        the same subject (`Progressed`, `Noticed`, `Refused`, `Finished`) overwrites its row instead:
        pending again, with a new sequence number."""
        ...

    async def due(
        self, platform: str, now: datetime, limit: int = 50, skip: Collection[str] = ()
    ) -> Found[Delivery]:
        """What a sender may send now: the oldest unsent row of each lane but those of `skip`,
        `edits` filled in, whoever has waited longest first. A lane is a session, or an answer
        alone; parked, unknown and quarantined rows don't block it."""
        ...

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
        """Records an outcome; with `seq`, only if the row was not overwritten since (same seq).
        `sending` is taken from `pending` alone: False where somebody else has the row. What files a
        message shows stands with the row that posted it."""
        ...

    async def rewrite(self, delivery: Delivery, update: Update, *, again: bool) -> None:
        """Changes what a row says; `again`: its message is edited as well, if there is one."""
        ...

    async def set_aside(self, ids: Collection[int]) -> None:
        """Quarantines rows that this version can't read: they block no lane."""
        ...

    async def reconsider(self, platform: str) -> int:
        """Quarantined rows are pending again: this version may know them. How many."""
        ...

    async def take_up(self, platform: str) -> int:
        """Rows that were parked after failing for long get one more try. How many."""
        ...

    async def has_old_answers(self, sent_before: datetime, lost_before: datetime) -> bool:
        """Whether `prune` would find any."""
        ...

    async def prune(self, sent_before: datetime, lost_before: datetime, limit: int = 1000) -> int:
        """Deletes answers to one person that were given, and those that can't be, before these
        times; an image that was sent stays known. How many, at most `limit`."""
        ...

    async def refusal(self, dedup_key: str) -> Delivery | None:
        """The refusal of a command, by its dedup key."""
        ...

    async def question(self, dedup_key: str) -> Delivery | None:
        """The answer to a question, by the question's dedup key."""
        ...

    async def said(self, session: str, run: str, about: str) -> Delivery | None:
        """The notice on a topic."""
        ...

    async def copies(self, iteration: str) -> Sequence[Delivery]:
        """The private messages that show this iteration."""
        ...

    async def of_session(self, session: str, after: int = 0) -> Found[Delivery]:
        """A session's rows with a sequence number above `after`, in order."""
        ...

    async def get(self, key: str) -> Delivery | None: ...
    async def receipt(self, session: str, subject: str) -> Receipt | None: ...
    async def find_message(self, platform: str, channel: str, message: str) -> Delivery | None:
        """The delivery that made a message: that is how a reaction finds its picture."""
        ...

    async def shows(self, platform: str, file: str, but: Receipt) -> bool:
        """Whether a message other than `but` shows this upload of the platform's."""
        ...

    async def shown(self, platform: str, limit: int = 100) -> Sequence[Delivery]:
        """The newest rounds that were posted and not taken down, newest first."""
        ...

    async def sending(self, platform: str) -> Found[Delivery]:
        """Rows found in state `sending`: their process died between the send and the receipt."""
        ...
