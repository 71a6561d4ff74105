"""Compare: one prompt by every painter and in every quality there is, with price and seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command
from core.domain.defaults import MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.prompt_words import MOST_TOGETHER
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis
from core.jobs.picture_job import able, worked
from core.jobs.planning import prompt_of, size_for
from core.jobs.shared_options import SizeOption
from core.models.painter import PainterProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePainters(Command):
    kind: Literal["compare"] = "compare"
    prompt: Annotated[str, Option("compare.prompt", most=MAX_GOAL, required=True, long=True)] = ""
    size: SizeOption = None
    blind: Annotated[bool, Option("compare.blind", watched=True)] = False


def plan(command: ComparePainters, basis: Basis) -> Plan:
    prompt = prompt_of(command.prompt, MAX_GOAL)
    pairs = _pairs(basis)
    if len(pairs) < 2:
        name = basis.model_set.painter.profile.name
        raise BadRequest(
            f"There is nothing to compare: {name} alone paints here, in one quality. The operator "
            "can name another model in models.editor."
        )
    work = Work(
        prompts=(prompt,) * len(pairs),
        labels=tuple(_label(profile, quality) for profile, quality in pairs),
        painters=tuple(profile.name for profile, _ in pairs),
        qualities=tuple(quality for _, quality in pairs),
        over=False,
        blind=command.blind,
        seed=1 if all(profile.seed for profile, _ in pairs) else None,
    )
    size = size_for(command.size, basis.model_set, None)
    return worked("compare", basis, able(work, basis, prompt), size, wish=prompt)


def _pairs(basis: Basis) -> Sequence[tuple[PainterProfile, str]]:
    """Who paints and in which quality, the cheapest qualities first, at most as many as go together."""
    found: list[tuple[PainterProfile, str]] = []
    for painter in basis.model_set.painting():
        profile = painter.profile
        found += [(profile, quality) for quality in profile.qualities or ("medium",)]
    return found[:MOST_TOGETHER]


def _label(profile: PainterProfile, quality: str) -> str:
    return f"{profile.model} · {quality}" if profile.qualities else profile.model


JOB = picture_job.painting(
    command=ComparePainters,
    plan=plan,
    recipe=picture_job.sheet,
    goal=lambda command: command.prompt,
    examples=('compare --prompt "a red fox in the snow"',),
)
