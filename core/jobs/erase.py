"""Erase: something is taken out of a picture, and what is behind it goes on."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.jobs import picture_job
from core.jobs.edit import edited
from core.jobs.job import Basis
from core.jobs.parts import part_of
from core.jobs.picture_job import size_of, worked
from core.jobs.planning import bounded
from core.jobs.shared_options import MaskOption, QualityOption, RegionOption

MOST_NAMED = 200
BEHIND = "Go on with what is behind and around it, in the same light."


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase(Command):
    kind: Literal["erase"] = "erase"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("erase.image")] = None
    what: Annotated[str, Option("erase.what", most=MOST_NAMED, asked=True)] = ""
    region: RegionOption = ""
    mask: MaskOption = None
    quality: QualityOption = None


def plan(command: Erase, basis: Basis) -> Plan:
    what = bounded("name", command.what, MOST_NAMED)
    part = part_of(command.mask, command.region, basis)
    if not what and not part:
        raise BadRequest("Say what shall go, or where it is: for example /erase what: the car.")
    named = what or "what is there"
    work = edited(f"Remove {named}. {BEHIND}", part, command.region, "", basis)
    painter = basis.model_set.doing(work)
    if work.mask and painter is not None and painter.profile.erases:
        work = replace(work, prompts=("",))
    return worked("erase", basis, work, size_of(basis), command.quality, f"Without {named}")


JOB = picture_job.painting(
    command=Erase,
    needs=frozenset({"edit"}),
    plan=plan,
    recipe=picture_job.measured,
    said="{who} erases something of this picture.",
    goal=lambda command: f"Without {command.what}" if command.what else "",
    examples=("erase photo.jpg --region right",),
)
