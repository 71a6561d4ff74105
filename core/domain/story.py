"""A told scene and its cast."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody of a story. `look`: how every picture shows them, in the same words from the scene
    in which they came."""

    name: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene in the premise's language, and the picture's prompt. `cast`: everybody so far; no
    `choices` = the story ends here. `words`: the prompt for people ("" = all of it)."""

    kind: Literal["scene"] = "scene"
    text: str
    prompt: str
    cast: tuple[Character, ...] = ()
    choices: tuple[str, ...] = ()
    title: str = ""
    words: str = ""
    alt: str = ""
