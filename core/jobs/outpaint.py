"""Outpaint: more of a picture beyond its edges; what was there stays to the pixel."""

from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle, Quality
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Iteration, Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis, Job
from core.jobs.picture_job import size_of, worked
from core.jobs.planning import goal_of, within

Direction = Literal["all", "left", "right", "up", "down", "sides", "square"]
LARGEST = 4096  # pixels a side that are kept
MOST_PERCENT = 200
AMOUNT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Outpaint(Command):
    """`amount`: how much is added on each side, in percent of the picture there."""

    kind: Literal["outpaint"] = "outpaint"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("outpaint.image")] = None
    direction: Annotated[Direction, Option("outpaint.direction")] = "all"
    amount: Annotated[int | None, Option("outpaint.amount", least=5, most=MOST_PERCENT)] = None
    goal: Annotated[str, Option("outpaint.goal", most=MAX_GOAL, long=True)] = ""
    quality: Annotated[Quality | None, Option("refine.quality")] = None


def plan(command: Outpaint, basis: Basis) -> Plan:
    goal = goal_of(command.goal)
    amount = within("amount", command.amount, AMOUNT, MOST_PERCENT)
    width, height = size_of(basis)
    left, right, up, down = margins = margins_of(command.direction, amount, width, height)
    wide, high = width + left + right, height + up + down
    if max(wide, high) > LARGEST:
        raise BadRequest(
            f"That would be {wide}×{high} pixels; {LARGEST} a side are kept: add less."
        )
    work = Work(
        operation="outpaint",
        prompts=(goal or "Carry the picture on beyond its edges.",),
        margins=margins,
        kept="source",
    )
    return worked("outpaint", basis, work, (wide, high), command.quality, goal or "More around it")


def margins_of(
    direction: Direction, amount: int, width: int, height: int
) -> tuple[int, int, int, int]:
    """Pixels added left, right, up and down. Raises BadRequest where that is none."""
    if direction == "square":
        across, along = max(0, height - width), max(0, width - height)
        if not across and not along:
            raise BadRequest("This picture is square already.")
        return across // 2, across - across // 2, along // 2, along - along // 2
    across, along = max(1, width * amount // 100), max(1, height * amount // 100)
    every = direction == "all"
    sides = direction == "sides"
    return (
        across if every or sides or direction == "left" else 0,
        across if every or sides or direction == "right" else 0,
        along if every or direction == "up" else 0,
        along if every or direction == "down" else 0,
    )


def said(who: str, node: Iteration) -> str:
    return f"{who} extends this picture."


JOB = Job(
    command=Outpaint,
    needs=frozenset({"outpaint"}),
    plan=plan,
    calls=picture_job.calls,
    recipe=picture_job.recipe,
    said=said,
    shown="picture",
    examples=("outpaint photo.jpg --direction sides --amount 33",),
)
