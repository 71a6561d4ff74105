"""What a trial measures: prompts with typed yes/no questions, and what came of each."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

QuestionKind = Literal[
    "object", "colour", "count", "place", "lettering", "relation", "style", "unchanged", "other"
]
SHOWS, END = "Does the picture show ", "?"


@dataclass(frozen=True, slots=True)
class TypedQuestion:
    """A yes/no question about a picture; yes is right. `kind`: what has to be seen for it."""

    text: str
    kind: QuestionKind = "other"

    @property
    def phrase(self) -> str:
        """What a prompt says of it: the question without its frame, where it has that one."""
        return self.text.removeprefix(SHOWS).removesuffix(END)


@dataclass(frozen=True, slots=True)
class TrialPrompt:
    """A sentence to be painted and the questions that its picture should answer with yes."""

    id: str
    prompt: str
    questions: tuple[TypedQuestion, ...]
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """One prompt by one policy. `passed`: the answers for what the policy gives in the end; `rounds`:
    the same for the best so far after each round; `usd` is what painting, looking and judging
    cost, `grading_usd` what asking for the answers cost. `error` is why there is no picture."""

    policy: str
    model: str
    prompt: str
    group: str
    seed: int
    passed: tuple[bool, ...] = ()
    rounds: tuple[tuple[bool, ...], ...] = ()
    usd: Decimal = Decimal(0)
    grading_usd: Decimal = Decimal(0)
    seconds: float = 0.0
    image: str = ""
    error: str = ""

    @property
    def solved(self) -> bool:
        return bool(self.passed) and all(self.passed)

    @property
    def share(self) -> float:
        """Share of the questions answered yes, 0-1."""
        return sum(self.passed) / len(self.passed) if self.passed else 0.0

    @property
    def peak(self) -> float:
        """The best share of any round, 0-1."""
        return max((sum(each) / len(each) for each in self.rounds if each), default=self.share)

    @property
    def retention(self) -> float:
        """How much of the peak the end still has, 0-1."""
        return self.share / self.peak if self.peak else 1.0
