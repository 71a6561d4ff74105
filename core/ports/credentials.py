"""Content credentials: a picture signed as it leaves."""

from collections.abc import Mapping
from typing import Protocol

from core.domain.errors import DarkroomError


class SealFailed(DarkroomError):
    """A picture could not be signed; it leaves as it is."""


class Seal(Protocol):
    """Blocks for milliseconds: not for the event loop."""

    def seal(
        self, data: bytes, title: str, source: str, model: str, parents: Mapping[str, bytes]
    ) -> bytes:
        """The file with credentials: made by `model`, from `parents`, files by their titles, each with
        credentials of its own. `source`: IPTC's digital source type. No pixel is encoded again.
        Raises SealFailed."""
        ...
