"""What a painter can't do is said before any money is spent."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from core.domain.errors import Unsupported
from core.models.painter import Margins, Operation, PainterProfile, PaintRequest

V = TypeVar("V")
NEEDS_SOURCE: frozenset[Operation] = frozenset(
    {"edit", "outpaint", "vary", "replace", "style", "upscale"}
)


def refuse_impossible(profile: PainterProfile, request: PaintRequest) -> None:
    """Raises Unsupported with one sentence if the request is beyond the profile."""
    if why := _impossible(profile, request):
        raise Unsupported(f"{profile.name} {why}.")


def avoiding(request: PaintRequest, negative: str) -> PaintRequest:
    """The request with what the provider's pictures should never show, beside what it names."""
    parts = [part.strip() for part in (request.negative, negative) if part.strip()]
    return replace(request, negative=", ".join(parts))


def without(fields: Mapping[str, V], omit: Collection[str]) -> dict[str, V]:
    """A request's fields without those that the configuration leaves out for this provider."""
    return {name: value for name, value in fields.items() if name not in omit}


def _impossible(profile: PainterProfile, request: PaintRequest) -> str:
    operation = request.operation
    if operation not in profile.operations:
        return f"does not do this kind of picture ({operation})"
    if request.mask is not None and not profile.mask:
        return "does not paint inside a mask"
    if request.markup is not None and (request.mask is not None or not profile.markup):
        return "takes no layer of marks here"
    if request.transparent and not profile.transparent:
        return "paints no transparent background"
    if request.n > profile.max_n:
        return f"paints at most {profile.max_n} images in one call"
    if operation in NEEDS_SOURCE and not request.sources:
        return f"needs a picture to begin with ({operation})"
    if operation in NEEDS_SOURCE and len(request.sources) > profile.max_sources:
        return f"takes {profile.max_sources} picture at once"
    if operation == "outpaint" and not _widens(request.margins):
        return "has to be told how much to add, and where"
    if len(request.prompt) > profile.prompt_limit:
        return f"takes prompts of at most {profile.prompt_limit} characters"
    return ""


def _widens(margins: Margins) -> bool:
    sides = (margins.left, margins.right, margins.up, margins.down)
    return min(sides) >= 0 and max(sides) > 0
