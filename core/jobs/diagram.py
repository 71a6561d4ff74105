"""Diagram: clean boxes and arrows from a sentence, a photograph or a scribble."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis, Job
from core.jobs.picture_job import worked
from core.jobs.planning import goal_of, size_for
from core.jobs.shared_options import QualityOption
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid
from core.steps import labels
from core.steps.describe import Opening
from core.steps.loop import Loop

LOOK = (
    "A clean diagram on a plain white ground: rectangles with one label each, straight arrows with "
    "clear heads, one plain typeface, even spacing, no decoration, nothing cut off. Every label "
    "stands exactly once and is spelled exactly as given."
)
REDRAWN = "Redraw what the picture shows as such a diagram; keep its boxes, words and arrows."
QUOTED = re.compile(
    r'"([^"]{1,60})"|“([^“”]{1,60})”|„([^„“”]{1,60})[“”]|«([^«»]{1,60})»|»([^«»]{1,60})«'
)
MOST_LABELS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram(Command):
    """`goal`: who does what with whom, in a sentence; words in quotes are labels. `image`: a scribble
    or a photograph of one, drawn anew."""

    kind: Literal["diagram"] = "diagram"
    iteration: str = ""
    goal: Annotated[str, Option("diagram.goal", most=MAX_GOAL, asked=True, long=True)] = ""
    image: Annotated[ImageHandle | None, Option("diagram.image")] = None
    size: Annotated[str | None, Option("refine.size", suggest="sizes")] = None
    quality: QualityOption = None


def begins(command: Diagram) -> bool:
    """A sentence alone is a diagram of its own, also in a thread."""
    return not command.iteration


def plan(command: Diagram, basis: Basis) -> Plan:
    goal = goal_of(command.goal)
    over = command.image is not None or basis.node is not None
    if not goal and not over:
        raise BadRequest(
            "Say what the diagram shows: for example "
            "/diagram a client asks a server, which reads a database."
        )
    if over and basis.model_set.embedded:
        raise BadRequest(
            "The embedded engine draws diagrams from sentences alone: say in one what it shows."
        )
    size = size_for(command.size, basis.model_set, basis.size)
    if basis.model_set.embedded:
        return worked("diagram", basis, _embedded(goal), size, command.quality, goal)
    work = Work(
        operation="vary" if over else "generate",
        prompts=("\n\n".join(filter(None, (goal, REDRAWN if over else "", LOOK))),),
        over=over,
        strength=0.8,
    )
    return worked("diagram", basis, work, size, command.quality, goal or "A diagram of the picture")


def _embedded(goal: str) -> Work:
    """Its grammar reads the sentence and letters it with a real typeface."""
    return Work(prompts=(f"Diagram: {goal}",), over=False)


def labels_in(goal: str) -> tuple[str, ...]:
    """What stands in quotes, each once."""
    found = ("".join(groups).strip() for groups in QUOTED.findall(goal))
    return tuple(dict.fromkeys(label for label in found if label))[:MOST_LABELS]


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """Where labels are given in quotes the judge reads them back, once."""
    paid = list(picture_job.calls(plan, model_set))
    if labels_in(plan.wish) and not model_set.embedded:
        price = model_set.judge.price("check")
        paid.append(Paid(step="labels/1", kind="check", price=price, round=1))
    return paid


async def recipe(loop: Loop, opening: Opening) -> str:
    asked = labels_in(opening.plan.wish)
    return await loop.picture(look=labels.read_back if asked else None, about=asked)


JOB = Job(
    command=Diagram,
    needs=frozenset({"generate"}),
    plan=plan,
    calls=calls,
    recipe=recipe,
    said="{who} has this drawn as a diagram.",
    shown="picture",
    starts=begins,
    examples=('diagram --goal "a client asks a server, which reads a database"',),
)
