"""Outpaint: more of a picture beyond its edges; what was there stays to the pixel."""

from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option, Shortcut
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis
from core.jobs.picture_job import worked
from core.jobs.planning import goal_of, within
from core.jobs.shared_options import QualityOption

Direction = Literal["all", "left", "right", "up", "down", "sides", "square"]
Zoom = Literal["1.5", "2"]
Ratio = Literal["1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16", "21:9"]
Margins = tuple[int, int, int, int]
UNSEEN = (1024, 768)  # while the words alone are checked
LARGEST = 4096  # pixels a side that are kept
MOST_PERCENT = 200
AMOUNT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Outpaint(Command):
    """`amount`: how much is added on each side, in percent of the picture there. `zoom` and `ratio`
    say it otherwise: the picture so many times as wide and high, or as much as gives it that shape."""

    kind: Literal["outpaint"] = "outpaint"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("outpaint.image")] = None
    direction: Annotated[Direction, Option("outpaint.direction")] = "all"
    amount: Annotated[int | None, Option("outpaint.amount", least=5, most=MOST_PERCENT)] = None
    zoom: Annotated[Zoom | None, Option("outpaint.zoom")] = None
    ratio: Annotated[Ratio | None, Option("outpaint.ratio")] = None
    goal: Annotated[str, Option("outpaint.goal", most=MAX_GOAL, long=True)] = ""
    quality: QualityOption = None


def plan(command: Outpaint, basis: Basis) -> Plan:
    goal = goal_of(command.goal)
    width, height = basis.size or UNSEEN
    left, right, up, down = margins = _asked(command, width, height)
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


def _asked(command: Outpaint, width: int, height: int) -> Margins:
    """Pixels added left, right, up and down. Raises BadRequest where it is said in two ways, or is
    none."""
    ways = (command.amount, command.zoom, command.ratio)
    if sum(way is not None for way in ways) > 1:
        raise BadRequest("Say how much in one way: by amount, by zoom or by ratio.")
    if (command.zoom or command.ratio) and command.direction != "all":
        raise BadRequest("zoom and ratio add on all sides that need it: leave direction out.")
    if command.zoom:
        share = (float(command.zoom) - 1) / 2
        across, along = max(1, round(width * share)), max(1, round(height * share))
        return across, across, along, along
    if command.ratio:
        return shaped(command.ratio, width, height)
    amount = within("amount", command.amount, AMOUNT, MOST_PERCENT)
    return margins_of(command.direction, amount, width, height)


def shaped(ratio: Ratio, width: int, height: int) -> Margins:
    """What gives a picture this shape, on two opposite sides alike. Raises BadRequest where it has
    it already."""
    wide, high = map(int, ratio.split(":"))
    across = max(0, round(height * wide / high) - width)
    along = 0 if across else max(0, round(width * high / wide) - height)
    if not across and not along:
        is_so = "square" if ratio == "1:1" else ratio
        raise BadRequest(f"This picture is {is_so} already.")
    return across // 2, across - across // 2, along // 2, along - along // 2


def margins_of(direction: Direction, amount: int, width: int, height: int) -> Margins:
    """Pixels added left, right, up and down. Raises BadRequest where that is none."""
    if direction == "square":
        return shaped("1:1", width, height)
    across, along = max(1, width * amount // 100), max(1, height * amount // 100)
    every = direction == "all"
    sides = direction == "sides"
    return (
        across if every or sides or direction == "left" else 0,
        across if every or sides or direction == "right" else 0,
        along if every or direction == "up" else 0,
        along if every or direction == "down" else 0,
    )


JOB = picture_job.painting(
    command=Outpaint,
    needs=frozenset({"outpaint"}),
    plan=plan,
    said="{who} extends this picture.",
    ways=(
        Shortcut("way.left", {"direction": "left"}),
        Shortcut("way.right", {"direction": "right"}),
        Shortcut("way.up", {"direction": "up"}),
        Shortcut("way.down", {"direction": "down"}),
        Shortcut("way.zoom_some", {"zoom": "1.5"}),
        Shortcut("way.zoom_much", {"zoom": "2"}),
        Shortcut("way.square", {"direction": "square"}),
        Shortcut("way.wide", {"ratio": "16:9"}),
    ),
    examples=("outpaint photo.jpg --direction sides --amount 33",),
)
