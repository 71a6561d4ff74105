"""A run as a call: lines of progress, then one answer in words, facts and pictures. For doors whose
people ask and wait, such as an assistant's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

from adapters.following import Follower, money
from adapters.texts.catalogue import t, title
from adapters.texts.quote import quote_line
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
    Paused,
    Progressed,
    Refused,
    ReviewRequested,
    Update,
)
from core.domain.views import SceneView

Progress = Callable[[float, float | None, str | None], Awaitable[None]]


@dataclass
class CallAnswer:
    """What a call answers: a text, facts, pictures by hash with their names, the best one first."""

    sentence: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    pictures: dict[str, str] = field(default_factory=dict[str, str])
    error: bool = False


async def _unheard(at: float, total: float | None, line: str | None) -> None:
    return None


@dataclass
class Call(Follower):
    """`scheme`: what stands before a picture's hash in the facts."""

    progress: Progress = _unheard
    scheme: str = ""
    asks: bool = False
    at: float = 0.0
    lines: list[str] = field(default_factory=list[str])
    drawn: dict[str, str] = field(default_factory=dict[str, str])

    async def answer(self) -> CallAnswer:
        """To the end of its run, or to the question whether it shall begin."""
        update = await self.follow()
        if isinstance(update, Accepted):
            facts = self._facts("confirming", quote_usd=money(update.quote.at_most))
            how = f"Nothing is spent yet: call confirm with run {self.run} and yes true or false."
            quote = quote_line(update.quote, to_the_cent=False)
            return CallAnswer(f"{update.reason} It is {quote}. {how}", facts)
        if isinstance(update, Finished):
            return self._finished(update)
        if isinstance(update, Paused):
            return CallAnswer(update.reason, self._facts("paused"), self._pictures())
        if isinstance(update, Refused | Failed):
            return CallAnswer(
                update.sentence, self._facts(update.kind), self._pictures(), error=True
            )
        return CallAnswer(getattr(update, "line", ""), self._facts("cancelled"))

    async def show(self, update: Update) -> None:
        match update:
            case Accepted(confirm=False):
                await self._say(0, quote_line(update.quote, to_the_cent=False), update.quote.rounds)
            case Progressed() if self.at < update.rounds:
                await self._say(self.at + 0.01, update.line, update.rounds)
            case IterationFinished():
                await self._say(update.round, _line(update), update.rounds)
            case Described():
                if update.shows:
                    self.drawn[update.image] = title(update.shows)
                self.lines += [update.alt, *update.prompts, *filter(None, (update.note,))]
            case Noticed():
                self.lines.append(update.sentence)
            case Accepted() | Progressed() | Finished() | Failed() | Paused() | Refused():
                pass  # the answer
            case Critiqued() | ReviewRequested() | Discarded() | Asked():
                pass  # a call shows rounds and the end
            case _:
                assert_never(update)

    async def _say(self, at: float, line: str, total: int) -> None:
        """Progress only ever grows; whoever called may have gone."""
        self.at = max(at, self.at + 0.001)
        if not self.gone:
            await self.progress(self.at, total or None, line)

    def _facts(self, status: str, **more: object) -> dict[str, Any]:
        return {"status": status, "session": self.session, "run": self.run, **more}

    def _finished(self, update: Finished) -> CallAnswer:
        best, spent = update.best, money(update.spent)
        score = round(best.score.value, 1) if best and best.score else None
        cost = "cost unknown" if spent is None else f"cost ${spent}"
        lines = [*map(_line, self.rounds), *self.lines]
        if update.so_far:
            cost += f", ${money(update.so_far)} in this session so far"
        lines.append(f"{self.fault or update.reason} ({cost})")
        if best is not None:
            lines.append(f"More rounds: continue with session {self.session}.")
        shown = [
            {"iteration": c.iteration, "image": f"{self.scheme}{c.image}", "name": _named(u, n)}
            for u in self.rounds
            for n, c in enumerate(u.candidates)
        ]
        facts = self._facts(
            "finished", rounds=update.rounds, cost_usd=spent, score=score, pictures=shown
        )
        first = {best.image: "best"} if best else {}
        sheets = {update.contact_sheet: "contact sheet", update.animation: "evolution"}
        pictures = {**self.drawn, **first, **self._pictures(), **first, **sheets}
        failed = bool(self.fault) or self.in_vain(update)
        return CallAnswer("\n".join(lines), facts, pictures, error=failed)

    def _pictures(self) -> dict[str, str]:
        return {c.image: _named(u, n) for u in self.rounds for n, c in enumerate(u.candidates)}


def _named(update: IterationFinished, number: int) -> str:
    """What a picture is called: its label, its place among those of a job, or its round."""
    if update.shown != "picture":
        return f"round {update.round}"
    label = update.labels[number] if number < len(update.labels) else ""
    return f"{title(update.mode)} {label or number + 1}".casefold()


def _scene(update: IterationFinished, told: SceneView) -> str:
    ways = [f"{number}. {way}" for number, way in enumerate(told.choices, 1)]
    how = t("mcp.story", iteration=update.champion) if ways else t("story.end")
    return "\n".join(filter(None, (told.title, told.text, *ways, how)))


def _line(update: IterationFinished) -> str:
    if update.scene is not None:
        return _scene(update, update.scene)
    if update.shown == "picture":
        return ": ".join(filter(None, (title(update.mode), ", ".join(update.labels))))
    score = update.candidates[update.best].score
    value = f"{score.measure or 'score'} {score.value:.1f}" if score else ""
    return ", ".join(filter(None, (f"round {update.round}", update.style, value)))
