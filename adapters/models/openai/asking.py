"""From core's questions to the parts of a chat message: labels, pictures, people's words in tags.

What stays the same from call to call (rules, task) is the system message, so that a provider can
cache it; everything that changes stands here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from adapters.models.openai.schema import (
    CritiqueForm,
    DescriptionForm,
    Form,
    InspectionForm,
    RewrittenForm,
    TransformForm,
    VerdictForm,
)
from core.domain.answers import Critique, Description, Inspection, Rewritten, Verdict
from core.models.critic import Compare, Describe, Duel, Inspect, PastRound, Rewrite, Transform
from core.models.prompts import Task, quoted
from core.models.sanitize import MAX_PROMPT, line, shorten

F = TypeVar("F", bound=Form)
T = TypeVar("T")
PAST_PROMPT, PAST_CRITIQUE, ROUNDS_TOLD = 300, 200, 6
MAX_SOURCE = 8000  # characters of a prompt that is to be rewritten


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a question: its name for the model, its encoded bytes as they are stored."""

    name: str
    data: bytes


Part = str | Picture


@dataclass(frozen=True, slots=True)
class Question(Generic[F, T]):
    """What is asked, the form of the answer, and what core gets of it."""

    task: Task
    parts: tuple[Part, ...]
    form: type[F]
    value: Callable[[F], T]
    limit: int = MAX_PROMPT
    lacking: Callable[[F], list[str]] = lambda _: []

    def flaws(self, answer: F) -> list[str]:
        """What is wrong with an answer that has the form, as sentences to the model."""
        found = [answer.useless()] if answer.useless() else []
        return found + answer.flaws(self.limit) + self.lacking(answer)


def describe(ask: Describe) -> Question[DescriptionForm, Description]:
    limit = most(ask.limit)
    parts = (
        *picture("REFERENCE", ask.reference),
        *said("goal", ask.goal),
        limit_line(limit),
    )
    return Question("describe", parts, DescriptionForm, lambda form: form.value(limit), limit)


def compare(ask: Compare) -> Question[CritiqueForm, Critique]:
    limit, count = most(ask.limit), len(ask.checklist)
    parts = (
        *picture("REFERENCE", ask.reference),
        *picture("CHAMPION", ask.champion),
        *picture("CHALLENGER", ask.challenger),
        *said("goal", ask.goal),
        quoted("prompt", shorten(ask.champion_prompt, MAX_PROMPT)),
        *said("checklist", _checklist(ask.checklist, ask.failed)),
        *said("history", _history(ask.history)),
        *said("wish", shorten(ask.wish, MAX_PROMPT)),
        limit_line(limit),
    )
    return Question("compare", parts, CritiqueForm, lambda form: form.value(limit, count), limit)


def evolve(ask: Transform) -> Question[TransformForm, Critique]:
    limit = most(ask.limit)
    original = None if ask.original == ask.previous else ask.original
    parts = (
        *picture("PREVIOUS", ask.previous),
        *picture("ORIGINAL", original),
        *said("goal", ask.goal),
        *said("prompt", shorten(ask.previous_prompt, MAX_PROMPT)),
        quoted("style", line(ask.style, 80)),
        f"LEAP: {ask.leap}",
        f"LOCK: {'locked' if ask.lock else 'not locked'}",
        limit_line(limit),
    )
    return Question("evolve", parts, TransformForm, lambda form: form.value(limit), limit)


def duel(ask: Duel) -> Question[VerdictForm, Verdict]:
    parts = (
        *picture("REFERENCE", ask.reference),
        *said("goal", ask.goal),
        *picture("FIRST", ask.first),
        *picture("SECOND", ask.second),
    )
    return Question("duel", parts, VerdictForm, lambda form: form.value())


def inspect(ask: Inspect) -> Question[InspectionForm, Inspection]:
    count = len(ask.checklist)
    parts = (
        *picture("IMAGE", ask.image),
        *said("goal", ask.goal),
        quoted("checklist", _checklist(ask.checklist)),
    )

    def lacking(form: InspectionForm) -> list[str]:
        given = {each.number for each in form.answers}
        missing = [str(n) for n in range(1, count + 1) if n not in given]
        return [f"`answers` lacks question {', '.join(missing)}."] if missing else []

    return Question(
        "inspect", parts, InspectionForm, lambda form: form.value(count), lacking=lacking
    )


def rewrite(ask: Rewrite) -> Question[RewrittenForm, Rewritten]:
    limit = most(ask.limit)
    parts = (
        f"TASK: {ask.task}",
        quoted("prompt", shorten(ask.prompt, MAX_SOURCE)),
        *said("instruction", shorten(ask.instruction, MAX_PROMPT)),
        limit_line(limit),
    )
    return Question("rewrite", parts, RewrittenForm, lambda form: form.value(limit), limit)


def most(limit: int) -> int:
    return min(limit, MAX_PROMPT)


def limit_line(limit: int) -> str:
    return f"LIMIT: `prompt` has at most {limit} characters (about {limit // 7} words)."


def picture(name: str, data: bytes | None) -> tuple[Part, ...]:
    return (f"IMAGE: {name}", Picture(name, data)) if data else ()


def said(tag: str, text: str) -> tuple[Part, ...]:
    return (quoted(tag, text),) if text.strip() else ()


def _checklist(questions: Sequence[str], failed: Sequence[str] = ()) -> str:
    return "\n".join(
        f"{number}. {question}{' [the champion failed this]' if question in failed else ''}"
        for number, question in enumerate(questions, 1)
    )


def _history(rounds: Sequence[PastRound]) -> str:
    return "\n".join(_past(past) for past in rounds[-ROUNDS_TOLD:])


def _past(past: PastRound) -> str:
    score = "no score" if past.score is None else f"score {past.score:.1f}"
    outcome = "became champion" if past.won else "lost"
    why = f" Tried because: {line(past.critique, PAST_CRITIQUE)}" if past.critique else ""
    return f"- {score}, {outcome}.{why} Prompt: {line(past.prompt, PAST_PROMPT)}"
