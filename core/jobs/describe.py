"""Describe: what is in a picture, and prompts that would paint it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.options import Option
from core.domain.records import Plan
from core.jobs.free_job import asking, plan_of, unpainted
from core.jobs.job import Basis
from core.jobs.picture_job import size_of
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid
from core.steps import look

PROMPTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeImage(Command):
    """`iteration` "": the picture brought along, else the one of the thread it is said in."""

    kind: Literal["describe"] = "describe"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("describe.image")] = None


def plan(command: DescribeImage, basis: Basis) -> Plan:
    return plan_of("describe", basis, size=size_of(basis), candidates=PROMPTS)


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    price = model_set.critic.price("describe", plan.candidates)
    return [Paid(step="look/1", kind="describe", price=price, round=1)]


JOB = unpainted(
    command=DescribeImage,
    plan=plan,
    calls=calls,
    recipe=asking("look/1", look.look),
    said="{who} asks what is in this picture.",
    examples=("describe photo.jpg",),
)
