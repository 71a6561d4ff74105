"""Comic: the last scenes of a story as a page of panels, lettered here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Iteration, Plan
from core.jobs.job import Basis, Job
from core.jobs.journey import scenes_of
from core.jobs.planning import within
from core.steps import pictured
from core.steps.describe import Opening
from core.steps.loop import Loop

LEAST, MOST, USUAL = 2, 6, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeComic(Command):
    """`session` "": the story of the thread it is said in."""

    kind: Literal["comic"] = "comic"
    session: Annotated[str, Option("continue.session", suggest="sessions")] = ""
    panels: Annotated[int | None, Option("comic.panels", least=LEAST, most=MOST)] = None


def plan(command: MakeComic, basis: Basis) -> Plan:
    there = sum(not node.discarded for node in basis.path)
    if there < LEAST:
        raise BadRequest("A comic needs two scenes of a story at least: /journey tells one.")
    panels = min(there, within("panels", command.panels, USUAL, MOST))
    base = basis.node.id if basis.node else ""
    return Plan(mode="comic", rounds=1, candidates=panels, base=base, rationed=False)


async def recipe(loop: Loop, opening: Opening) -> str:
    await loop.may_go_on(1)
    await loop.step("comic/1", pictured.comic)
    return "done"


def said(who: str, node: Iteration) -> str:
    return ""


def among(nodes: Sequence[Iteration]) -> Sequence[Iteration]:
    return scenes_of(nodes) or nodes


JOB = Job(
    command=MakeComic,
    needs=frozenset(),
    plan=plan,
    recipe=recipe,
    said=said,
    among=among,
    shown="picture",
    examples=("comic --session SESSION --panels 6",),
)
