"""A provider that fails again and again is left alone for a while: one call then finds out."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from core.domain.errors import InDoubt, ProviderError, Unavailable

OPENS_AFTER = 3  # outages in a row
REST_S = 30.0
LONGEST_REST_S = 300.0


@dataclass(slots=True)
class Breaker:
    """One per provider and process. It opens after repeated outages (not answering, broken, no answer
    in time); a refusal is an answer, and being busy no outage. While it rests nothing is sent; then
    one call probes: it closes on an answer, else it rests twice as long."""

    clock: Callable[[], float] = time.monotonic
    outages: int = 0
    rest_s: float = REST_S
    until: float = 0.0

    @property
    def left(self) -> float:
        """Seconds of rest."""
        return max(0.0, self.until - self.clock()) if self.is_open else 0.0

    @property
    def is_open(self) -> bool:
        return self.outages >= OPENS_AFTER

    def enter(self, label: str) -> None:
        """Raises Unavailable while it rests; whoever gets in then is the probe."""
        if not self.is_open:
            return
        if self.left > 0:
            said = f"{label} is down: it failed {self.outages} times in a row."
            raise Unavailable(said, retry_after=self.left, down=True)
        self.until = self.clock() + self.rest_s

    def heard(self, error: ProviderError | None) -> None:
        """What became of a call that was sent."""
        broken = isinstance(error, InDoubt) or (isinstance(error, Unavailable) and error.outage)
        if not broken:
            if not isinstance(error, Unavailable):
                self.outages, self.rest_s = 0, REST_S
            return
        self.outages += 1
        if self.outages > OPENS_AFTER:
            self.rest_s = min(LONGEST_REST_S, 2 * self.rest_s)
        if self.is_open:
            self.until = self.clock() + self.rest_s
