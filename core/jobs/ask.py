"""Ask: a question about a picture, answered in the thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Iteration, Plan
from core.jobs.job import Basis, Job
from core.jobs.picture_job import size_of
from core.jobs.planning import goal_of
from core.runtime.models import ModelSet
from core.runtime.outcome import StepFailure
from core.runtime.pricing import Paid
from core.steps import reply
from core.steps.describe import Opening
from core.steps.loop import Loop


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAbout(Command):
    """`iteration` "": the picture brought along, else the one of the thread it is said in."""

    kind: Literal["ask"] = "ask"
    iteration: str = ""
    question: Annotated[str, Option("ask.question", most=MAX_GOAL, required=True, long=True)] = ""
    image: Annotated[ImageHandle | None, Option("ask.image")] = None


def plan(command: AskAbout, basis: Basis) -> Plan:
    question = goal_of(command.question)
    if not question:
        raise BadRequest(
            "Ask something about the picture: for example /ask how many boats are there?"
        )
    width, height = size_of(basis)
    return Plan(
        mode="ask",
        rounds=1,
        width=width,
        height=height,
        base=basis.node.id if basis.node else "",
        wish=question,
        rationed=False,
    )


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    return [Paid(step="reply/1", kind="answer", price=model_set.critic.price("answer"), round=1)]


async def recipe(loop: Loop, opening: Opening) -> str:
    await loop.may_go_on(1)
    outcome = await loop.insist(1, "reply/1", reply.reply)
    return f"failed:{outcome.sentence}" if isinstance(outcome, StepFailure) else "done"


def said(who: str, node: Iteration) -> str:
    return f"{who} asks about this picture."


JOB = Job(
    command=AskAbout,
    needs=frozenset(),
    plan=plan,
    calls=calls,
    recipe=recipe,
    said=said,
    shown="picture",
    examples=('ask "how many boats are there?" harbour.jpg',),
)
