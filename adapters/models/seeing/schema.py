"""The forms of a vision model's answers, and how they become core's data.

Fields come in the order a model should think in: what it sees before what it concludes. `flaws`
of an answer are worth one repair question; `useless` ones can't be used at all.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.domain.answers import Box, Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.models import sanitize

Truth = Literal["true", "false", "unknown"]
TRUTH: dict[str, bool | None] = {"true": True, "false": False, "unknown": None}
MAX_ALT = 300
MAX_REPLY = 1500


def _word(value: object) -> object:
    """True, "Yes" and "FIRST" as the words asked for."""
    text = str(value).strip().lower()
    return {"yes": "true", "no": "false", "none": "unknown", "null": "unknown"}.get(text, text)


def _without_defaults(schema: dict[str, Any]) -> None:
    """Strict servers take no defaults in a schema; they stay for servers that leave fields out.
    Titles only repeat the names, at a price."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)
        field.pop("title", None)


class Form(BaseModel):
    """An answer's form. `limit` is the most characters its prompt may have."""

    model_config = ConfigDict(extra="ignore", json_schema_extra=_without_defaults)

    def useless(self) -> str:
        """Why nothing can be made of the answer, or ""."""
        return ""

    def flaws(self, limit: int) -> list[str]:
        """What the model should put right, as sentences to it."""
        return []


class Prompted(Form):
    """An answer with a prompt in it."""

    def prompt_text(self) -> str:
        raise NotImplementedError

    def useless(self) -> str:
        return (
            "" if sanitize.plain(self.prompt_text(), sanitize.MAX_PROMPT) else "`prompt` is empty."
        )

    def flaws(self, limit: int) -> list[str]:
        long = len(self.prompt_text().strip())
        said = f"`prompt` has {long} characters; at most {limit} are allowed."
        return [said] if long > limit else []

    def fitted(self, limit: int) -> str:
        return sanitize.plain(self.prompt_text(), min(limit, sanitize.MAX_PROMPT))


class Formula(Form):
    """The parts of a picture, a phrase each."""

    subject: str = ""
    action: str = ""
    style: str = ""
    environment: str = ""
    details: str = ""
    quality: str = ""
    colours: str = ""
    layout: str = ""
    theme: str = ""
    mood: str = ""


class NumberedQuestion(Form):
    """A question of the checklist, and the number of the one it hangs from (0 = none)."""

    question: str
    needs: int = 0


def _asked(value: object) -> object:
    """Smaller models list their questions plainly."""
    return {"question": value} if isinstance(value, str) else value


def further(texts: Sequence[str], prompt: str, limit: int, prompts: int) -> tuple[str, ...]:
    """The other prompts that were asked for: different ones only."""
    plain = (sanitize.plain(text, min(limit, sanitize.MAX_PROMPT)) for text in texts)
    found = dict.fromkeys(text for text in plain if text and text != prompt)
    return tuple(found)[: prompts - 1]


def _few_questions(count: int, least: int) -> str:
    usable = {0: "no usable question", 1: "one usable question"}
    return f"`checklist` has {usable.get(count, f'{count} usable questions')}; {least} are needed."


class DescriptionForm(Prompted):
    formula: Formula = Formula()
    prompt: str
    variants: list[str] = Field(default_factory=list[str])
    checklist: list[Annotated[NumberedQuestion, BeforeValidator(_asked)]]
    alt: str = ""

    def prompt_text(self) -> str:
        return self.prompt

    def useless(self) -> str:
        return super().useless() or ("" if self.asked()[0] else "`checklist` has no question.")

    def asked(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        return sanitize.checklist((each.question, each.needs) for each in self.checklist)

    def flaws(self, limit: int) -> list[str]:
        found = super().flaws(limit)
        count, least = len(self.asked()[0]), sanitize.MIN_QUESTIONS
        if count < least:
            found.append(_few_questions(count, least))
        return found

    def value(self, limit: int, prompts: int) -> Description:
        checklist, depends = self.asked()
        prompt = self.fitted(limit)
        return Description(
            prompt=prompt,
            variants=further(self.variants, prompt, limit, prompts),
            checklist=checklist,
            depends=depends,
            alt=sanitize.line(self.alt, MAX_ALT),
        )


class Seen(Form):
    """An answer after a look: `seen` is what speaks for it."""

    number: int
    seen: str = ""
    answer: Annotated[Truth, BeforeValidator(_word)]


def in_order(given: Sequence[Seen], count: int) -> tuple[bool | None, ...]:
    """The answers by number, from 1; None for a question without one."""
    by_number = {each.number: TRUTH[each.answer] for each in reversed(given)}
    return tuple(by_number.get(number) for number in range(1, count + 1))


class BoxForm(Form):
    x: float
    y: float
    width: float
    height: float


class DifferenceForm(Form):
    what: str
    box: BoxForm | None = None


class CritiqueForm(Prompted):
    differences: list[DifferenceForm] = Field(default_factory=list[DifferenceForm])
    keep: list[str] = Field(default_factory=list[str])
    summary: str
    prompt: str
    variants: list[str] = Field(default_factory=list[str])
    idea: str = ""

    def prompt_text(self) -> str:
        return self.prompt

    def value(self, limit: int, prompts: int) -> Critique:
        boxed = ((d.what, Box(**d.box.model_dump()) if d.box else None) for d in self.differences)
        prompt = self.fitted(limit)
        return Critique(
            summary=sanitize.line(self.summary),
            prompt=prompt,
            variants=further(self.variants, prompt, limit, prompts),
            differences=sanitize.differences(boxed),
            keep=sanitize.lines(self.keep, sanitize.MAX_KEEP, 120),
            idea=sanitize.line(self.idea),
        )


class TransformForm(Prompted):
    keep: list[str] = Field(default_factory=list[str])
    summary: str
    prompt: str
    idea: str = ""

    def prompt_text(self) -> str:
        return self.prompt

    def value(self, limit: int) -> Critique:
        return Critique(
            summary=sanitize.line(self.summary),
            prompt=self.fitted(limit),
            keep=sanitize.lines(self.keep, sanitize.MAX_KEEP, 120),
            idea=sanitize.line(self.idea),
        )


class VerdictForm(Form):
    first: str = ""
    second: str = ""
    reason: str = ""
    winner: Annotated[Literal["first", "second", "tie"], BeforeValidator(_word)]

    def value(self) -> Verdict:
        return Verdict(winner=self.winner, reason=sanitize.line(self.reason))


class InspectionForm(Form):
    answers: list[Seen]
    alt: str = ""

    def useless(self) -> str:
        return "" if self.answers else "`sanitize` is empty."

    def value(self, questions: int) -> Inspection:
        return Inspection(
            answers=in_order(self.answers, questions), alt=sanitize.line(self.alt, MAX_ALT)
        )


class ReplyForm(Form):
    seen: str = ""
    answer: str
    unseen: str = ""

    def useless(self) -> str:
        return "" if self.answer.strip() else "`answer` is empty."

    def value(self) -> Reply:
        return Reply(
            text=sanitize.plain(self.answer, MAX_REPLY), unseen=sanitize.line(self.unseen, MAX_ALT)
        )


class RewrittenForm(Prompted):
    prompt: str

    def prompt_text(self) -> str:
        return self.prompt

    def value(self, limit: int) -> Rewritten:
        return Rewritten(prompt=self.fitted(limit))
