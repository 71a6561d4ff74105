"""A platform's side of the outbox."""

from typing import Protocol

from core.domain.records import Delivery, Receipt


class Sender(Protocol):
    """A platform's side of the outbox. One sender per platform drains in order within a thread."""

    @property
    def platform(self) -> str: ...

    async def send(self, delivery: Delivery) -> Receipt:
        """Posts or edits. Raises Transient, Uncertain or Undeliverable."""
        ...

    async def find(self, delivery: Delivery) -> Receipt | None:
        """Looks for a delivery that may have been posted, by its key; None if it surely was not.
        Raises Uncertain where the platform can't tell."""
        ...
