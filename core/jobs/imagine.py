"""Imagine: a prompt becomes one to four pictures at once; braces make it several prompts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from core.domain.commands import Command, ImageHandle
from core.domain.defaults import MAX_CANDIDATES, MAX_GOAL
from core.domain.errors import BadRequest
from core.domain.options import Option
from core.domain.prompt_words import MOST_TOGETHER, Way, apart, readable, ways
from core.domain.records import Plan
from core.domain.work import Work
from core.jobs import picture_job
from core.jobs.job import Basis
from core.jobs.picture_job import able, worked
from core.jobs.planning import bounded, prompt_of, size_for, within
from core.jobs.shared_options import CandidatesOption, PainterOption, QualityOption, SizeOption

Look = Literal["vivid", "natural"]
Role = Literal["character", "style", "object"]
LARGEST_SEED = 2**31 - 1
MOST_STYLE = 60
LOOKS: dict[Look, str] = {
    "vivid": "Vivid: saturated colours, strong light, high contrast.",
    "natural": "Natural: muted true colours, soft light, nothing exaggerated.",
}
ROLES: dict[Role | None, str] = {
    "character": "shows the character: keep who it is, with face, clothes and colours",
    "style": "is for its style alone: take its colours, light and strokes, not what it shows",
    "object": "shows an object that appears in the new picture as it is",
    None: "shows what the new picture goes by",
}
NTH = ("first", "second", "third", "fourth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imagine(Command):
    """`prompt` may have braces and end in "not: …", which `avoid` says as well. Up to four pictures
    go in beside the words, each with what it is for."""

    kind: Literal["imagine"] = "imagine"
    prompt: Annotated[str, Option("imagine.prompt", most=MAX_GOAL, required=True, long=True)] = ""
    candidates: CandidatesOption = None
    size: SizeOption = None
    quality: QualityOption = None
    look: Annotated[Look | None, Option("imagine.look")] = None
    style: Annotated[str, Option("imagine.style", most=MOST_STYLE, suggest="styles")] = ""
    avoid: Annotated[str, Option("imagine.avoid", most=MAX_GOAL)] = ""
    seed: Annotated[int | None, Option("imagine.seed", least=0, most=LARGEST_SEED)] = None
    transparent: Annotated[bool, Option("imagine.transparent")] = False
    picture: Annotated[ImageHandle | None, Option("imagine.picture")] = None
    role: Annotated[Role | None, Option("imagine.role")] = None
    picture2: Annotated[ImageHandle | None, Option("imagine.picture")] = None
    role2: Annotated[Role | None, Option("imagine.role")] = None
    picture3: Annotated[ImageHandle | None, Option("imagine.picture")] = None
    role3: Annotated[Role | None, Option("imagine.role")] = None
    picture4: Annotated[ImageHandle | None, Option("imagine.picture")] = None
    role4: Annotated[Role | None, Option("imagine.role")] = None
    painter: PainterOption = ""


def plan(command: Imagine, basis: Basis) -> Plan:
    text, unwanted = apart(prompt_of(command.prompt, MAX_GOAL))
    if not text:
        raise BadRequest("Say what to paint, not only what not to.")
    avoided = ", ".join(filter(None, (unwanted, bounded("avoid", command.avoid, MAX_GOAL))))
    if "{" in avoided or "}" in avoided:
        raise BadRequest("Braces belong before “not:”: what is not wanted holds for all of them.")
    found = _counted(ways(text), command.candidates)
    roles = _roles(command)
    operation = _operation(roles, basis)
    style = bounded("style", command.style, MOST_STYLE)
    told = () if operation == "style" else roles
    labels = tuple(way.label for way in found)
    work = Work(
        operation=operation,
        prompts=tuple(_said(way.prompt, style, command.look, told) for way in found),
        labels=labels if any(labels) else (),
        over=False,
        sources=_sources(command, basis, len(roles)),
        negative=avoided,
        seed=command.seed,
        transparent=command.transparent,
    )
    work = able(work, basis, text)
    size = size_for(command.size, basis.model_set, None)
    return worked("imagine", basis, work, size, command.quality)


def _counted(found: Sequence[Way], asked: int | None) -> Sequence[Way]:
    """Each prompt as often as asked; several prompts are painted once where nothing is said."""
    each = within("candidates", asked, 1 if len(found) > 1 else 2, MAX_CANDIDATES)
    if len(found) * each > MOST_TOGETHER:
        raise BadRequest(
            f"That would be {len(found) * each} pictures, and {MOST_TOGETHER} are painted together "
            "at most: ask for fewer of each, or leave words in the braces out."
        )
    return [way for way in found for _ in range(each)]


def _roles(command: Imagine) -> tuple[Role | None, ...]:
    """What each picture is for, in their order. Raises BadRequest for a role without its picture."""
    given: tuple[tuple[ImageHandle | None, Role | None], ...] = (
        (command.picture, command.role),
        (command.picture2, command.role2),
        (command.picture3, command.role3),
        (command.picture4, command.role4),
    )
    for number, (picture, role) in enumerate(given, 1):
        if role and picture is None:
            name = "picture" if number == 1 else f"picture{number}"
            raise BadRequest(f"There is no {name} for the role “{role}”: bring it along.")
    return tuple(role for picture, role in given if picture is not None)


def _operation(roles: Sequence[Role | None], basis: Basis) -> Literal["generate", "vary", "style"]:
    """One picture for its style is an operation of its own where a painter has it."""
    if not roles:
        return "generate"
    has = basis.model_set.painter.profile.operations
    return "style" if tuple(roles) == ("style",) and "style" in has else "vary"


def _sources(command: Imagine, basis: Basis, count: int) -> tuple[str, ...]:
    """Hashes; while the words alone are checked so many blanks."""
    names = ("picture", "picture2", "picture3", "picture4")
    taken = tuple(basis.pictures[name].hash for name in names if name in basis.pictures)
    return taken or ("-",) * count


def _said(prompt: str, style: str, look: Look | None, roles: Sequence[Role | None]) -> str:
    """The prompt as it is painted, with what its pictures are for."""
    lines = [f"The {NTH[i]} picture {ROLES[role]}." for i, role in enumerate(roles)]
    styled = f"Style: {style}." if style else ""
    return "\n\n".join(filter(None, (prompt, styled, LOOKS[look] if look else "", " ".join(lines))))


def goal(command: Imagine) -> str:
    return readable(apart(command.prompt)[0])


JOB = picture_job.painting(
    command=Imagine,
    plan=plan,
    goal=goal,
    examples=('imagine --prompt "a red fox in the snow" --candidates 4 --size wide',),
)
