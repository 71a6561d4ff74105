"""A run in the terminal: the same core, with the terminal as its platform."""

import asyncio
import contextlib
import json
import signal
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, assert_never

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm as Question

from adapters.following import Follower, Updates, money
from adapters.texts.catalogue import speak, title
from adapters.texts.help import lacking
from adapters.texts.sentences import said
from bot import told
from bot.bootstrap import Program, carrying
from bot.config import Settings
from bot.files import export, image_name, places
from bot.person import PLATFORM, own_locale
from bot.preflight import Carrier
from bot.screen import Files
from core.domain.commands import Command, Confirm
from core.domain.records import Tree
from core.domain.reviews import Paused, ReviewRequested
from core.domain.updates import (
    Accepted,
    Asked,
    Critiqued,
    Described,
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
err = Console(stderr=True)


@dataclass
class Ending:
    """How a run ended, for the exit code and the closing line."""

    code: int = OK
    session: str = ""
    sentence: str = ""


@dataclass
class Shown(Follower):
    """A run as a progress bar or as JSON Lines."""

    as_json: bool = False
    yes: bool = False
    best: float | None = None
    drawn: dict[str, str] = field(default_factory=dict[str, str])  # pictures of a session, by job

    def __post_init__(self) -> None:
        self.bar = self._bar()
        self.task = self.bar.add_task("waiting", total=None)

    async def ending(self) -> Ending:
        with self.bar:
            update = await self.follow()
        return self._ending(update)

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

    async def show(self, update: Update) -> None:
        match update:
            case Accepted():
                self.bar.update(self.task, total=update.quote.rounds)
                self._emit("accepted", quote=money(update.quote.at_most), session=update.session)
                self.say(*told.lines(update))
                await self._confirm(update)
            case Progressed():
                self.bar.update(self.task, description=said(update.line))
            case IterationFinished():
                self.bar.update(self.task, completed=update.round)
                self._round(update)
            case Critiqued():
                self._emit("critiqued", round=update.round, critique=update.summary)
            case Described():
                self._described(update)
            case Noticed():
                self._emit("noticed", sentence=update.sentence)
                self.say(*told.lines(update))
            case Finished():
                self._closed(update)
            case Failed() | Paused() | Refused():
                self._emit(update.kind, sentence=_sentence(update))
            case ReviewRequested() | Discarded() | Asked():
                pass  # nobody reviews here, and nobody takes a post down or asks in the middle
            case _:
                assert_never(update)

    def _described(self, update: Described) -> None:
        """What is in the picture is the result: it goes where results go."""
        if update.shows:
            self.drawn[update.shows] = update.image
        self._emit(
            "described", question=update.question, alt=update.alt, prompts=list(update.prompts)
        )
        numbered = [f"{number}. {prompt}" for number, prompt in enumerate(update.prompts, 1)]
        for line in (update.alt, *numbered, update.note):
            if line:
                self.say(line)

    def refuse(self, why: str, code: int = PROVIDER) -> Ending:
        """Nothing is begun."""
        self._emit("refused" if code == REFUSED else "failed", sentence=why)
        return Ending(code=code, sentence=why)

    async def _confirm(self, update: Accepted) -> None:
        if not update.confirm:
            return
        yes = self.yes
        if not yes and not self.as_json and err.is_terminal:
            self.bar.stop()
            yes = await asyncio.to_thread(
                Question.ask, f"{said(update.reason)} Start?", console=err
            )
            self.bar.start()
        elif not yes:
            self._emit("refused", sentence=f"{update.reason} Add --yes.")
        await self.core.receive(Confirm(**self.base(), run=update.run, yes=yes))

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
            shown=update.shown,
            images=[view.image for view in update.candidates],
            labels=list(update.labels),
            **({"scene": asdict(update.scene)} if update.scene else {}),
        )
        if update.scene is not None:
            self.say(*told.scene(update, update.scene))
            return
        if update.shown == "picture":
            self.say(f"{title(update.mode)}  {update.seconds:.1f} s")
            return
        self.say(*told.lines(update))

    def files(self, tree: Tree, out: Path) -> None:
        """The file of each picture that was asked for, with what tells it from the others."""
        where = places(tree)
        for node in tree.iterations:
            if node.id in self.pictures:
                label = f"  {node.style}" if node.style else ""
                self.say(f"{out / image_name(node, where[node.id])}{label}")

    @property
    def pictures(self) -> frozenset[str]:
        """The iterations of a job that paints once."""
        made = (update for update in self.rounds if update.shown == "picture")
        return frozenset(view.iteration for update in made for view in update.candidates)

    def _closed(self, update: Finished) -> None:
        self._emit(
            "finished",
            reason=update.reason,
            best=self.best,
            rounds=update.rounds,
            cost_usd=money(update.spent),
            session=update.session,
        )

    def _ending(self, update: Update) -> Ending:
        if isinstance(update, Finished):
            nothing = self.in_vain(update)
            code = OK
            if self.fault or (nothing and not self.stopping):
                code = PROVIDER
            if not self.fault and nothing and "refused" in update.reason:
                code = REFUSED
            end = "Done." if self.pictures else said(update.reason)
            return Ending(code, self.session, self.fault or end)
        if isinstance(update, Progressed):  # it ended before it began
            return Ending(REFUSED, self.session, said(update.line))
        code = {"refused": REFUSED, "failed": PROVIDER}.get(update.kind, OK)
        return Ending(code, self.session, _sentence(update))

    def _emit(self, event: str, **values: Any) -> None:
        if self.as_json:
            print(json.dumps({"event": event, **values}), flush=True)  # noqa: T201

    def say(self, *lines: str) -> None:
        for line in () if self.as_json else lines:
            err.print(line, highlight=False, markup=False)


