"""What the bot's database knows of people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from core.domain.commands import Actor
from core.domain.preferences import Preferences


class People(Protocol):
    """What a person prefers, the same in every server of their platform."""

    async def preferences(self, actor: Actor) -> Preferences: ...
    async def save_preferences(self, actor: Actor, preferences: Preferences) -> None: ...
    async def vote(self, run: str, actor: Actor, iteration: str) -> None:
        """In the place of the person's earlier vote on this run."""
        ...

    async def also(self, actor: Actor) -> tuple[str, ...]:
        """Who this person is at other doors, as "platform:id"."""
        ...

    async def link(self, one: Actor, other: Actor) -> None:
        """Both are one person from now on, with everybody whom either was."""
        ...

    async def unlink(self, actor: Actor) -> bool:
        """This identity alone; False where it was linked to none."""
        ...

    async def offer(self, hash: str, actor: Actor, until: datetime) -> None:
        """A code's hash that links to this person, once; those of before are gone."""
        ...

    async def redeem(self, hash: str, now: datetime) -> Actor | None:
        """Whose code it is; it is used up. None for an unknown one, and one too old."""
        ...

    async def votes(self, run: str) -> Mapping[str, int]:
        """How many each iteration has; none of those without any."""
        ...
