"""Long-lived tasks have an owner: one that breaks is logged, told, and begun again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.errors import DarkroomError

log = logging.getLogger(__name__)
Work = Callable[[], Coroutine[Any, Any, None]]
Tell = Callable[[str, str], Awaitable[None]]
TOLD_AFTER = 3  # breaks in a row: what heals at the first try is for the log alone


@dataclass(frozen=True, slots=True)
class RestartPauses:
    """Seconds: the first pause after a break (doubled by each further one), the longest, and how
    long a task must have run since to count as sound again."""

    first_s: float = 1.0
    longest_s: float = 60.0
    steady_s: float = 15.0


@dataclass(slots=True, eq=False)
class _Charge:
    name: str
    work: Work
    task: asyncio.Task[None] | None = None
    breaks: int = 0  # in a row

    def sound(self) -> None:
        if self.breaks:
            log.warning("%s is sound again", self.name)
        self.breaks = 0


class Supervisor:
    """Keeps tasks going until they are ended here. `tell(about, sentence)` reaches the operator."""

    def __init__(self, tell: Tell | None = None, pace: RestartPauses | None = None) -> None:
        self._tell, self._pace = tell, pace or RestartPauses()
        self._charges: dict[str, _Charge] = {}
        self.restarts: dict[str, int] = {}  # by name, since the start: for the figures

    def carry(self, name: str, work: Work) -> None:
        """Begins `work` and begins it anew whenever it raises or returns. ValueError if a task of
        this name is carried already."""
        if name in self._charges:
            raise ValueError(f"{name!r} is carried already")
        charge = self._charges[name] = _Charge(name, work)
        self.restarts.setdefault(name, 0)
        charge.task = asyncio.create_task(self._keep(charge), name=name)

    @property
    def broken(self) -> Sequence[str]:
        """The names of those that broke and have not proved sound since."""
        return sorted(charge.name for charge in self._charges.values() if charge.breaks)

    async def end(self, name: str) -> None:
        """Cancels one and waits for it; nothing happens where none of this name is carried."""
        charge = self._charges.pop(name, None)
        if charge is None or charge.task is None:
            return
        charge.task.cancel()
        await asyncio.wait([charge.task])

    async def end_all(self) -> None:
        """Ends all of them at once."""
        await asyncio.gather(*(self.end(name) for name in list(self._charges)))

    async def _keep(self, charge: _Charge) -> None:
        while True:
            steady = asyncio.get_running_loop().call_later(self._pace.steady_s, charge.sound)
            try:
                trouble = await _trouble_of(charge)
            finally:
                steady.cancel()
            charge.breaks += 1
            self.restarts[charge.name] += 1
            await self._say(charge, trouble)
            await asyncio.sleep(self._pause(charge.breaks))

    def _pause(self, breaks: int) -> float:
        """Grows, and differs: what broke together does not come back together."""
        full = min(self._pace.longest_s, self._pace.first_s * 2 ** min(breaks - 1, 16))
        return full * random.uniform(0.5, 1.0)

    async def _say(self, charge: _Charge, trouble: str) -> None:
        if self._tell is None or charge.breaks != TOLD_AFTER:
            return
        try:
            await self._tell(
                f"broken/{charge.name}",
                f"{charge.name} broke {charge.breaks} times in a row and is tried again: {trouble}",
            )
        except Exception:
            log.exception("the operator could not be told of %s", charge.name)


async def _trouble_of(charge: _Charge) -> str:
    """Runs it to its end, which it should not have; what happened, in a line."""
    try:
        await charge.work()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        trouble = "something it waited for was cancelled"
        log.exception("%s broke", charge.name)
    except DarkroomError as exc:  # expected: a sentence says it all
        trouble = exc.sentence
        log.warning("%s broke: %s", charge.name, trouble)
    except Exception as exc:
        trouble = f"{type(exc).__name__}: {exc}".splitlines()[0][:200]
        log.exception("%s broke", charge.name)
    else:
        trouble = "it ended by itself"
        log.error("%s ended by itself", charge.name)
    return trouble