def _sentence(update: Update) -> str:
    if isinstance(update, Refused):
        return told.refusal(update)
    return said(str(getattr(update, "sentence", "") or getattr(update, "reason", "")))


async def drive(
    settings: Settings, make: Callable[[], Command], *, out: Path | None, as_json: bool, yes: bool
) -> Ending:
    """Starts one command and follows its run to the end; Ctrl-C stops it cleanly, twice ends it."""
    speak(own_locale())
    async with carrying(settings, PLATFORM) as program:
        return await _followed(program, make(), out, as_json=as_json, yes=yes)


async def _followed(
    program: Program, command: Command, out: Path | None, *, as_json: bool, yes: bool
) -> Ending:
    updates = Updates(PLATFORM)
    outbox = program.add_platform(updates, Files())
    drain = asyncio.create_task(outbox.run(), name="outbox cli")
    host, service = Carrier(program), program.service
    shown = Shown(service, host, command, asyncio.Queue(), as_json=as_json, yes=yes)
    _stop_on_interrupt(shown)
    try:
        if why := lacking(service.offers, command.kind):
            return shown.refuse(why, REFUSED)
        if why := host.unreachable(command):
            return shown.refuse(why)
        with updates.watched(shown.queue):
            ending = await shown.ending()
        tree = await service.tree(ending.session, command.actor) if ending.session else None
        if tree is not None and tree.iterations and out is not None:
            await export(tree, service.images, program.pixels, out)
            shown.files(tree, out)
            for name, image in shown.drawn.items():
                path = out / f"{name}.png"
                path.write_bytes(await service.images.get(image))
                shown.say(str(path))
        return ending
    finally:
        drain.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await drain
        await service.settle_down()


def _stop_on_interrupt(shown: Shown) -> None:
    loop = asyncio.get_running_loop()
    kept: set[asyncio.Task[None]] = set()

    def interrupted() -> None:
        if shown.stopping or not shown.run:
            raise KeyboardInterrupt
        shown.stopping = True
        err.print("stopping after this step; again to end at once", highlight=False)
        task = asyncio.create_task(shown.stop(), name="stop")
        kept.add(task)
        task.add_done_callback(kept.discard)

    loop.add_signal_handler(signal.SIGINT, interrupted)
