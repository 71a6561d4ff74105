"""A command and its run, followed to the end by whoever waits for it: a terminal, an assistant."""

import asyncio
import contextlib
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from core.domain.commands import Actor, Command, Place, Stop
from core.domain.errors import StoreUnavailable
from core.domain.records import Delivery, Receipt
from core.domain.reviews import Paused
from core.domain.updates import (
    Accepted,
    Described,
    Failed,
    Finished,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
    Update,
)
from core.ports.api import CoreApi
from core.ports.sender import Send

SILENCE_S = 2.0
AFAR_S = 0.5
Queue = asyncio.Queue[Update | None]
"""None: whoever waited has gone."""


def money(usd: Decimal | None) -> str | None:
    """Dollars as JSON has them: a plain string, None where unknown."""
    if usd is None:
        return None
    text = f"{usd:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


class Updates:
    """`core.ports.Sender`: whoever follows sees all, and picks what is its run's."""

    def __init__(self, platform: str) -> None:
        self.platform = platform
        self._queues: list[Queue] = []

    @contextmanager
    def watched(self, queue: Queue) -> Generator[None]:
        self._queues.append(queue)
        try:
            yield
        finally:
            self._queues.remove(queue)

    @asynccontextmanager
    async def prepare(self, delivery: Delivery) -> AsyncGenerator[Send]:
        yield lambda: self._show(delivery)

    async def _show(self, delivery: Delivery) -> Receipt:
        for queue in self._queues:
            queue.put_nowait(delivery.update)
        return Receipt(message=delivery.key, channel=self.platform)

    async def find(self, delivery: Delivery) -> Receipt | None:
        return Receipt(message=delivery.key, channel=self.platform)


class Host(Protocol):
    """The program that carries the run; nobody else looks after it."""

    async def look_after(self, command: str, run: str) -> None:
        """Begins again or ends what broke of a command and its run."""
        ...

    def unreachable(self, command: Command) -> str:
        """Why no picture would come of it, "" where one may."""
        ...

    def helpless(self, update: Noticed) -> str:
        """What is wrong where a run waits for the operator to mend it, else ""."""
        ...


@dataclass
class Follower(ABC):
    core: CoreApi
    host: Host
    command: Command
    queue: Queue
    run: str = ""
    session: str = ""
    asks: bool = True  # False: a quote that waits for a yes is an end
    stopping: bool = False
    gone: bool = False
    fault: str = ""
    told: bool = False  # what was asked for is words
    rounds: list[IterationFinished] = field(default_factory=list[IterationFinished])

    @abstractmethod
    async def show(self, update: Update) -> None:
        """What comes of the run, the end included."""

    afar: str = ""  # a session that lives at another door: its posts leave there
    seen: int = 0

    async def follow(self) -> Update:
        """Sends the command; returns what ended it: a refusal, the end of its run, the status of
        a run that ended before it began, or, where nobody `asks`, the quote that waits."""
        await self._look_afar()
        await self.core.receive(self.command)
        while True:
            update = await self._next()
            if update is None or not await self._mine(update):
                continue
            self.session = update.session or self.session
            if isinstance(update, IterationFinished):
                self.rounds.append(update)
            self.told = self.told or isinstance(update, Described)
            await self.show(update)
            if await self._over(update):
                return update
            if isinstance(update, Noticed):
                await self._give_up(self.host.helpless(update))

    async def _look_afar(self) -> None:
        """Where a linked door's session is gone on with, its posts are read, not received."""
        id, iteration = (getattr(self.command, name, "") for name in ("session", "iteration"))
        if iteration and (node := await self.core.iteration(iteration, self.command.actor)):
            id = node.session
        tree = await self.core.tree(id, self.command.actor) if id else None
        if tree is not None and tree.session.place.platform != self.command.place.platform:
            self.afar = id
            said = await self.core.deliveries(id, self.command.actor)
            self.seen = max((each.seq for each in said), default=0)

    async def _read_afar(self) -> None:
        for each in await self.core.deliveries(self.afar, self.command.actor, self.seen):
            self.seen = max(self.seen, each.seq)
            self.queue.put_nowait(each.update)

    async def _next(self) -> Update | None:
        """None after a while of silence, in which what broke is begun again or ended."""
        if self.afar and self.queue.empty():
            await self._read_afar()
        try:
            async with asyncio.timeout(AFAR_S if self.afar else SILENCE_S):
                update = await self.queue.get()
        except TimeoutError:
            with contextlib.suppress(StoreUnavailable):  # the next silence asks again
                await self.host.look_after(self.command.dedup_key, self.run)
            return None
        if update is None:
            self.gone = True
            await self.stop()
        return update

    async def _mine(self, update: Update) -> bool:
        if isinstance(update, Refused):
            return update.dedup_key == self.command.dedup_key
        if not self.run and isinstance(update, Accepted):
            tree = await self.core.tree(update.session, self.command.actor)
            keys = {run.id: run.command_key for run in tree.runs} if tree else {}
            if keys.get(update.run) == self.command.dedup_key:
                self.run, self.session = update.run, update.session
                if self.stopping:
                    await self.stop()
        return bool(self.run) and update.run == self.run

    async def _over(self, update: Update) -> bool:
        if isinstance(update, Finished | Failed | Paused | Refused):
            return True
        if isinstance(update, Accepted):
            return update.confirm and not self.asks
        if isinstance(update, Progressed) and update.phase == "stopped":
            return not await self._closes()
        return False

    async def _closes(self) -> bool:
        """A run that ended before it began has no closing update."""
        said = await self.core.deliveries(self.session, self.command.actor)
        ends = (each.update for each in said if isinstance(each.update, Finished | Failed))
        return any(end.run == self.run for end in ends)

    async def _give_up(self, fault: str) -> None:
        """Stops a run that would wait for whoever sits here; what is painted is kept."""
        if fault and not self.fault:
            self.fault = fault
            await self.stop()

    async def stop(self) -> None:
        """Now, or as soon as there is a run to stop; what is in flight is kept."""
        self.stopping = True
        if self.run:
            await self.core.receive(Stop(**self.base(), session=self.session, run=self.run))

    def in_vain(self, update: Finished) -> bool:
        """Whether nothing came of the run: no picture, no words."""
        return update.best is None and not update.rounds and not self.told

    def base(self) -> dict[str, Any]:
        """The head of a further command of the same person."""
        return head(self.command.actor, self.command.place)


def head(actor: Actor, place: Place) -> dict[str, Any]:
    """What every command begins with; one that nobody repeats."""
    key = f"{actor.platform}::{uuid.uuid4().hex}"
    return {"dedup_key": key, "actor": actor, "place": place}
