"""Looking back: what one painted once is found, starred, and shown in a gallery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.access import Reader
from core.domain.commands import Actor
from core.domain.records import Iteration, Session


@dataclass(frozen=True, slots=True)
class FoundImage:
    """An image of a session of one's own, by what was asked for."""

    session: Session
    node: Iteration


class LookingApi(Protocol):
    async def find(self, actor: Actor, words: str, limit: int = 40) -> Sequence[FoundImage]:
        """Images of the person's own sessions, at every door they linked, whose prompt, wish or story
        has all of these words; newest first. Without words the newest of each session."""
        ...

    async def star(self, actor: Actor, iterations: Sequence[str], *, on: bool) -> None:
        """Marks images, or takes the person's marks back; nothing is painted. Raises a Refusal: all
        of them, or none."""
        ...

    async def stars(self, session: str, reader: Reader) -> Mapping[str, int]:
        """How many people starred each image of a session, or went on from it."""
        ...

    async def gallery(self, platform: str, tenant: str, channel: str) -> Sequence[Iteration] | None:
        """The starred images of a channel, newest first; None where its admins opened none."""
        ...


class Stars(Protocol):
    """What the database keeps of it."""

    async def star(self, actor: Actor, session: str, iteration: str, at: datetime) -> None: ...
    async def unstar(self, actor: Actor, iteration: str) -> None: ...
    async def of_session(self, session: str) -> Sequence[tuple[str, str, str]]:
        """(iteration, platform, person)."""
        ...

    async def in_channel(
        self, platform: str, tenant: str, channel: str, limit: int
    ) -> Sequence[Iteration]: ...

    async def search(
        self, sessions: Sequence[str], words: Sequence[str], limit: int
    ) -> Sequence[Iteration]:
        """Newest first; each of the words is somewhere in the record."""
        ...
