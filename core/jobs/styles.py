"""Styles: up to six side by side, of a picture or of a prompt, painted at once."""

from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.styles import draw
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis
from core.jobs.picture_job import able, size_of, worked
from core.jobs.planning import bounded, size_for
from core.jobs.restyle import MOST_STYLE, restyled
from core.jobs.shared_options import QualityOption

MOST = 6
DRAWN = 4  # where nobody says which


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles(Command):
    """With a picture, brought along or the thread's, it is painted in each style; a prompt alone is
    painted anew in each. `styles` (): some of the deck."""

    kind: Literal["styles"] = "styles"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("styles.image")] = None
    prompt: Annotated[str, Option("styles.prompt", most=MAX_GOAL, long=True)] = ""
    styles: Annotated[tuple[str, ...], Option("styles.styles", suggest="styles")] = ()
    size: Annotated[str | None, Option("styles.size", suggest="sizes")] = None
    quality: QualityOption = None


def plan(command: Styles, basis: Basis) -> Plan:
    prompt = bounded("prompt", command.prompt, MAX_GOAL)
    chosen = _chosen(command, prompt, basis)
    over = command.image is not None or basis.node is not None
    if over:
        if command.size:
            raise BadRequest("A picture keeps its size: leave size out, or the picture.")
        work, size = restyled(chosen, prompt, basis), size_of(basis)
    else:
        if not prompt:
            raise BadRequest(
                "Give me a picture or a prompt: for example /styles prompt: a red fox."
            )
        told = tuple(f"{prompt}\n\nIn the style of {style}." for style in chosen)
        work = able(Work(prompts=told, over=False), basis, prompt)
        size = size_for(command.size, basis.model_set, None)
    work = picture_job.labelled(work, chosen)
    return worked("styles", basis, work, size, command.quality)


def _chosen(command: Styles, prompt: str, basis: Basis) -> tuple[str, ...]:
    """The styles, each once. Raises BadRequest for too many."""
    named = tuple(dict.fromkeys(bounded("style", each, MOST_STYLE) for each in command.styles))
    if len(named) > MOST:
        raise BadRequest(f"That are {len(named)} styles; {MOST} stand side by side at most.")
    deck = basis.model_set.styles
    seed = basis.node.id if basis.node is not None else prompt or "styles"
    return named or tuple(draw(deck, seed, n) for n in range(min(DRAWN, len(deck))))


JOB = picture_job.painting(
    command=Styles,
    plan=plan,
    recipe=picture_job.sheet,
    said="{who} has this picture in several styles.",
    goal=lambda command: command.prompt,
    examples=('styles --prompt "a lighthouse in a storm" --styles "oil, neon, linocut"',),
)
