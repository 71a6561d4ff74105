"""What crosses the border to a vision model. Images are encoded bytes; answers are validated data.

`user` of a question is a salted hash of the person it is asked for: turns are shared out by it.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Literal, Protocol, TypeVar

from core.domain.answers import Critique, Description, Inspection, Reply, Rewritten, Verdict
from core.domain.commands import Leap
from core.domain.story import Scene
from core.models.painter import Cost, PainterProfile
from core.models.story import Tell

T_co = TypeVar("T_co", covariant=True)
Ask = Literal["describe", "compare", "evolve", "duel", "check", "rewrite", "tell", "answer"]
Task = Literal["describe", "compare", "evolve", "duel", "inspect", "rewrite", "tell", "answer"]


@dataclass(frozen=True, slots=True)
class PastRound:
    """An image of the history: what was asked for, whole, and how it came out. `answers` to the
    checklist, in its order; `round` counts within the run, 0 = before it."""

    prompt: str
    score: float | None
    critique: str
    won: bool
    round: int = 0
    candidate: int = 0
    answers: tuple[bool | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Describe:
    """Write the first prompt for a reference, a goal, or a reference that a goal changes.

    `prompts`: how many different ones are wanted; `painter` is who reads them.
    """

    kind: Literal["describe"] = "describe"
    reference: bytes | None = None
    goal: str = ""
    limit: int = 4000
    prompts: int = 1
    painter: PainterProfile | None = None
    seed: int = 0
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """Say what is wrong with the champion and write the next prompt.

    `challenger` is the round's image where it lost to the champion, `challenger_prompt` what it was
    painted from. `seed` is 0 in a session's first run and another one in each branch. `goal` is the person's own
    sentence. `wish` is a person's edit of the critique, to be followed. `failed` are the
    checklist's questions the champion fails, `answers` what was answered for it, in their order.
    """

    kind: Literal["compare"] = "compare"
    reference: bytes | None
    goal: str
    champion: bytes
    champion_prompt: str
    challenger: bytes | None = None
    challenger_prompt: str = ""
    history: tuple[PastRound, ...] = ()
    checklist: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    answers: tuple[bool | None, ...] = ()
    limit: int = 4000
    prompts: int = 1
    painter: PainterProfile | None = None
    round: int = 1
    wish: str = ""
    seed: int = 0
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """Depart from the previous image into a style."""

    kind: Literal["transform"] = "transform"
    previous: bytes
    previous_prompt: str
    original: bytes | None
    goal: str
    style: str
    leap: Leap = "medium"
    lock: bool = False
    limit: int = 4000
    painter: PainterProfile | None = None
    round: int = 1
    seed: int = 0
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """Which of two images is nearer to the reference, or to the goal?"""

    kind: Literal["duel"] = "duel"
    reference: bytes | None
    goal: str
    first: bytes
    second: bytes
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect:
    """Answer a checklist for an image. `depends`: for each question the number (from 1) of an earlier
    one without whose yes it has no sense; 0 = none."""

    kind: Literal["inspect"] = "inspect"
    image: bytes
    goal: str
    checklist: tuple[str, ...]
    depends: tuple[int, ...] = ()
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Turn a prompt into another: softened after a refusal, shortened, translated, or as told."""

    kind: Literal["rewrite"] = "rewrite"
    task: Literal["soften", "shorten", "translate", "instruct"]
    prompt: str
    instruction: str = ""
    limit: int = 4000
    painter: PainterProfile | None = None
    user: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Answer a person's question about an image; `earlier` are questions and answers before it."""

    kind: Literal["answer"] = "answer"
    image: bytes
    question: str
    earlier: tuple[tuple[str, str], ...] = ()
    user: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T_co]):
    """A critic's answer and what it cost."""

    value: T_co
    cost: Cost | None = None
    request_id: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticProfile:
    """What a critic is. `duels` False: it decides by the measured score alone."""

    provider: str
    model: str
    repeatable: bool = False
    embedded: bool = False
    duels: bool = True
    timeout_s: float = 120.0

    @property
    def name(self) -> str:
        return f"{self.provider}:{self.model}"


class Critic(Protocol):
    """A vision model. Every method raises a `core.domain.errors.ProviderError` where it can't answer."""

    @property
    def profile(self) -> CriticProfile: ...

    def price(self, ask: Ask, prompts: int = 1) -> Decimal | None:
        """The most one such call can cost in dollars, None if unknown; of one that writes so many
        prompts. No I/O."""
        ...

    async def describe(self, ask: Describe) -> Answer[Description]: ...

    async def compare(self, ask: Compare) -> Answer[Critique]: ...

    async def evolve(self, ask: Transform) -> Answer[Critique]: ...

    async def duel(self, ask: Duel) -> Answer[Verdict]: ...

    async def inspect(self, ask: Inspect) -> Answer[Inspection]: ...

    async def rewrite(self, ask: Rewrite) -> Answer[Rewritten]: ...

    async def tell(self, ask: Tell) -> Answer[Scene]: ...

    async def answer(self, ask: Query) -> Answer[Reply]: ...

    async def close(self) -> None: ...
