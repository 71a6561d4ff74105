"""Reading lettering in pictures by measurement, beside what a vision model says of it."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.lettering import Word


class Reader(Protocol):
    """Reads what is written in a picture."""

    async def read(self, hash: str, image: bytes) -> Sequence[Word] | None:
        """The lettering of an encoded image; `hash` names it, so that it is read once. None where
        the work came to no end."""
        ...
