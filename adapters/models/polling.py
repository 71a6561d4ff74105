"""Providers that take a job and are asked for its result: waited for with growing pauses, and through
their own stumbling, as what was begun is paid for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from adapters.models.http import HttpClient, Reply
from core.domain.errors import InDoubt, Unavailable

T = TypeVar("T")
FIRST_PAUSE_S, LONGEST_PAUSE_S, GROWTH = 0.5, 5.0, 1.3


async def finished(
    http: HttpClient,
    url: str,
    look: Callable[[Reply], T | None],
    whole_s: float,
    job: str,
    known: Callable[[str], Awaitable[None]],
) -> T:
    """What `look` finds in an answer from `url`; it returns None while there is nothing yet, and
    raises where there will never be. `known` is asked then, and raises where the job is lost. Raises
    InDoubt when `whole_s` seconds are over."""
    pause, began = FIRST_PAUSE_S, time.monotonic()
    while True:
        found = await _looked(http, url, look)
        if found is not None:
            return found
        if time.monotonic() - began > whole_s:
            raise InDoubt(
                f"{http.label} took the job and did not finish it in time.", request_id=job
            )
        await _still(known, job)
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE_S, pause * GROWTH)


async def _still(known: Callable[[str], Awaitable[None]], job: str) -> None:
    with suppress(Unavailable):  # it stumbles: the next look tells
        await known(job)


async def _looked(http: HttpClient, url: str, look: Callable[[Reply], T | None]) -> T | None:
    try:
        reply = await http.get(url)
    except Unavailable:
        return None
    return None if reply.status == 429 or reply.status >= 500 else look(reply)
