"""Restyle: the same picture in another style."""

from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis
from core.jobs.picture_job import able, size_of, worked
from core.jobs.planning import bounded, goal_of
from core.jobs.shared_options import QualityOption

MOST_STYLE = 120
STRENGTH = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Restyle(Command):
    kind: Literal["restyle"] = "restyle"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("restyle.image")] = None
    style: Annotated[
        str, Option("restyle.style", most=MOST_STYLE, suggest="styles", required=True)
    ] = ""
    goal: Annotated[str, Option("restyle.goal", most=MAX_GOAL, long=True)] = ""
    quality: QualityOption = None


def plan(command: Restyle, basis: Basis) -> Plan:
    style = bounded("style", command.style, MOST_STYLE)
    if not style:
        raise BadRequest("Say which style: for example /restyle style: ukiyo-e.")
    work = restyled((style,), goal_of(command.goal), basis)
    return worked("restyle", basis, work, size_of(basis), command.quality, f"In {style}")


def restyled(styles: tuple[str, ...], goal: str, basis: Basis) -> Work:
    """The picture worked on in each of these styles: painted over by who follows an instruction,
    else begun from. Raises BadRequest where nobody here can."""
    told = tuple(
        f"Paint this picture anew in the style of {style}. Subject, composition and view stay; "
        f"colours, light and strokes are the style's. {goal}".strip()
        for style in styles
    )
    if (own := _by_formula(styles, goal, basis)) is not None:
        return own
    whole = Work(operation="edit", prompts=told)
    if basis.model_set.doing(whole) is not None:
        return able(whole, basis, goal)
    shown = basis.node.prompt if basis.node is not None else ""
    begun = tuple(
        "\n\n".join(filter(None, (f"In the style of {style}.", goal, shown))) for style in styles
    )
    return able(
        Work(operation="vary", prompts=begun, strength=STRENGTH, styles=styles), basis, goal
    )


def _by_formula(styles: tuple[str, ...], goal: str, basis: Basis) -> Work | None:
    """The embedded engine paints pictures over in the styles it knows; None where another paints.
    Raises BadRequest."""
    work = Work(operation="style", prompts=styles, styles=styles)
    painter = basis.model_set.doing(work)
    if painter is None or not painter.profile.embedded:
        return None
    known = basis.model_set.styles
    if unknown := next((style for style in styles if style.casefold() not in known), ""):
        raise BadRequest(
            f"The embedded engine has no style “{unknown}”: it has {', '.join(known)}."
        )
    if goal:
        raise BadRequest("The embedded engine changes the style alone: leave the other words out.")
    return work


JOB = picture_job.painting(
    command=Restyle,
    needs=frozenset({"vary"}),
    plan=plan,
    said="{who} has this picture in another style.",
    goal=lambda command: f"In the style of {command.style}. {command.goal}".strip(),
    examples=("restyle photo.jpg --style ukiyo-e",),
)
