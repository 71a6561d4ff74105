"""What the bot's database knows of people."""

from typing import Protocol

from core.domain.commands import Actor
from core.domain.preferences import Preferences


class People(Protocol):
    """What a person prefers, the same in every server of their platform."""

    async def preferences(self, actor: Actor) -> Preferences: ...
    async def save_preferences(self, actor: Actor, preferences: Preferences) -> None: ...
