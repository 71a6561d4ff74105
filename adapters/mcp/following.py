"""One call and its run: from the command to what is told in the end."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol, assert_never

from adapters.mcp.outbound import Queue
from adapters.mcp.pictures import PLATFORM
from adapters.texts.quote import quote_line
from core.domain.commands import Command, Confirm, Stop
from core.domain.errors import StoreUnavailable
from core.domain.updates import (
    Accepted,
    Asked,
    Critiqued,
    Discarded,
    Failed,
    Finished,
    IterationFinished,
    Noticed,
    Paused,
    Progressed,
    Refused,
    ReviewRequested,
    Update,
)
from core.ports.api import CoreApi

SILENCE_S = 2.0
Progress = Callable[[float, float | None, str | None], Awaitable[None]]


class Host(Protocol):
    """The program that carries the runs."""

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
class Told:
    """What a call answers: a text, facts, pictures by hash with their names, the best one first."""

    sentence: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    pictures: dict[str, str] = field(default_factory=dict[str, str])
    error: bool = False


def new_key() -> str:
    return f"{PLATFORM}::{uuid.uuid4().hex}"


def dollars(usd: Decimal | None) -> str | None:
    return None if usd is None else f"{usd.normalize():f}"


@dataclass
class Call:
    core: CoreApi
    host: Host
    command: Command
    queue: Queue
    progress: Progress
    run: str = ""
    session: str = ""
    stopping: bool = False
    fault: str = ""
    at: float = 0.0
    rounds: list[IterationFinished] = field(default_factory=list[IterationFinished])
    lines: list[str] = field(default_factory=list[str])

    async def follow(self) -> Told:
        """To the end of its run, or to the question whether it shall begin."""
        await self.core.receive(self.command)
        while True:
            try:
                async with asyncio.timeout(SILENCE_S):
                    update = await self.queue.get()
            except TimeoutError:
                with contextlib.suppress(StoreUnavailable):  # the next silence asks again
                    await self.host.look_after(self.command.dedup_key, self.run)
                continue
            if update is None:
                await self._stop()
            elif await self._mine(update) and (told := await self._told(update)):
                return told

    async def _mine(self, update: Update) -> bool:
        if isinstance(update, Refused):
            return update.dedup_key == self.command.dedup_key
        if not self.run and isinstance(update, Accepted):
            tree = await self.core.tree(update.session, self.command.actor)
            keys = {run.id: run.command_key for run in tree.runs} if tree else {}
            if keys.get(update.run) == self.command.dedup_key:
                self.run = update.run
        return bool(self.run) and update.run == self.run

    async def _told(self, update: Update) -> Told | None:
        self.session = update.session or self.session
        match update:
            case Accepted(confirm=True):
                return self._question(update)
            case Accepted():
                await self._say(0, quote_line(update.quote, to_the_cent=False), update.quote.rounds)
            case Progressed(phase="stopped") if self._said_no:
                return Told(update.line, self._facts("cancelled"))
            case Progressed() if self.at < update.rounds:
                await self._say(self.at + 0.01, update.line, update.rounds)
            case IterationFinished():
                self.rounds.append(update)
                await self._say(update.round, self._line(update), update.rounds)
            case Noticed():
                self.lines.append(update.sentence)
                await self._give_up(self.host.helpless(update))
            case Finished():
                return self._finished(update)
            case Paused():
                return Told(update.reason, self._facts("paused"), self._pictures())
            case Refused() | Failed():
                facts = self._facts(update.kind)
                return Told(update.sentence, facts, self._pictures(), error=True)
            case Progressed() | Critiqued() | ReviewRequested() | Discarded() | Asked():
                pass  # a call shows rounds and the end
            case _:
                assert_never(update)
        if self.stopping:
            await self._stop()
        return None

    @property
    def _said_no(self) -> bool:
        return isinstance(self.command, Confirm) and not self.command.yes

    async def _say(self, at: float, line: str, total: int) -> None:
        """Progress only ever grows; whoever called may have gone."""
        self.at = max(at, self.at + 0.001)
        if not self.stopping:
            await self.progress(self.at, total or None, line)

    async def _give_up(self, fault: str) -> None:
        """Stops a run that would wait for whoever sits here; what is painted is kept."""
        if fault and not self.fault:
            self.fault = fault
            await self._stop()

    async def _stop(self) -> None:
        """Now, or as soon as there is a run to stop."""
        self.stopping = not self.run
        if self.run:
            command, core = self.command, self.core
            base: Any = {"dedup_key": new_key(), "actor": command.actor, "place": command.place}
            await core.receive(Stop(**base, session=self.session, run=self.run))

    def _question(self, update: Accepted) -> Told:
        facts = self._facts("confirming", quote_usd=dollars(update.quote.at_most))
        how = f"Nothing is spent yet: call confirm with run {self.run} and yes true or false."
        return Told(
            f"{update.reason} It is {quote_line(update.quote, to_the_cent=False)}. {how}", facts
        )

    def _facts(self, status: str, **more: object) -> dict[str, Any]:
        return {"status": status, "session": self.session, "run": self.run, **more}

    def _line(self, update: IterationFinished) -> str:
        score = update.candidates[update.best].score
        value = f"{score.measure or 'score'} {score.value:.1f}" if score else ""
        return ", ".join(filter(None, (f"round {update.round}", update.style, value)))

    def _finished(self, update: Finished) -> Told:
        best, spent = update.best, dollars(update.spent)
        score = round(best.score.value, 1) if best and best.score else None
        cost = "cost unknown" if spent is None else f"cost ${spent}"
        end = self.fault or update.reason
        lines = [*map(self._line, self.rounds), *self.lines, f"{end} ({cost})"]
        lines.append(f"More rounds: continue with session {self.session}.")
        facts = self._facts("finished", rounds=update.rounds, cost_usd=spent, score=score)
        first = {best.image: "best"} if best else {}
        sheets = {update.contact_sheet: "contact sheet", update.animation: "evolution"}
        pictures = {**first, **self._pictures(), **first, **sheets}
        nothing = best is None and not update.rounds
        return Told("\n".join(lines), facts, pictures, error=bool(self.fault) or nothing)

    def _pictures(self) -> dict[str, str]:
        shown = [(u, c) for u in self.rounds for c in u.candidates]
        return {c.image: f"round {u.round}" for u, c in shown}
