"""Blend: one picture out of two to four."""

from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.work import Work
from core.imaging.formats import PICTURE
from core.jobs import picture_job
from core.jobs.job import Basis
from core.jobs.parts import UNSEEN
from core.jobs.picture_job import able, size_of, worked
from core.jobs.planning import goal_of
from core.jobs.shared_options import QualityOption

MOST = 4
ASKED = (
    "Make one picture out of these {count}: what each is of is in it, in one place, one light and one "
    "style, as if it had always been one picture. It has the first one's shape."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend(Command):
    """`image`, or the picture of the iteration or thread, is the first; the others go with it."""

    kind: Literal["blend"] = "blend"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("blend.image")] = None
    image2: Annotated[ImageHandle | None, Option("blend.image2")] = None
    image3: Annotated[ImageHandle | None, Option("blend.image2")] = None
    image4: Annotated[ImageHandle | None, Option("blend.image2")] = None
    goal: Annotated[str, Option("blend.goal", most=MAX_GOAL, long=True)] = ""
    quality: QualityOption = None


def plan(command: Blend, basis: Basis) -> Plan:
    goal = goal_of(command.goal)
    given = {"image2": command.image2, "image3": command.image3, "image4": command.image4}
    names = [name for name, handle in given.items() if handle is not None]
    if PICTURE in command.unused:
        raise BadRequest(f"{MOST} pictures are blended at most: leave some out.")
    if not names:
        raise BadRequest("A blend needs two pictures at least: bring image2 along.")
    further = tuple(basis.pictures[name].hash for name in names if name in basis.pictures)
    asked = ASKED.format(count=len(names) + 1)
    work = Work(
        operation="vary",
        prompts=(f"{asked} {goal}".strip(),),
        sources=further or (UNSEEN,) * len(names),
    )
    wish = goal or f"{len(names) + 1} pictures in one"
    return worked("blend", basis, able(work, basis, goal), size_of(basis), command.quality, wish)


JOB = picture_job.painting(
    command=Blend,
    needs=frozenset({"vary"}),
    plan=plan,
    said="{who} blends this picture with others.",
    examples=("blend fox.jpg harbour.jpg",),
)
