"""Ask: a question about a picture, answered in the thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.jobs.free_job import asking, plan_of, unpainted
from core.jobs.job import Basis
from core.jobs.picture_job import size_of
from core.jobs.planning import goal_of
from core.runtime.models import ModelSet
from core.runtime.pricing import Paid
from core.steps import reply


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
    return plan_of("ask", basis, size=size_of(basis), wish=question)


def calls(plan: Plan, model_set: ModelSet) -> Sequence[Paid]:
    return [Paid(step="reply/1", kind="answer", price=model_set.critic.price("answer"), round=1)]


JOB = unpainted(
    command=AskAbout,
    plan=plan,
    calls=calls,
    recipe=asking("reply/1", reply.reply),
    said="{who} asks about this picture.",
    examples=('ask "how many boats are there?" harbour.jpg',),
)
