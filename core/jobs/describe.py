"""Describe: what is in a picture, and prompts that would paint it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.options import Option
from core.domain.records import Iteration, Plan
from core.jobs.job import Basis, Job
from core.jobs.picture_job import size_of
from core.runtime.models import ModelSet
from core.runtime.outcome import StepFailure
from core.runtime.pricing import Paid
from core.steps import look
from core.steps.describe import Opening
from core.steps.loop import Loop

PROMPTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeImage(Command):
    """`iteration` "": the picture brought along, else the one of the thread it is said in."""

    kind: Literal["describe"] = "describe"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("describe.image")] = None


def plan(command: DescribeImage, basis: Basis) -> Plan:
    width, height = size_of(basis)
    return Plan(
        mode="describe",
        rounds=1,
        candidates=PROMPTS,
        width=width,
        height=height,
        base=basis.node.id if basis.node else "",
        rationed=False,
    )


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    price = model_set.critic.price("describe", plan.candidates)
    return [Paid(step="look/1", kind="describe", price=price, round=1)]


async def recipe(loop: Loop, opening: Opening) -> str:
    await loop.may_go_on(1)
    outcome = await loop.insist(1, "look/1", look.look)
    return f"failed:{outcome.sentence}" if isinstance(outcome, StepFailure) else "done"


def said(who: str, node: Iteration) -> str:
    return f"{who} asks what is in this picture."


JOB = Job(
    command=DescribeImage,
    needs=frozenset(),
    plan=plan,
    calls=calls,
    recipe=recipe,
    said=said,
    shown="picture",
    examples=("describe photo.jpg",),
)
