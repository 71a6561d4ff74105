"""What the story grammar is made of. Its sentences are data (stories/en.toml, stories/de.toml); here
is what both languages share, and how somebody looks in German."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from adapters.models.offline.subjects import Subject

NAMES: Final = (
    "Fenn", "Mika", "Oda", "Pip", "Runa", "Tomo", "Juno", "Bela", "Wim", "Ansa", "Kiri", "Odo",
)  # fmt: skip
HEROES: Final = (
    "a red fox", "a small white rabbit", "a brown bear", "a blue robot", "a girl in a yellow coat",
    "a golden lion", "a grey wolf", "a boy in a green jacket",
)  # fmt: skip
FRIENDS: Final = (
    "a brown owl", "a white horse", "a black cat", "a grey elephant", "a green dragon",
    "a blue bird", "a golden dog", "a white swan",
)  # fmt: skip
COATS: Final = ("red", "yellow", "green", "blue", "white")
KINDS: Final = (
    "opening", "meeting", "event", "gift", "loss", "storm", "low", "turn", "threshold", "guardian",
    "ending",
)  # fmt: skip
MOODS: Final = {"": "", "rain": " in the rain", "fog": " in the fog", "storm": " in a storm"}
PEOPLE: Final = {
    "person": "eine Person", "man": "ein Mann", "woman": "eine Frau", "boy": "ein Junge",
    "girl": "ein Mädchen", "child": "ein Kind", "wizard": "ein Zauberer", "knight": "ein Ritter",
    "samurai": "ein Samurai", "queen": "eine Königin", "princess": "eine Prinzessin",
    "dancer": "eine Tänzerin", "witch": "eine Hexe", "fisherman": "ein Fischer",
}  # fmt: skip
WALKING: Final = frozenset({*PEOPLE, "robot", "android", "astronaut", "snowman"})

_GERMAN: Final = {
    "er": {
        "fox": "Fuchs", "wolf": "Wolf", "husky": "Husky", "coyote": "Kojote", "dog": "Hund",
        "puppy": "Welpe", "hound": "Jagdhund", "stag": "Hirsch", "moose": "Elch", "bull": "Stier",
        "bear": "Bär", "panda": "Panda", "polar bear": "Eisbär", "lion": "Löwe", "tiger": "Tiger",
        "leopard": "Leopard", "elephant": "Elefant", "hare": "Hase", "bunny": "Hase",
        "bird": "Vogel", "sparrow": "Spatz", "raven": "Rabe", "parrot": "Papagei", "macaw": "Ara",
        "swan": "Schwan", "eagle": "Adler", "fish": "Fisch", "goldfish": "Goldfisch",
        "shark": "Hai", "dolphin": "Delfin", "whale": "Wal", "butterfly": "Schmetterling",
        "dragon": "Drache", "robot": "Roboter", "android": "Androide", "astronaut": "Astronaut",
        "snowman": "Schneemann",
    },
    "e": {
        "cow": "Kuh", "goat": "Ziege", "cat": "Katze", "crow": "Krähe", "owl": "Eule",
        "duck": "Ente", "goose": "Gans", "gull": "Möwe", "seagull": "Möwe",
        "swallow": "Schwalbe", "moth": "Motte", "bee": "Biene",
    },
    "es": {
        "horse": "Pferd", "pony": "Pony", "unicorn": "Einhorn", "deer": "Reh",
        "reindeer": "Rentier", "sheep": "Schaf", "lamb": "Lamm", "mammoth": "Mammut",
        "kitten": "Kätzchen", "rabbit": "Kaninchen", "robin": "Rotkehlchen",
    },
}  # fmt: skip
_COLOURS: Final = {
    "red": "rot", "yellow": "gelb", "green": "grün", "blue": "blau", "brown": "braun",
    "black": "schwarz", "white": "weiß", "grey": "grau", "golden": "golden", "purple": "violett",
    "pink": "rosafarben", "orange": "orangefarben", "turquoise": "türkisfarben",
    "teal": "petrolfarben", "mustard": "senfgelb", "silver": "silbern",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scene is: its name, where that is, a sentence about it; how one gets there, as a
    choice ("" = only if somebody names it), and the sentence when it was chosen."""

    name: str
    where: str
    seen: str
    way: str
    went: str


@dataclass(frozen=True, slots=True)
class Hour:
    """When a scene is, and the same about waiting for it."""

    when: str
    now: str
    way: str
    went: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that happens, and what may be done then: choices and the sentences that follow."""

    title: str
    text: str
    acts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The grammar in one language. `turns` by the kind of scene; `said` its single sentences."""

    quests: tuple[str, ...]
    extras: tuple[str, ...]
    alone: tuple[str, ...]
    places: Mapping[str, Place]
    hours: Mapping[str, Hour]
    turns: Mapping[str, tuple[Turn, ...]]
    said: Mapping[str, str]


def _turn(said: dict[str, Any]) -> Turn:
    acts: list[list[str]] = said["acts"]
    return Turn(said["title"], said["text"], tuple((act, followed) for act, followed in acts))


@cache
def book(language: str) -> Book:
    """The grammar in a language; in English where it is not written."""
    name = language if language == "de" else "en"
    path = files("adapters.models.offline").joinpath("stories", f"{name}.toml")
    found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Book(
        quests=tuple(found["quests"]),
        extras=tuple(found["extras"]),
        alone=tuple(found["alone"]),
        places={key: Place(**each) for key, each in found["places"].items()},
        hours={key: Hour(**each) for key, each in found["hours"].items()},
        turns={kind: tuple(map(_turn, found[kind])) for kind in KINDS},
        said={key: each for key, each in found.items() if isinstance(each, str)},
    )


def in_german(subject: Subject) -> str:
    """How somebody looks, in the nominative: "ein kleiner roter Fuchs"; "" where the word is missing."""
    size = "klein" if subject.size < 0.9 else "groß" if subject.size > 1.2 else ""
    if subject.name in PEOPLE:
        article, noun = PEOPLE[subject.name].split(" ")
        ending = "e" if article == "eine" else "es" if noun in {"Mädchen", "Kind"} else "er"
        coat = _COLOURS.get(subject.colour, "")
        worn = f" in einem {coat}en Mantel" if coat else " im Mantel"
        return " ".join(filter(None, (article, size and size + ending, noun))) + worn
    name = subject.name.removeprefix("flying ")
    for ending, nouns in _GERMAN.items():
        if noun := nouns.get(name):
            colour = _COLOURS.get(subject.colour, "")
            said = [each + ending for each in (size, colour) if each]
            return " ".join(["eine" if ending == "e" else "ein", *said, noun])
    return ""
