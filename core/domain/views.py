"""What the updates show of a run: its price, its images, and what was measured of them.

Money is Decimal dollars or None where unknown; scores are 0-100 or None.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from core.domain.answers import Box
from core.domain.story import Decides


@dataclass(frozen=True, slots=True)
class Quote:
    """The ceiling shown before a run. `at_most` and `likely` are None where a price is unknown.
    `roles`: what each of the models does, as pairs of painter, editor, critic or judge and its name."""

    rounds: int
    images: int
    at_most: Decimal | None
    likely: Decimal | None
    minutes: float | None
    models: tuple[str, ...] = ()
    embedded: bool = False
    roles: tuple[tuple[str, str], ...] = ()


CloserLook = Literal["", "agrees", "insists", "unsure"]
"""Asked once more: the judge says what was measured, what it had said, or can't tell."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question of the checklist and its answer for an image; None = could not be told. Where it
    was measured: `read` is what is there instead ("–" nothing like it), `box` where; `claimed` what
    the judge had said, None where it said the same; `closer` what it said of that part, enlarged, ""
    where it was not asked."""

    question: str
    passed: bool | None
    read: str = ""
    claimed: bool | None = None
    box: Box | None = None
    closer: CloserLook = ""

    @property
    def told(self) -> str:
        """The question, and what is read there instead."""
        return f"{self.question} (“{self.read}”)" if self.read else self.question


Measure = Literal["", "pixels", "likeness", "checklist"]
"""What a score is: how far the pixels are where they were; how far the same is shown, wherever it
moved; the share of the checklist that holds. Posts of 0.1.0 don't say."""


@dataclass(frozen=True, slots=True)
class Score:
    """How near an image is to what was asked for, 0-100, and the parts of it that were measured,
    0-1 (goal alone: none)."""

    value: float
    detail: float | None = None
    layout: float | None = None
    colour: float | None = None
    measure: Measure = ""


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One image of a round as people see it. `image` is its content hash."""

    iteration: str
    image: str
    width: int
    height: int
    alt: str
    score: Score | None = None
    checks: tuple[Check, ...] = ()
    seed: int | None = None
    revised_prompt: str = ""

    @property
    def round(self) -> int:
        """The round of its run it was painted in: its id says so."""
        number = self.iteration.rsplit(".", 2)[-2:][0]
        return int(number) if number.isdecimal() else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneView:
    """A scene of a story as people read it. `choices`: the ways on, none at its end; `before`: the
    iteration of the scene before, "" for the first."""

    text: str
    choices: tuple[str, ...] = ()
    title: str = ""
    scene: int = 1
    scenes: int = 1
    decides: Decides = "owner"
    before: str = ""
