"""Compose: a form that makes a prompt of six fields, from a worked template if you like; then Imagine."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from core.domain.commands import Command
from core.domain.options import Option
from core.domain.prompt_helper import FIELDS, composed, template
from core.domain.records import Plan
from core.jobs import imagine, picture_job
from core.jobs.imagine import Imagine
from core.jobs.job import Basis
from core.jobs.shared_options import CandidatesOption, QualityOption, SizeOption

MOST_SAID = 300
Named = Literal["illustration", "logo", "poster", "app_screen"]
MANNER = ("style", "quality")  # of a template, where the person has a subject of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Compose(Command):
    """Of a `template` without a subject everything is taken that is left empty: a worked example;
    with one its style and finish."""

    kind: Literal["compose"] = "compose"
    template: Annotated[Named | None, Option("compose.template")] = None
    subject: Annotated[str, Option("helper.subject.hint", most=MOST_SAID)] = ""
    action: Annotated[str, Option("helper.action.hint", most=MOST_SAID)] = ""
    style: Annotated[str, Option("helper.style.hint", most=MOST_SAID)] = ""
    environment: Annotated[str, Option("helper.environment.hint", most=MOST_SAID)] = ""
    details: Annotated[str, Option("helper.details.hint", most=MOST_SAID)] = ""
    finish: Annotated[str, Option("helper.quality.hint", most=MOST_SAID)] = ""
    candidates: CandidatesOption = None
    size: SizeOption = None
    quality: QualityOption = None


def prompt_of(command: Compose) -> str:
    """Raises BadRequest without a subject, or where it gets too long."""
    values = {name: getattr(command, name) for name in FIELDS if name != "quality"}
    values["quality"] = command.finish
    if command.template:
        worked = template(command.template).values
        taken = MANNER if command.subject.strip() else FIELDS
        values |= {n: worked.get(n, "") for n in taken if not str(values[n]).strip()}
    return composed(values)


def plan(command: Compose, basis: Basis) -> Plan:
    """The plan of /imagine: it is painted, quoted and painted again as that."""
    example = template(command.template) if command.template else None
    asked = Imagine(
        dedup_key=command.dedup_key,
        actor=command.actor,
        place=command.place,
        prompt=prompt_of(command),
        avoid=example.avoid if example else "",
        candidates=command.candidates,
        size=command.size or (example.size if example else None),
        quality=command.quality,
    )
    return replace(imagine.plan(asked, basis), mode="imagine")


JOB = picture_job.painting(
    command=Compose,
    plan=plan,
    goal=prompt_of,
    examples=('compose --template poster --subject "an old tram"',),
)
