"""Comic: the last scenes of a story as a page of panels, lettered here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Iteration, Plan
from core.jobs.free_job import drawing, plan_of, unpainted
from core.jobs.job import Basis
from core.jobs.journey import scenes_of
from core.jobs.planning import within
from core.jobs.shared_options import SessionOption
from core.steps import pictured

LEAST, MOST, USUAL = 2, 6, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeComic(Command):
    """`session` "": the story of the thread it is said in."""

    kind: Literal["comic"] = "comic"
    session: SessionOption = ""
    panels: Annotated[int | None, Option("comic.panels", least=LEAST, most=MOST)] = None


def plan(command: MakeComic, basis: Basis) -> Plan:
    there = sum(not node.discarded for node in basis.path)
    if there < LEAST:
        raise BadRequest("A comic needs two scenes of a story at least: /journey tells one.")
    panels = min(there, within("panels", command.panels, USUAL, MOST))
    return plan_of("comic", basis, candidates=panels)


def among(nodes: Sequence[Iteration]) -> Sequence[Iteration]:
    return scenes_of(nodes) or nodes


JOB = unpainted(
    command=MakeComic,
    plan=plan,
    recipe=drawing("comic/1", pictured.comic),
    among=among,
    examples=("comic --session SESSION --panels 6",),
)
