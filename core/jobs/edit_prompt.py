"""Edit prompt: a branch whose first round paints a person's own prompt."""

from dataclasses import dataclass, replace
from typing import Literal

from core.domain.commands import Command
from core.domain.records import Plan
from core.jobs.job import Basis, Job
from core.jobs.planning import next_plan, prompt_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPrompt(Command):
    kind: Literal["edit_prompt"] = "edit_prompt"
    iteration: str
    prompt: str


def plan(command: EditPrompt, basis: Basis) -> Plan:
    prompt = prompt_of(command.prompt, basis.model_set.painter.profile.prompt_limit)
    return replace(next_plan(basis), first_prompt=prompt)


JOB = Job(
    command=EditPrompt,
    who="owner",
    plan=plan,
    said="{who} edited the prompt of round {round}; a new branch grows from it.",
    slash=False,
)
