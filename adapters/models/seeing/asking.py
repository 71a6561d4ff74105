"""From core's questions to the parts of a chat message: labels, pictures, people's words in tags.

What stays the same from call to call (rules, task) is the system message, so that a provider can
cache it; everything that changes stands here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Generic, TypeVar

from adapters.models.seeing.history import ANSWERED, told
from adapters.models.seeing.schema import (
    CritiqueForm,
    DescriptionForm,
    Form,
    InspectionForm,
    ReplyForm,
    RewrittenForm,
    TransformForm,
    VerdictForm,
)
from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.models.critic import Compare, Describe, Duel, Inspect, Query, Rewrite, Task, Transform
from core.models.painter import PainterProfile
from core.models.prompts import quoted
from core.models.sanitize import MAX_PROMPT, line, shorten

F = TypeVar("F", bound=Form)
T = TypeVar("T")
PROMPTS_TOLD = 2 * MAX_PROMPT
MAX_VARIANT = 1600  # characters of a further prompt
MAX_SOURCE = 8000  # characters of a prompt that is to be rewritten


@dataclass(frozen=True, slots=True)
class AskedImage:
    """An image of a question: its name for the model, its encoded bytes as they are stored."""

    name: str
    data: bytes


Part = str | AskedImage


@dataclass(frozen=True, slots=True)
class CriticQuestion(Generic[F, T]):
    """What is asked, the form of the answer, and what core gets of it."""

    task: Task
    parts: tuple[Part, ...]
    form: type[F]
    value: Callable[[F], T]
    limit: int = MAX_PROMPT
    prompts: int = 1
    lacking: Callable[[F], list[str]] = lambda _: []

    def flaws(self, answer: F) -> list[str]:
        """What is wrong with an answer that has the form, as sentences to the model."""
        found = [answer.useless()] if answer.useless() else []
        return found + answer.flaws(self.limit) + self.lacking(answer)


def describe(ask: Describe) -> CriticQuestion[DescriptionForm, Description]:
    limit = most(ask.limit)
    parts = (
        *picture("REFERENCE", ask.reference),
        *said("goal", ask.goal),
        *painter_line(ask.painter),
        *prompts_line(ask.prompts),
        limit_line(limit),
    )
    return CriticQuestion(
        "describe",
        parts,
        DescriptionForm,
        lambda form: form.value(limit, ask.prompts),
        limit,
        prompts=ask.prompts,
    )


def compare(ask: Compare) -> CriticQuestion[CritiqueForm, Critique]:
    limit = most(ask.limit)
    parts = (
        *picture("REFERENCE", ask.reference),
        *picture("CHAMPION", ask.champion),
        *picture("CHALLENGER", ask.challenger),
        *said("goal", ask.goal),
        quoted("prompt", shorten(ask.champion_prompt, MAX_PROMPT)),
        *said("challenger", shorten(ask.challenger_prompt, MAX_PROMPT)),
        *said("checklist", _checklist(ask.checklist, _marks(ask))),
        *said("history", told(ask.history, _room(ask))),
        *said("wish", shorten(ask.wish, MAX_PROMPT)),
        *painter_line(ask.painter),
        *prompts_line(ask.prompts),
        limit_line(limit),
    )
    return CriticQuestion(
        "compare",
        parts,
        CritiqueForm,
        lambda form: form.value(limit, ask.prompts),
        limit,
        prompts=ask.prompts,
    )


def evolve(ask: Transform) -> CriticQuestion[TransformForm, Critique]:
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
        *painter_line(ask.painter),
        limit_line(limit),
    )
    return CriticQuestion("evolve", parts, TransformForm, lambda form: form.value(limit), limit)


def duel(ask: Duel) -> CriticQuestion[VerdictForm, Verdict]:
    parts = (
        *picture("REFERENCE", ask.reference),
        *said("goal", ask.goal),
        *picture("FIRST", ask.first),
        *picture("SECOND", ask.second),
    )
    return CriticQuestion("duel", parts, VerdictForm, lambda form: form.value())


def inspect(ask: Inspect) -> CriticQuestion[InspectionForm, Inspection]:
    count = len(ask.checklist)
    parts = (
        *picture("IMAGE", ask.image),
        *said("goal", ask.goal),
        quoted("checklist", _checklist(ask.checklist, _needs(ask.depends))),
    )

    def lacking(form: InspectionForm) -> list[str]:
        given = {each.number: each.answer for each in form.answers}
        needs = dict(enumerate(ask.depends, 1))

        def stands(number: int) -> bool:
            parent = needs.get(number, 0)
            return not 0 < parent < number or given.get(parent) == "true"

        missing = [str(n) for n in range(1, count + 1) if n not in given and stands(n)]
        return [f"`answers` lacks question {', '.join(missing)}."] if missing else []

    return CriticQuestion(
        "inspect", parts, InspectionForm, lambda form: form.value(count), lacking=lacking
    )


def rewrite(ask: Rewrite) -> CriticQuestion[RewrittenForm, Rewritten]:
    limit = most(ask.limit)
    parts = (
        f"TASK: {ask.task}",
        quoted("prompt", shorten(ask.prompt, MAX_SOURCE)),
        *said("instruction", shorten(ask.instruction, MAX_PROMPT)),
        *painter_line(ask.painter),
        limit_line(limit),
    )
    return CriticQuestion("rewrite", parts, RewrittenForm, lambda form: form.value(limit), limit)


def answer(ask: Query) -> CriticQuestion[ReplyForm, Reply]:
    before = "\n".join(f"{question}\n→ {reply}" for question, reply in ask.earlier)
    parts = (
        *picture("IMAGE", ask.image),
        *said("earlier", shorten(before, MAX_PROMPT)),
        quoted("question", shorten(ask.question, MAX_PROMPT)),
    )
    return CriticQuestion("answer", parts, ReplyForm, lambda form: form.value())


def most(limit: int) -> int:
    return min(limit, MAX_PROMPT)


def limit_line(limit: int) -> str:
    return f"LIMIT: `prompt` has at most {limit} characters (about {limit // 7} words)."


def picture(name: str, data: bytes | None) -> tuple[Part, ...]:
    return (f"IMAGE: {name}", AskedImage(name, data)) if data else ()


def said(tag: str, text: str) -> tuple[Part, ...]:
    return (quoted(tag, text),) if text.strip() else ()


def painter_line(painter: PainterProfile | None) -> tuple[Part, ...]:
    """Who reads the prompt, how much of it, and in which manner."""
    if painter is None:
        return ()
    reads = "It reads the whole prompt."
    if painter.reads_tokens:
        words = painter.reads_tokens * 3 // 4
        reads = (
            f"It reads the first {painter.reads_tokens} tokens, about {words} words, and hardly "
            "anything after them: what matters stands first."
        )
    manner = {
        "sentences": "It takes connected sentences.",
        "keywords": "It takes keywords: short phrases parted by commas.",
    }[painter.manner]
    return (f"PAINTER: {line(painter.name, 80)}. {reads} {manner}",)


def prompts_line(count: int) -> tuple[Part, ...]:
    if count < 2:
        return ()
    return (f"PROMPTS: {count}, each in `variants` of at most {MAX_VARIANT} characters",)


def _checklist(questions: Sequence[str], marks: Sequence[str]) -> str:
    rows = zip_longest(questions, marks[: len(questions)], fillvalue="")
    return "\n".join(f"{n}. {question}{mark}" for n, (question, mark) in enumerate(rows, 1))


def _marks(ask: Compare) -> list[str]:
    """What the judge answered for the champion."""
    if not ask.answers:
        return [" [no]" if question in ask.failed else "" for question in ask.checklist]
    return [f" [{ANSWERED[answer]}]" for answer in ask.answers]


def _room(ask: Compare) -> int:
    """Characters that are left for earlier prompts, beside the champion's and the challenger's."""
    return max(0, PROMPTS_TOLD - len(ask.champion_prompt) - len(ask.challenger_prompt))


def _needs(depends: Sequence[int]) -> list[str]:
    return [f" [only if {number} holds]" if number else "" for number in depends]
