"""What a person prefers where they say nothing: declared once, a form at every door.

The settings of a server bound it: its painters alone, its channels, its limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Final, Literal

from core.domain.commands import QUALITIES, Quality
from core.domain.errors import BadRequest
from core.domain.options import SHAPES, Option, answered
from core.domain.settings import SIZE
from core.domain.text import clean

Posts = Literal["all", "end"]
Language = Literal["en", "de"]
STYLE_CHARACTERS = 60
DEFAULT: Final = "default"
"""What is said, where a form can't send nothing, to prefer nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """One person's, on a platform, over all its servers; None and "" mean what holds without.
    `style` is painted in where a picture begins from words; `posts`: every round, or the closing
    post alone. `language`: of what they alone read, and of their direct messages."""

    painter: Annotated[str, Option("preferences.model", wire="model", suggest="painters")] = ""
    quality: Annotated[Quality | None, Option("preferences.quality")] = None
    size: Annotated[str, Option("preferences.size", suggest="sizes")] = ""
    style: Annotated[str, Option("preferences.style", most=STYLE_CHARACTERS)] = ""
    review: Annotated[Literal["on", "off"] | None, Option("preferences.review")] = None
    language: Annotated[Language | None, Option("preferences.language")] = None
    posts: Annotated[Posts | None, Option("preferences.posts")] = None


def read(values: Mapping[str, object]) -> Preferences:
    """A form's answers by the options' names: what is empty or "default" is no preference. Raises
    BadRequest."""
    said = {name: value for name, value in values.items() if value != DEFAULT}
    return Preferences(**answered(Preferences, said))


def shown(preferences: Preferences) -> Mapping[str, str]:
    """What is preferred by the options' names, as a form shows it: "" for nothing."""
    named = {"painter": "model"}
    values = {f.name: getattr(preferences, f.name) for f in fields(Preferences)}
    return {named.get(name, name): value or "" for name, value in values.items()}


def merged(now: Preferences, seen: Preferences, wanted: Preferences) -> Preferences:
    """`now` with what was changed from what was `seen`: two forms at once change what each touched."""
    names = [field.name for field in fields(Preferences)]
    touched = {n: getattr(wanted, n) for n in names if getattr(wanted, n) != getattr(seen, n)}
    return replace(now, **touched)


def checked(preferences: Preferences, painters: tuple[str, ...]) -> Preferences:
    """What can be kept. Raises BadRequest with a sentence that names the option."""
    size = preferences.size.strip().lower()
    if size and not SIZE.fullmatch(size):
        names = ", ".join(SHAPES)
        raise BadRequest(f"size is {names}, WIDTHxHEIGHT in pixels, such as 1024x1024, or auto.")
    if preferences.painter and preferences.painter not in painters:
        raise BadRequest(f"model is one of {', '.join(painters)}.")
    if preferences.quality and preferences.quality not in QUALITIES:
        raise BadRequest(f"quality is one of {', '.join(QUALITIES)}.")
    style = " ".join(clean(preferences.style).split())
    if len(style) > STYLE_CHARACTERS:
        raise BadRequest(
            f"The style has {len(style)} characters; {STYLE_CHARACTERS} are the limit."
        )
    return replace(preferences, size=size, style=style)
