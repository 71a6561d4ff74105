"""What crosses the border when a critic tells a story, scene by scene, and the rules of its cast
and places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from core.domain.story import Character, Rating, Site

MAX_CAST = 6
MAX_SITES = 4
MAX_CHOICES = 4


@dataclass(frozen=True, slots=True)
class ToldScene:
    """A scene that was told, and what was chosen after it."""

    text: str
    choice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell the next scene and say how to paint it.

    `premise` is the person's own sentence; `story` the scenes so far, oldest first; `cast` who
    came into it, `sites` where it was; `picture` the last scene's image, or the one the story starts
    from; `style` how all of it is painted; `choices` how many to offer, 0 = this scene is the last.
    `language`: the two letters of the one it is told in, "" = the premise's; `rating`: whom it is
    fit for; `least` and `most` bound its words.
    """

    kind: Literal["tell"] = "tell"
    premise: str
    story: tuple[ToldScene, ...] = ()
    cast: tuple[Character, ...] = ()
    sites: tuple[Site, ...] = ()
    picture: bytes | None = None
    style: str = ""
    choices: int = 3
    language: str = ""
    rating: Rating = "everyone"
    least: int = 60
    most: int = 120
    limit: int = 4000
    seed: int = 0
    user: str = ""


Known = TypeVar("Known", Character, Site)


def grown(cast: Sequence[Character], said: Sequence[Character]) -> tuple[Character, ...]:
    """The cast with those who are new. Who was there keeps their first look, whatever is said."""
    return _grown(cast, said, MAX_CAST)


def mapped(sites: Sequence[Site], said: Sequence[Site]) -> tuple[Site, ...]:
    """The places with those that are new, in the same way."""
    return _grown(sites, said, MAX_SITES)


def _grown(known: Sequence[Known], said: Sequence[Known], most: int) -> tuple[Known, ...]:
    by_name: dict[str, Known] = {}
    for each in (*known, *said):
        if each.name and each.look:
            by_name.setdefault(each.name.casefold(), each)
    return tuple(by_name.values())[: max(most, len(known))]


def shown(known: Sequence[Character | Site], names: Sequence[str]) -> str:
    """The looks of those (people, a place) that are in a picture, as sentences for its prompt: the
    same words in every scene, so that they are painted alike."""
    wanted = {name.strip().casefold() for name in names}
    seen = [each for each in known if each.name.casefold() in wanted]
    return " ".join(f"{each.name} is {each.look.rstrip('. ')}." for each in seen)
