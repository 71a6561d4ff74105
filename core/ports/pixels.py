"""Work on pixels, away from the event loop."""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Pixels(Protocol):
    """Runs work on pixels away from the event loop."""

    async def run(self, function: Callable[..., T], *args: object, timeout: float = 60.0) -> T:
        """Calls a picklable function with picklable arguments; raises what it raises, PixelsFailed
        if the work came to no end."""
        ...
