"""Picture jobs as a stranger would add them: one with every kind of option and several pictures, one
that asks nothing, one that no model here can do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pytest

from adapters.texts import catalogue
from core.domain.commands import Command, ImageHandle
from core.domain.options import Option
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job, registry
from core.jobs.job import Basis, Job
from core.jobs.picture_job import size_of, worked

Tone = Literal["warm", "cold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Command):
    kind: Literal["merge"] = "merge"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("merge.image")] = None
    second: Annotated[ImageHandle | None, Option("merge.second", required=True)] = None
    third: Annotated[ImageHandle | None, Option("merge.third")] = None
    tone: Annotated[Tone, Option("merge.tone")] = "warm"
    amount: Annotated[int | None, Option("merge.amount", least=1, most=9)] = None
    firm: Annotated[bool, Option("merge.firm")] = False
    goal: Annotated[str, Option("merge.goal", most=500, long=True)] = ""


def merged(command: Merge, basis: Basis) -> Plan:
    further = [basis.pictures[name] for name in ("second", "third") if name in basis.pictures]
    words = f"{command.goal} {command.tone} {command.amount} {command.firm}".strip()
    work = Work(
        operation="vary",
        prompts=(words, f"{words} again"),
        labels=("ink", "oil"),
        sources=tuple(each.hash for each in further),
    )
    return worked("merge", basis, work, size_of(basis), wish=command.goal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror(Command):
    kind: Literal["mirror"] = "mirror"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("mirror.image")] = None


def mirrored(command: Mirror, basis: Basis) -> Plan:
    work = Work(operation="vary", prompts=("mirrored",))
    return worked("mirror", basis, work, size_of(basis), wish="mirrored")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enlarge(Command):
    kind: Literal["enlarge"] = "enlarge"
    iteration: str = ""
    image: Annotated[ImageHandle | None, Option("mirror.image")] = None


def enlarged(command: Enlarge, basis: Basis) -> Plan:
    return worked("enlarge", basis, Work(operation="upscale", prompts=("",)), size_of(basis))


def _job(command: type[Command], plan: object, needs: str) -> Job:
    return Job(
        command=command,
        needs=frozenset({needs}),  # type: ignore[arg-type]
        plan=plan,  # type: ignore[arg-type]
        calls=picture_job.calls,
        recipe=picture_job.recipe,
        said="{who} goes on with this picture.",
        shown="picture",
    )


JOBS = (
    _job(Merge, merged, "vary"),
    _job(Mirror, mirrored, "vary"),
    _job(Enlarge, enlarged, "upscale"),
)


def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every door has them, for as long as the test runs."""
    for job in JOBS:
        monkeypatch.setitem(registry.JOBS, job.name, job)
    monkeypatch.setattr(catalogue, "FOLDERS", [*catalogue.FOLDERS, Path(__file__).parent])
    catalogue.forget()
