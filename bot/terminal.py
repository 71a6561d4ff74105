"""A run in the terminal: the same core, with the terminal as its platform."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, assert_never

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm as Question

from adapters.following import Follower, money
from adapters.texts.catalogue import title
from adapters.texts.sentences import said
from bot import told
from bot.files import image_name, places
from core.domain.commands import Confirm
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

OK, USAGE, REFUSED, PROVIDER = 0, 2, 3, 4
SCHEMA = 1  # of the JSON Lines: docs/events.schema.json
err = Console(stderr=True)


@dataclass
class Ending:
    """How a run ended, for the exit code and the closing line."""

    code: int = OK
    session: str = ""
    sentence: str = ""
    folder: Path = Path("out")


@dataclass(frozen=True)
class Manner:
    """How a run is told: as JSON Lines, quietly, with pictures; `yes` starts without asking."""

    as_json: bool = False
    yes: bool = False
    quiet: bool = False
    pictures: str = "auto"


@dataclass
class Shown(Follower):
    """A run as a progress bar or as JSON Lines."""

    manner: Manner = field(default_factory=Manner)
    painted: Callable[[str], Awaitable[str]] | None = (
        None  # a picture's hash as the terminal shows it
    )
    best: float | None = None
    over: Finished | None = None
    drawn: dict[str, str] = field(default_factory=dict[str, str])  # pictures of a session, by job

    def __post_init__(self) -> None:
        self.as_json, self.yes = self.manner.as_json, self.manner.yes
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
            disable=self.as_json or self.manner.quiet,
        )

    async def show(self, update: Update) -> None:
        match update:
            case Accepted():
                self.bar.update(self.task, total=update.quote.rounds)
                self._emit("accepted", quote=money(update.quote.at_most), session=update.session)
                self._say(*told.lines(update))
                await self._confirm(update)
            case Progressed():
                self.bar.update(self.task, description=said(update.line))
            case IterationFinished():
                self.bar.update(self.task, completed=update.round)
                self._round(update)
                await self._picture(update)
            case Critiqued():
                self._emit("critiqued", round=update.round, critique=update.summary)
            case Described():
                self._described(update)
            case Noticed():
                self._emit("noticed", sentence=update.sentence)
                self._say(*told.lines(update))
            case Finished():
                self.over = update  # told last, when its files are there
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
                self._say(line)

    def refuse(self, why: str, code: int = PROVIDER) -> Ending:
        """Nothing is begun."""
        self._emit("failed" if code == PROVIDER else "refused", sentence=why)
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
            self._say(*told.scene(update, update.scene))
            return
        if update.shown == "picture":
            self._say(f"{title(update.mode)}  {update.seconds:.1f} s")
            return
        self._say(*told.lines(update))

    async def _picture(self, update: IterationFinished) -> None:
        """The round's best, in terminals that can show it."""
        if self.painted is None or self.as_json or self.manner.quiet or not update.candidates:
            return
        text = await self.painted(update.candidates[update.best].image)
        if text:
            err.file.write(f"{text}\n")
            err.file.flush()

    def files(self, tree: Tree, out: Path, written: Sequence[Path]) -> None:
        """The file of each picture that was asked for, with what tells it from the others."""
        self._emit("files", folder=str(out), files=[path.name for path in written])
        where = places(tree)
        for node in tree.iterations:
            if node.id in self.pictures:
                label = f"  {node.style}" if node.style else ""
                self._say(f"{out / image_name(node, where[node.id])}{label}")

    @property
    def pictures(self) -> frozenset[str]:
        """The iterations of a job that paints once."""
        made = (update for update in self.rounds if update.shown == "picture")
        return frozenset(view.iteration for update in made for view in update.candidates)

    def closed(self) -> None:
        """The last event of a run that came to its end."""
        update, self.over = self.over, None
        if update is None:
            return
        self._emit(
            "finished",
            reason=update.reason,
            best=self.best,
            rounds=update.rounds,
            cost_usd=money(update.spent),
            session=update.session,
            **({"session_cost_usd": money(update.so_far)} if update.so_far else {}),
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
            print(json.dumps({"event": event, "schema": SCHEMA, **values}), flush=True)  # noqa: T201

    def _say(self, *lines: str) -> None:
        for line in () if self.as_json or self.manner.quiet else lines:
            err.print(line, highlight=False, markup=False)


def _sentence(update: Update) -> str:
    if isinstance(update, Refused):
        return told.refusal(update)
    return said(str(getattr(update, "sentence", "") or getattr(update, "reason", "")))
