"""Vary: other pictures like this one, a little or a lot."""

from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_CANDIDATES, MAX_GOAL
from core.domain.options import Option, Shortcut
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis
from core.jobs.picture_job import size_of, worked
from core.jobs.planning import goal_of, within
from core.jobs.shared_options import QualityOption

By = Literal["subtle", "strong"]
STRENGTH: dict[By, float] = {"subtle": 0.3, "strong": 0.75}
ASKED: dict[By, str] = {
    "subtle": "The same picture with small differences in its details; composition, subject and "
    "style stay.",
    "strong": "The same subject and mood in another composition, with other details.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vary(Command):
    """`iteration` "": the picture brought along, else the one of the thread it is said in."""

    kind: Literal["vary"] = "vary"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("vary.image")] = None
    by: Annotated[By, Option("vary.by")] = "subtle"
    goal: Annotated[str, Option("vary.goal", most=MAX_GOAL, long=True)] = ""
    candidates: Annotated[int | None, Option("vary.candidates", most=MAX_CANDIDATES)] = None
    quality: QualityOption = None


def plan(command: Vary, basis: Basis) -> Plan:
    goal = goal_of(command.goal)
    prompt = f"{ASKED[command.by]} {goal}".strip()
    if basis.node is not None:
        prompt = f"{prompt}\n\n{basis.node.prompt}"
    count = within("candidates", command.candidates, 2, MAX_CANDIDATES)
    work = Work(operation="vary", prompts=(prompt,) * count, strength=STRENGTH[command.by])
    wish = goal or f"A {command.by} variation"
    return worked("vary", basis, work, size_of(basis), command.quality, wish)


JOB = picture_job.painting(
    command=Vary,
    needs=frozenset({"vary"}),
    plan=plan,
    said="{who} varies this picture.",
    ways=(Shortcut("way.subtle", {"by": "subtle"}), Shortcut("way.strong", {"by": "strong"})),
    examples=("vary photo.jpg --by strong --candidates 4",),
)
