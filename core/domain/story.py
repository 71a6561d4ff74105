"""A story as it is told: its scenes, its cast and places, and who decides how it goes on."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Rating = Literal["everyone", "teen", "mature"]
RATINGS: Final[tuple[Rating, ...]] = get_args(Rating)
"""The strictest first."""
Decides = Literal["owner", "party", "turns"]
"""Who says how a story goes on: who began it, all by a vote, everybody in turn."""
Act = Literal["tell", "again", "show"]
"""What a run does: tells a scene, paints one once more, posts one once more."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a run tells, frozen at intake. `choice`: the words that were chosen ("" before the first
    scene), `number` which of those offered (0 = words of their own), `by` whose choice it was, as
    "platform:id". `scene` counts from 1 to `scenes`. `most`: of a scene's words. A vote lasts `vote_s`;
    a turn that nobody takes goes on by itself after `turn_s`, 0 = it waits. `of`: the iteration that
    is painted or posted once more. `portraits`: how many it may paint beside the scene."""

    act: Act = "tell"
    premise: str
    style: str = ""
    choice: str = ""
    number: int = 0
    by: str = ""
    decides: Decides = "owner"
    scene: int = 1
    scenes: int = 8
    language: str = ""
    rating: Rating = "everyone"
    most: int = 120
    vote_s: float = 60.0
    turn_s: float = 0.0
    of: str = ""
    portraits: int = 0

    @property
    def is_last(self) -> bool:
        return self.scene >= self.scenes

    @property
    def waits(self) -> bool:
        """Whether its run stays until somebody has chosen, or the time is up."""
        return self.act != "again" and (self.decides == "party" or self.turn_s > 0)


@dataclass(frozen=True, slots=True)
class Portrait:
    """How somebody, or a place, looks: painted once, an image hash."""

    name: str
    image: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far a scene shows somebody as their portrait does: `colours`, the share of the portrait's
    that is in the picture, 0-1; `same`: what the critic sees, None where it can't tell."""

    name: str
    colours: float
    same: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What an iteration is of a story: the scene as people read it, and the portraits so far."""

    telling: Telling
    scene: Scene
    portraits: tuple[Portrait, ...] = ()
    likeness: tuple[Likeness, ...] = ()

    def portrait(self, name: str) -> str:
        """An image hash, "" for none."""
        said = name.casefold()
        return next((p.image for p in self.portraits if p.name.casefold() == said), "")
