"""Replace: one thing of a picture gives way to another, which the picture's words name."""

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.edit import edited
from core.jobs.erase import MOST_NAMED
from core.jobs.job import Basis
from core.jobs.parts import part_of
from core.jobs.picture_job import able, size_of, worked
from core.jobs.planning import bounded
from core.jobs.shared_options import MaskOption, QualityOption, RegionOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace(Command):
    kind: Literal["replace"] = "replace"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("replace.image")] = None
    what: Annotated[str, Option("replace.what", most=MOST_NAMED, required=True)] = ""
    instead: Annotated[str, Option("replace.instead", most=MOST_NAMED, required=True)] = ""
    region: RegionOption = ""
    mask: MaskOption = None
    quality: QualityOption = None


def plan(command: Replace, basis: Basis) -> Plan:
    what = bounded("name", command.what, MOST_NAMED)
    instead = bounded("name", command.instead, MOST_NAMED)
    if not what or not instead:
        raise BadRequest(
            "Say what gives way to what: for example /replace what: the dog instead: a cat."
        )
    part = part_of(command.mask, command.region, basis)
    return worked(
        "replace",
        basis,
        _work(what, instead, part, command.region, basis),
        size_of(basis),
        command.quality,
        f"{instead} instead of {what}",
    )


def _work(what: str, instead: str, part: str, region: str, basis: Basis) -> Work:
    """By its name where a painter finds things by name; inside a part that was named the new thing
    alone; else as an instruction."""
    by_name = Work(operation="replace", prompts=(instead,), search=what)
    if not part and basis.model_set.doing(by_name) is not None:
        return able(by_name, basis, f"{what} {instead}")
    asked = f"Replace {what} with {instead}, in the same place, size and light."
    work = edited(asked, part, region, "", basis)
    painter = basis.model_set.doing(work)
    if work.mask and painter is not None and painter.profile.only_masked:
        return dataclasses.replace(work, prompts=(instead,))  # it paints what it reads
    return work


JOB = picture_job.painting(
    command=Replace,
    needs=frozenset({"edit"}),
    plan=plan,
    recipe=picture_job.measured,
    said="{who} replaces something of this picture.",
    goal=lambda command: f"{command.instead} instead of {command.what}",
    examples=('replace photo.jpg --what "the dog" --instead "a cat" --region centre',),
)
