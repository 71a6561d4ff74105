"""Crop: the middle of a picture in another shape, for nothing: the other way beside outpainting."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.errors import BadRequest
from core.domain.options import Option, Shortcut
from core.domain.records import Plan
from core.domain.work import Work
from core.imaging import tasks
from core.jobs.free_job import derived, unpainted
from core.jobs.job import Basis
from core.jobs.outpaint import UNSEEN, Ratio
from core.jobs.picture_job import worked
from core.steps.describe import Opening
from core.steps.loop import Loop

Kept = Literal["start", "middle", "end"]
SHARE: dict[Kept, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop(Command):
    """`keep`: which end of the side that is cut stays: left or top, the middle, right or bottom."""

    kind: Literal["crop"] = "crop"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("crop.image")] = None
    ratio: Annotated[Ratio, Option("crop.ratio")] = "1:1"
    keep: Annotated[Kept, Option("crop.keep")] = "middle"


def plan(command: Crop, basis: Basis) -> Plan:
    size = basis.size or UNSEEN
    wide, high = cropped_size(command.ratio, *size)
    if basis.size is not None and (wide, high) == size:
        raise BadRequest(f"This picture is {command.ratio} already.")
    work = Work(operation="edit", prompts=(), strength=SHARE[command.keep])
    return worked("crop", basis, work, (wide, high), wish=f"Cropped to {command.ratio}")


def cropped_size(ratio: Ratio, width: int, height: int) -> tuple[int, int]:
    """The largest part of this shape, in pixels."""
    wide, high = map(int, ratio.split(":"))
    if width * high > height * wide:
        return max(1, round(height * wide / high)), height
    return width, max(1, round(width * high / wide))


async def recipe(loop: Loop, opening: Opening) -> str:
    plan = opening.plan
    share = plan.work.strength if plan.work else 0.5
    make = partial(tasks.cropped, (plan.width, plan.height), share)
    words = f"Cropped to {plan.width}×{plan.height}: what is left is as it was"
    return await derived(loop, make, words)


JOB = unpainted(
    command=Crop,
    plan=plan,
    recipe=recipe,
    said="{who} crops this picture.",
    ways=(
        Shortcut("way.crop_square", {"ratio": "1:1"}),
        Shortcut("way.crop_wide", {"ratio": "16:9"}),
    ),
    examples=("crop photo.jpg --ratio 1:1",),
)
