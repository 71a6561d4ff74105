"""A provider's pace: requests and images a minute, calls at once, fair between servers and people.

The arithmetic is the generic cell rate algorithm (ITU-T I.371): one number per limit, the
theoretical arrival time of the next request, instead of a list of past ones.
"""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from adapters.models.queue import NoTurn as NoTurn
from adapters.models.queue import Queue, Waiter, give_up
from core.domain.turns import nobody_is_told

MINUTE_S = 60.0
BURST_SHARE = 10  # a tenth of a minute's requests may come at once
TOLD = 100  # places in the line that are told
LATELY = 0.2  # how much the last call counts in the mean
GUESS_S = 10.0  # a call takes, as long as nobody knows


@dataclass(frozen=True, slots=True)
class RequestRate:
    """At most `burst` at once and one every `interval` seconds after that."""

    interval: float
    burst: int

    @classmethod
    def per_minute(cls, limit: int) -> "RequestRate":
        """Never more than `limit` in any minute, the burst included; 0 = no limit."""
        if limit <= 0:
            return cls(0.0, 1)
        burst = max(1, limit // BURST_SHARE)
        return cls(MINUTE_S / (limit - burst + 1), burst)


def admit(pace: RequestRate, arrival: float, now: float, weight: int = 1) -> tuple[float, float]:
    """Seconds to wait, and the theoretical arrival time after it was let in (if the wait is 0).

    `arrival` is the time kept so far, 0.0 at first; more than `burst` at once wait for a clean
    slate and are paid off afterwards.
    """
    slack = pace.interval * max(0, pace.burst - weight)
    wait = arrival - slack - now
    if wait > 1e-9:
        return wait, arrival
    return 0.0, max(arrival, now) + pace.interval * weight


class Handle(Protocol):
    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Handle]


def _later(seconds: float, call: Callable[[], None]) -> Handle:
    return asyncio.get_running_loop().call_later(seconds, call)


class Limiter:
    """One per provider and process, shared by all sessions. `rpm`, `ipm` a minute, 0 = no limit."""

    def __init__(
        self,
        *,
        rpm: int,
        concurrency: int,
        ipm: int = 0,
        clock: Callable[[], float] = time.monotonic,
        later: Later = _later,
    ) -> None:
        self._requests, self._images = RequestRate.per_minute(rpm), RequestRate.per_minute(ipm)
        self._free = self._slots = concurrency
        self._mean_s = GUESS_S
        self._clock, self._later = clock, later
        self._request_arrival = self._image_arrival = self._held_until = -math.inf
        self._queue = Queue()
        self._alarm: Handle | None = None

    @property
    def waiting(self) -> int:
        return len(self._queue)

    @property
    def held_for(self) -> float:
        """Seconds until the provider may be asked again, as it told; 0 if it may."""
        return max(0.0, self._held_until - self._clock())

    def hold(self, seconds: float) -> None:
        """The provider asked to be left alone: nobody gets a turn before."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    @asynccontextmanager
    async def turn(
        self,
        user: str,
        *,
        images: int = 0,
        patience: float | None = None,
        server: str = "",
        told: Callable[[int, float], None] = nobody_is_told,
    ) -> AsyncGenerator[None]:
        """Holds one of the concurrent calls for the block; `told` where it stands in the line until
        then. Raises NoTurn where `patience` seconds were not enough."""
        ready = asyncio.get_running_loop().create_future()
        waiter = Waiter(user, images, ready, server, told)
        self._queue.add(waiter)
        self._pump()
        await self._wait(waiter, patience)
        began = self._clock()
        try:
            yield
        finally:
            self._mean_s += LATELY * (self._clock() - began - self._mean_s)
            self._release()

    async def _wait(self, waiter: Waiter, patience: float | None) -> None:
        alarm = None if patience is None else self._later(patience, lambda: give_up(waiter))
        try:
            await waiter.ready
        except BaseException:
            if (
                waiter.ready.done()
                and not waiter.ready.cancelled()
                and not waiter.ready.exception()
            ):
                self._release()  # it was their turn, and they were cancelled in the same moment
            self._queue.drop(waiter)
            self._pump()
            raise
        finally:
            if alarm is not None:
                alarm.cancel()

    def _release(self) -> None:
        self._free += 1
        self._pump()

    def _pump(self) -> None:
        """Gives turns to all who may have one now, and sets the alarm for the next."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        wait = 0.0
        while self._free > 0 and wait == 0 and len(self._queue):
            wait = self._next()
        if wait > 0:
            self._alarm = self._later(wait, self._pump)
        for place, waiter in enumerate(self._queue.line(TOLD), 1):
            waiter.told(place, self._expected(place, wait))

    def _expected(self, place: int, wait: float) -> float:
        """About how many seconds until it is the turn of who stands at this place."""
        return max(wait, place * self._mean_s / self._slots, place * self._requests.interval)

    def _next(self) -> float:
        """Gives one turn and returns 0, or the seconds until there is one to give. Who waits for
        images does not stand in the way of who wants none."""
        shortest = math.inf
        for waiter in self._queue.heads():
            if waiter.ready.done():
                self._queue.drop(waiter)
                return 0.0
            wait = self._admit(waiter)
            if wait == 0:
                self._free -= 1
                self._queue.take(waiter)
                waiter.told(0, 0.0)
                waiter.ready.set_result(None)
                return 0.0
            shortest = min(shortest, wait)
        return shortest

    def _admit(self, waiter: Waiter) -> float:
        now = self._clock()
        if self._held_until > now:
            return self._held_until - now
        wait, requests = admit(self._requests, self._request_arrival, now)
        if wait > 0:
            return wait
        images = self._image_arrival
        if waiter.images:
            wait, images = admit(self._images, images, now, waiter.images)
            if wait > 0:
                return wait
        self._request_arrival, self._image_arrival = requests, images
        return 0.0
