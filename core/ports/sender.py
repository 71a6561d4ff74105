"""A platform's side of the outbox."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from core.domain.records import Delivery, Receipt

Send = Callable[[], Awaitable[Receipt]]


class Sender(Protocol):
    """A platform's side of the outbox. One sender per platform; in a session one after the other."""

    @property
    def platform(self) -> str: ...

    def prepare(self, delivery: Delivery) -> AbstractAsyncContextManager[Send]:
        """All that comes before the request and may be repeated: pictures uploaded, the platform's
        pace waited for. Raises Transient (Paced where only its turn has to come) or Undeliverable.

        The block is given the request itself: a post or an edit, which raises Transient, Uncertain
        or Undeliverable. What may follow a stored receipt (a first star) is done when the block is
        left; it raises nothing.
        """
        ...

    async def find(self, delivery: Delivery) -> Receipt | None:
        """Looks for a delivery that may have been posted, by its key; None if it surely was not.
        Raises Uncertain where the platform can't tell."""
        ...
