"""The updates of a review: a person may edit the critique before the next round, or is waited for.

Both share a subject, so a pause edits the message of the review before it. Times are UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

ReviewEnd = Literal["edited", "went_on", "time_up", "stopped", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClosed:
    """How a review ended: somebody edited the critique (`text` is theirs) or let it go on, the time
    was up, the run was stopped or is over. `by` is None where nobody did it."""

    how: ReviewEnd
    at: datetime
    by: str | None = None
    by_name: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequested:
    """The critique is open for editing until `until`, or `closed`."""

    kind: Literal["review_requested"] = "review_requested"
    session: str
    run: str
    round: int
    iteration: str
    critique: str
    until: datetime | None
    closed: ReviewClosed | None = None

    @property
    def is_open(self) -> bool:
        """One that 0.1.0 closed has neither an end nor a time."""
        return self.closed is None and self.until is not None

    @property
    def subject(self) -> str:
        return f"review:{self.run}/{self.round}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The run ended waiting for a person; an answer resumes it."""

    kind: Literal["paused"] = "paused"
    session: str
    run: str
    round: int
    iteration: str
    critique: str
    reason: str

    @property
    def subject(self) -> str:
        return f"review:{self.run}/{self.round}"
