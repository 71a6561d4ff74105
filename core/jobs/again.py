"""Again, otherwise: an image's prompt once more, in another size or quality, or by another model."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from core.domain.commands import Command
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.jobs import paint_again
from core.jobs.job import Basis, Job
from core.jobs.paint_again import PaintAgain
from core.jobs.picture_job import able
from core.jobs.planning import prompt_of, quality_of, size_for
from core.jobs.shared_options import QualityOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Again(Command):
    """`iteration` "": the best of the thread it is said in."""

    kind: Literal["again"] = "again"
    iteration: str = ""
    size: Annotated[str | None, Option("again.size", suggest="sizes")] = None
    quality: QualityOption = None
    painter: Annotated[str, Option("again.model", wire="model", suggest="painters")] = ""


def plan(command: Again, basis: Basis) -> Plan:
    if not (command.size or command.quality or command.painter):
        raise BadRequest("Say what shall be different: its size, its quality or its model.")
    same = PaintAgain(
        dedup_key=command.dedup_key,
        actor=command.actor,
        place=command.place,
        iteration=command.iteration,
    )
    old = paint_again.plan(same, basis)
    known = basis.model_set.painter.profile.qualities
    kept = old.quality if not known or old.quality in known else None
    changed = replace(
        old, quality=quality_of(command.quality or kept, basis.model_set), usd_limit=None
    )
    if command.size:
        changed = _sized(changed, command.size, basis)
    return _painted_by(changed, command, basis)


def _sized(old: Plan, size: str, basis: Basis) -> Plan:
    if old.work is not None and old.work.over:
        raise BadRequest("This picture has the size of the one it was made from: leave size out.")
    width, height = size_for(size, basis.model_set, None)
    return replace(old, width=width, height=height)


def _painted_by(old: Plan, command: Again, basis: Basis) -> Plan:
    """Another painter gets the words: what only its predecessor reads means nothing to it."""
    if old.work is not None:
        qualities = () if command.quality else old.work.qualities
        painters = () if command.painter else old.work.painters
        work = replace(old.work, qualities=qualities, painters=painters)
        return replace(old, work=able(work, basis))
    if old.telling is not None:  # a story's scene is told anew, in whoever paints it
        return old
    node = basis.node
    words = node.words if node is not None and command.painter else ""
    limit = basis.model_set.painter.profile.prompt_limit
    return replace(old, first_prompt=prompt_of(words or old.first_prompt, limit))


JOB = Job(
    command=Again,
    plan=plan,
    said="{who} has this picture painted again, otherwise.",
    examples=("again --from ITERATION --size wide --quality high",),
)
