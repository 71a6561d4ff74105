"""Edit: what an instruction says is changed in a picture; everything else stays as it was."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis
from core.jobs.parts import in_words, marks_of, part_of
from core.jobs.picture_job import able, size_of, worked
from core.jobs.planning import bounded
from core.jobs.shared_options import MaskOption, QualityOption, RegionOption

REST_STAYS = (
    "Change nothing else: everything the instruction does not name stays exactly as it is, in its "
    "place, its colours and its light."
)
MARKED = (
    "The second picture is the first with marks drawn over it (arrows, circles, words): they say "
    "what is meant and where. Do what they say; none of the marks is in the result."
)

LAYERED = (
    "The marks drawn over the picture (arrows, circles, words) say what is meant and where. Do what "
    "they say; none of them is in the result."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Command):
    """`mask` (white, transparent or black = edit, told apart) or `region` says where, `marks` drawn
    over the picture what and where. Without any the instruction says it."""

    kind: Literal["edit"] = "edit"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("edit.image")] = None
    instruction: Annotated[
        str, Option("edit.instruction", most=MAX_GOAL, required=True, long=True)
    ] = ""
    region: RegionOption = ""
    mask: MaskOption = None
    marks: Annotated[ImageHandle | None, Option("edit.marks", holds="marks")] = None
    quality: QualityOption = None


def plan(command: Edit, basis: Basis) -> Plan:
    asked = bounded("instruction", command.instruction, MAX_GOAL)
    marks = marks_of(command.marks, command.mask, basis)
    part = part_of(command.mask, command.region, basis)
    if not asked and not marks:
        raise BadRequest(
            "Say what shall change: for example /edit instruction: paint the door red."
        )
    work = edited(asked or "Do what the marks say.", part, command.region, marks, basis)
    return worked("edit", basis, work, size_of(basis), command.quality, asked)


def edited(asked: str, part: str, region: str, marks: str, basis: Basis) -> Work:
    """The work of an edit: inside the part where its painter takes masks, else as an instruction for
    the whole picture, whose outside is measured. Raises BadRequest where nobody here can."""
    inside = Work(operation="edit", prompts=(asked,), mask=part, marks=marks)
    painter = basis.model_set.doing(inside)
    layered = painter is not None and painter.profile.markup
    told = f"{asked}\n\n{LAYERED if layered else MARKED}" if marks else asked
    inside = replace(inside, prompts=(told,))
    if part and (painter is not None or not region):
        return able(inside, basis, asked)
    where = f"Change only {in_words(region)} of the picture. " if region else ""
    whole = f"{where}{told}\n\n{REST_STAYS}"
    return able(replace(inside, mask="", outside=part, prompts=(whole,)), basis, asked)


JOB = picture_job.painting(
    command=Edit,
    needs=frozenset({"edit"}),
    plan=plan,
    recipe=picture_job.measured,
    said="{who} edits this picture.",
    goal=lambda command: command.instruction,
    examples=('edit photo.jpg --instruction "paint the door red" --region "bottom left"',),
)
