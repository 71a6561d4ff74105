"""What must be written down waits for room: an answer that was paid for is not let go."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.domain.errors import StoreUnavailable

T = TypeVar("T")
log = logging.getLogger(__name__)
FIRST_S, LONGEST_S = 0.5, 15.0


async def patiently(what: str, write: Callable[[], Awaitable[T]]) -> T:
    """Does it again, with growing pauses, while the store can't take it. `write` may be done again:
    nothing of one that raised StoreUnavailable was kept."""
    pause, said = FIRST_S, False
    while True:
        try:
            return await write()
        except StoreUnavailable as exc:
            if not said:
                log.warning("%s waits: %s", what, exc.sentence)
            said = True
        await asyncio.sleep(pause)
        pause = min(LONGEST_S, pause * 2)
