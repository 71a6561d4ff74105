"""What crosses the border when a critic tells a story, scene by scene, and the rules of its cast."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.domain.story import Character

MAX_CAST = 6
MAX_CHOICES = 4


@dataclass(frozen=True, slots=True)
class Told:
    """A scene that was told, and what was chosen after it."""

    text: str
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell the next scene and say how to paint it.

    `premise` is the person's own sentence; `story` the scenes so far, oldest first; `cast` who
    came into it; `picture` the last scene's image, or the one the story starts from; `style` how
    all of it is painted; `choices` how many to offer, 0 = this scene is the last.
    """

    kind: Literal["tell"] = "tell"
    premise: str
    story: tuple[Told, ...] = ()
    cast: tuple[Character, ...] = ()
    picture: bytes | None = None
    style: str = ""
    choices: int = 3
    limit: int = 4000
    seed: int = 0
    user: str = ""


def grown(cast: Sequence[Character], said: Sequence[Character]) -> tuple[Character, ...]:
    """The cast with those who are new. Who was there keeps their first look, whatever is said."""
    by_name: dict[str, Character] = {}
    for each in (*cast, *said):
        if each.name and each.look:
            by_name.setdefault(each.name.casefold(), each)
    return tuple(by_name.values())[: max(MAX_CAST, len(cast))]


def shown(cast: Sequence[Character], names: Sequence[str]) -> str:
    """The looks of those who are in a picture, as sentences for its prompt: the same words in
    every scene, so that they are painted alike."""
    wanted = {name.strip().casefold() for name in names}
    seen = [each for each in cast if each.name.casefold() in wanted]
    return " ".join(f"{each.name} is {each.look.rstrip('. ')}." for each in seen)
