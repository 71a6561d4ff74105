"""Put the rest back: what an edit changed besides is taken from the original again, for nothing."""

from dataclasses import dataclass
from typing import Literal

from core.domain.commands import Command
from core.domain.errors import BadRequest
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs.free_job import unpainted
from core.jobs.job import Basis
from core.jobs.picture_job import size_of, worked
from core.steps import stayed
from core.steps.describe import Opening
from core.steps.loop import Loop

MEASURED = frozenset({"edit", "erase", "replace"})
"""The jobs whose results are measured against what they were made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack(Command):
    kind: Literal["put_back"] = "put_back"
    iteration: str


def plan(command: PutBack, basis: Basis) -> Plan:
    work = basis.old.work if basis.old is not None else None
    if basis.old is None or work is None or basis.old.mode not in MEASURED:
        raise BadRequest("Only an edited picture has a rest that can be put back.")
    kept = Work(operation="edit", prompts=(), mask=work.mask or work.outside)
    return worked("put_back", basis, kept, size_of(basis))


async def recipe(loop: Loop, opening: Opening) -> str:
    loop.champion = await loop.step("derive/1", stayed.put_back)
    return "done"


JOB = unpainted(
    command=PutBack,
    plan=plan,
    recipe=recipe,
    said="{who} has the rest put back.",
    slash=False,
)
