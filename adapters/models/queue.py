"""Who waits for a provider: servers in turn, within a server its people, of a person the oldest."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.domain.turns import nobody_is_told

REMEMBERED = 10_000  # servers and people whose last turn is kept in mind
Line = deque["Waiter"]


class NoTurn(Exception):
    """Patience ended before it was one's turn."""


@dataclass(slots=True, eq=False)
class Waiter:
    """Somebody in the queue; `ready` is done when it is their turn, `told` hears of their place."""

    user: str
    images: int
    ready: asyncio.Future[None]
    server: str = ""
    told: Callable[[int, float], None] = nobody_is_told


def give_up(waiter: Waiter) -> None:
    if not waiter.ready.done():
        waiter.ready.set_exception(NoTurn)


class Queue:
    """Next is the oldest request of whoever had their last turn longest ago, on the server that had
    its last turn longest ago."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], Line] = {}
        self._served: dict[str | tuple[str, str], int] = {}
        self._turn = 0

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def add(self, waiter: Waiter) -> None:
        self._lines.setdefault((waiter.server, waiter.user), deque()).append(waiter)

    def heads(self) -> list[Waiter]:
        """Everybody's oldest request, whoever is next first."""
        return [self._lines[who][0] for who in sorted(self._lines, key=self._last)]

    def _last(self, who: tuple[str, str]) -> tuple[int, int]:
        return self._served.get(who[0], 0), self._served.get(who, 0)

    def take(self, waiter: Waiter) -> None:
        """It is their turn: they and their server go to the back of the round."""
        self.drop(waiter)
        self._turn += 1
        for name in (waiter.server, (waiter.server, waiter.user)):
            self._served.pop(name, None)
            self._served[name] = self._turn
        while len(self._served) > REMEMBERED:
            del self._served[next(iter(self._served))]

    def drop(self, waiter: Waiter) -> None:
        """They left without a turn; harmless for one who is not in the queue."""
        line = self._lines.get((waiter.server, waiter.user))
        if line is not None and waiter in line:
            line.remove(waiter)
            if not line:
                del self._lines[waiter.server, waiter.user]

    def line(self, most: int) -> Iterator[Waiter]:
        """The next so many, in the order of their turns, if nobody else comes."""
        ahead = {who: deque(line) for who, line in self._lines.items()}
        served, turn = dict(self._served), self._turn
        for _ in range(most):
            if not ahead:
                return
            who = min(ahead, key=lambda each: (served.get(each[0], 0), served.get(each, 0)))
            turn += 1
            served[who[0]] = served[who] = turn
            yield ahead[who].popleft()
            if not ahead[who]:
                del ahead[who]
