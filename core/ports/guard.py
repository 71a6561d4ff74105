"""A second look at a picture before anybody sees it."""

from typing import Protocol


class Guard(Protocol):
    async def look(self, picture: bytes) -> tuple[str, ...]:
        """What is wrong with it, by the provider's categories, such as "violence/graphic"; none
        where nothing is. Free. Raises a ProviderError where nobody answers."""
        ...

    async def close(self) -> None: ...
