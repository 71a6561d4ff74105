"""A told scene, its cast and the places it is set in."""

from dataclasses import dataclass
from typing import Literal

Rating = Literal["everyone", "teen", "mature"]


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody of a story. `look`: how every picture shows them, in the same words from the scene
    in which they came."""

    name: str
    look: str


@dataclass(frozen=True, slots=True)
class Site:
    """A place of a story. `look` as a character's: the same words in every picture of it."""

    name: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A scene in the premise's language, and the picture's prompt. `cast` and `sites`: everybody and
    every place so far; `here` names who is in this scene's picture, `site` where it is ("" = a
    place of no name). No `choices` = the story ends here. `words`: the prompt for people ("" = all
    of it)."""

    kind: Literal["scene"] = "scene"
    text: str
    prompt: str
    cast: tuple[Character, ...] = ()
    choices: tuple[str, ...] = ()
    title: str = ""
    words: str = ""
    alt: str = ""
    sites: tuple[Site, ...] = ()
    here: tuple[str, ...] = ()
    site: str = ""
