"""Guesses at the token are slowed: a few at once from an address, then one every few seconds, and
a bound for all addresses together."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

AT_ONCE, EVERY_S = 5, 10.0
ALL_AT_ONCE, ALL_EVERY_S = 60, 1.0
REMEMBERED = 10_000


@dataclass(slots=True)
class Bucket:
    """Holds up to `most` tries; one comes back every `every_s` seconds."""

    most: int
    every_s: float
    left: float
    since: float

    def fill(self, now: float) -> None:
        self.left = min(self.most, self.left + max(0.0, now - self.since) / self.every_s)
        self.since = now

    @property
    def wait(self) -> float:
        """Seconds until there is a whole try."""
        return max(0.0, (1 - self.left) * self.every_s)


class Guesses:
    """Counts wrong tokens. Nothing is looked at while an address has to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Bucket(ALL_AT_ONCE, ALL_EVERY_S, ALL_AT_ONCE, clock())
        self._by_address: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, address: str) -> int:
        """Whole seconds until the next guess from there is looked at; 0 = now."""
        now = self._clock()
        self._all.fill(now)
        bucket = self._by_address.get(address)
        if bucket is not None:
            bucket.fill(now)
        return math.ceil(max(self._all.wait, bucket.wait if bucket else 0.0))

    def wrong(self, address: str) -> None:
        """One guess was looked at and wrong."""
        now = self._clock()
        fresh = Bucket(AT_ONCE, EVERY_S, AT_ONCE, now)
        bucket = self._by_address.setdefault(address, fresh)
        self._by_address.move_to_end(address)
        for each in (bucket, self._all):
            each.fill(now)
            each.left -= 1
        while len(self._by_address) > REMEMBERED:
            self._by_address.popitem(last=False)
