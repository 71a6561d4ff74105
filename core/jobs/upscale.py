"""Upscale: a picture two or four times as large, by a model that can, else by Lanczos for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.work import Work
from core.imaging import tasks
from core.imaging.formats import MAX_EDGE_STORED
from core.jobs import picture_job
from core.jobs.free_job import derived, unpainted
from core.jobs.job import Basis
from core.jobs.picture_job import size_of, worked
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid
from core.steps.describe import Opening
from core.steps.loop import Loop

Factor = Literal["2", "4"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upscale(Command):
    kind: Literal["upscale"] = "upscale"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("upscale.image")] = None
    factor: Annotated[Factor, Option("upscale.factor")] = "2"


def plan(command: Upscale, basis: Basis) -> Plan:
    factor = int(command.factor)
    size = size_of(basis)
    wide, high = size[0] * factor, size[1] * factor
    if basis.size is not None and max(wide, high) > MAX_EDGE_STORED:
        smaller = ": take factor 2" if factor > 2 and max(size) * 2 <= MAX_EDGE_STORED else ""
        raise BadRequest(
            f"That would be {wide}×{high} pixels; {MAX_EDGE_STORED} a side are kept{smaller}."
        )
    work = Work(operation="upscale", prompts=("",), kept="size")
    wish = f"{factor} times as large"
    return worked("upscale", basis, work, (wide, high), wish=wish)


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    """Nothing where no model enlarges: Lanczos is free."""
    by_model = plan.work is not None and model_set.doing(plan.work) is not None
    return picture_job.calls(plan, model_set) if by_model else ()


async def recipe(loop: Loop, opening: Opening) -> str:
    plan = opening.plan
    if plan.work is not None and loop.ctx.model_set.doing(plan.work) is not None:
        return await picture_job.recipe(loop, opening)
    make = partial(tasks.enlarged, (plan.width, plan.height))
    words = f"{plan.width}×{plan.height} by Lanczos: larger and smooth, no detail is added"
    return await derived(loop, make, words)


JOB = unpainted(
    command=Upscale,
    plan=plan,
    calls=calls,
    recipe=recipe,
    said="{who} enlarges this picture.",
    examples=("upscale photo.jpg --factor 2",),
)
