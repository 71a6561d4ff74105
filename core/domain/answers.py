"""What a critic says, as data: the records that cross back from a vision model."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Box:
    """A part of an image; fractions of width and height, 0-1, origin at the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A first prompt and 6-12 yes/no questions. `words`: the prompt for people ("" = all of it).
    `depends`: for each question the number of the earlier one it hangs from, 0 = none; `variants`:
    other prompts for the same, for the other candidates; `note`: what people should know before they
    look, such as words that can't be painted."""

    kind: Literal["description"] = "description"
    prompt: str
    checklist: tuple[str, ...] = ()
    depends: tuple[int, ...] = ()
    variants: tuple[str, ...] = ()
    words: str = ""
    alt: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is wrong; `box` where it is local."""

    what: str
    box: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Critique:
    """At most three differences, largest first; what to keep; the improved prompt; one new idea;
    `variants`: other prompts that try other ways, for the other candidates."""

    kind: Literal["critique"] = "critique"
    summary: str
    prompt: str
    differences: tuple[Difference, ...] = ()
    keep: tuple[str, ...] = ()
    idea: str = ""
    words: str = ""
    alt: str = ""
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A duel's answer."""

    kind: Literal["verdict"] = "verdict"
    winner: Literal["first", "second", "tie"]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One answer per question, in order; None where it can't be told."""

    kind: Literal["inspection"] = "inspection"
    answers: tuple[bool | None, ...]
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """The new prompt."""

    kind: Literal["rewritten"] = "rewritten"
    prompt: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a question about an image; `unseen` says what of it can't be told from the image,
    "" where all of it can."""

    kind: Literal["reply"] = "reply"
    text: str
    unseen: str = ""
