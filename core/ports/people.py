"""What the bot's database knows of people."""

from collections.abc import Mapping
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

    async def votes(self, run: str) -> Mapping[str, int]:
        """How many each iteration has; none of those without any."""
        ...
