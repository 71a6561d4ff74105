"""A run in the terminal: the same core, with the terminal as its platform."""

import asyncio
import contextlib
import json
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, assert_never

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm as Question

from adapters.engine.inline import InlineEngine
from adapters.texts.catalogue import speak
from bot import told
from bot.bootstrap import Program, build
from bot.config import Settings
from bot.files import export, money
from bot.person import new_key, own_locale, place
from bot.preflight import only_the_operator_helps, unreachable
from bot.screen import Files, Screen
from core.domain.commands import Command, Confirm, Stop
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import (
    Accepted,
    Asked,
    Critiqued,
    Discarded,
    Failed,
    Finished,
    IterationFinished,
    Noticed,
    Progressed,
    Refused,
    Update,
)

OK, REFUSED, PROVIDER = 0, 3, 4
SILENCE_S = 2.0
err = Console(stderr=True)


@dataclass
class Outcome:
    """How a run ended, for the exit code and the closing line."""

    code: int = OK
    session: str = ""
    sentence: str = ""


@dataclass
class Follower:
    """Shows a run's updates, as a progress bar or as JSON Lines, until it is over."""

    program: Program
    screen: Screen
    as_json: bool
    yes: bool
    command: Command
    outcome: Outcome = field(default_factory=Outcome)
    run: str = ""
    best: float | None = None
    stopping: bool = False
    fault: str = ""

    async def follow(self) -> Outcome:
        with self._bar() as bar:
            task = bar.add_task("waiting", total=None)
            while True:
                update = await self._next()
                if update is None or not self._mine(update):
                    continue
                if await self._show(update, bar, task):
                    return self.outcome

    async def _next(self) -> Update | None:
        """None after a while of silence, in which what broke is begun again or ended: here nobody
        else does that."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SILENCE_S):
                return await self.screen.updates.get()
        await self.program.service.look_after(self.command.dedup_key, self.run)
        return None

    def _bar(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=err,
            transient=True,
            disable=self.as_json,
        )

    def _mine(self, update: Update) -> bool:
        if isinstance(update, Refused):
            return update.dedup_key == self.command.dedup_key
        if not self.run and isinstance(update, Accepted):
            self.run, self.outcome.session = update.run, update.session
        return update.run == self.run

    async def _show(self, update: Update, bar: Progress, task: Any) -> bool:
        """True when the run is over."""
        match update:
            case Accepted():
                bar.update(task, total=update.quote.rounds)
                self._emit("accepted", quote=money(update.quote.at_most), session=update.session)
                self._say(*told.lines(update))
                await self._confirm(update, bar)
            case Progressed():
                bar.update(task, description=update.line)
                if update.phase == "stopped" and not self.outcome.sentence:
                    self.outcome.sentence = update.line
            case IterationFinished():
                bar.update(task, completed=update.round)
                self._round(update)
            case Critiqued():
                self._emit("critiqued", round=update.round, critique=update.summary)
            case Noticed():
                self._emit("noticed", sentence=update.sentence)
                self._say(*told.lines(update))
                await self._give_up(only_the_operator_helps(update))
            case Finished() | Failed() | Paused() | Refused():
                self._end(update)
                return True
            case ReviewRequested() | Discarded() | Asked():
                pass  # nobody reviews here, and nobody takes a post down or asks in the middle
            case _:
                assert_never(update)
        return isinstance(update, Progressed) and update.phase == "stopped" and self._cancelled()

    async def _give_up(self, fault: str) -> None:
        """Stops a run that would wait for whoever sits here; what is painted is kept."""
        if fault and not self.fault:
            self.fault = fault
            await self.program.service.receive(self.stop())

    def refuse(self, fault: str) -> Outcome:
        """Nothing is begun."""
        self._emit("failed", sentence=fault)
        return Outcome(code=PROVIDER, sentence=fault)

    def stop(self) -> Stop:
        return Stop(
            dedup_key=new_key(),
            actor=self.command.actor,
            place=place(),
            session=self.outcome.session,
            run=self.run,
        )

    def _cancelled(self) -> bool:
        """A run that was cancelled before it began has no closing update."""
        if self.outcome.code == OK and self.best is None and self.outcome.sentence != "Stopped.":
            self.outcome.code = REFUSED
            return True
        return False

    async def _confirm(self, update: Accepted, bar: Progress) -> None:
        if not update.confirm:
            return
        yes = self.yes
        if not yes and not self.as_json and err.is_terminal:
            bar.stop()
            yes = await asyncio.to_thread(Question.ask, f"{update.reason} Start?", console=err)
            bar.start()
        elif not yes:
            self._emit("refused", sentence=f"{update.reason} Add --yes.")
        answer = Confirm(
            dedup_key=new_key(), actor=self.command.actor, place=place(), run=update.run, yes=yes
        )
        await self.program.service.receive(answer)

    def _round(self, update: IterationFinished) -> None:
        shown = update.candidates[update.best]
        value = shown.score.value if shown.score else None
        if value is not None and (self.best is None or value > self.best):
            self.best = value
        self._emit(
            "round",
            round=update.round,
            image=shown.image,
            prompt=update.prompt,
            critique=update.critique,
            score=value,
            measure=shown.score.measure if shown.score else "",
            best=self.best,
            cost_usd=money(update.cost),
            seconds=update.seconds,
            style=update.style,
            drift=update.drift,
        )
        self._say(*told.lines(update))

    def _end(self, update: Finished | Failed | Paused | Refused) -> None:
        if isinstance(update, Finished):
            nothing = update.best is None and update.rounds == 0
            refused = nothing and "refused" in update.reason
            self.outcome.code = (
                REFUSED if refused else PROVIDER if nothing and not self.stopping else OK
            )
            self.outcome.sentence = update.reason
            if self.fault:
                self.outcome.code, self.outcome.sentence = PROVIDER, self.fault
            self._emit(
                "finished",
                reason=update.reason,
                best=self.best,
                rounds=update.rounds,
                cost_usd=money(update.spent),
                session=update.session,
            )
            return
        sentence = told.refusal(update) if isinstance(update, Refused) else _why(update)
        self.outcome.sentence = sentence
        self.outcome.code = {"refused": REFUSED, "failed": PROVIDER}.get(update.kind, OK)
        self._emit(update.kind, sentence=sentence)

    def _emit(self, event: str, **values: Any) -> None:
        if self.as_json:
            print(json.dumps({"event": event, **values}), flush=True)  # noqa: T201

    def _say(self, *lines: str) -> None:
        for line in () if self.as_json else lines:
            err.print(line, highlight=False, markup=False)


def _why(update: Failed | Paused) -> str:
    return update.reason if isinstance(update, Paused) else update.sentence


async def drive(
    settings: Settings, make: Callable[[], Command], *, out: Path | None, as_json: bool, yes: bool
) -> Outcome:
    """Starts one command and follows its run to the end; Ctrl-C stops it cleanly, twice ends it."""
    speak(own_locale())
    program = await build(settings, InlineEngine())
    screen = Screen()
    outbox = program.add_platform(screen, Files())
    drain = asyncio.create_task(outbox.run(), name="outbox cli")
    command = make()
    follower = Follower(program, screen, as_json, yes, command)
    _stop_on_interrupt(program, follower)
    try:
        if fault := unreachable(program, command):
            return follower.refuse(fault)
        await program.service.receive(command)
        outcome = await follower.follow()
        tree = (
            await program.service.tree(outcome.session, command.actor) if outcome.session else None
        )
        if tree is not None and tree.iterations and out is not None:
            await export(tree, program.images, program.pixels, out)
        return outcome
    finally:
        drain.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await drain
        await program.service.settle_down()
        await program.close()


def _stop_on_interrupt(program: Program, follower: Follower) -> None:
    loop = asyncio.get_running_loop()
    kept: set[asyncio.Task[bool]] = set()

    def interrupted() -> None:
        if follower.stopping or not follower.run:
            raise KeyboardInterrupt
        follower.stopping = True
        err.print("stopping after this step; again to end at once", highlight=False)
        task = asyncio.create_task(program.service.receive(follower.stop()), name="stop")
        kept.add(task)
        task.add_done_callback(kept.discard)

    loop.add_signal_handler(signal.SIGINT, interrupted)
