"""Who is in a story: they follow from the premise and the seed alone."""

import random
import re
import zlib
from typing import Final

from adapters.models.offline import plots, silhouettes
from adapters.models.offline.subjects import Subject
from adapters.models.offline.vocabulary import understand
from core.domain.story import Character
from core.models.story import Tell

_NAMED: Final = re.compile(r"\b([A-Z][a-zäöüß]{2,11}),? (?:the|an?|is an?|der|die|das|eine?) ")


def dice(ask: Tell, what: str) -> random.Random:
    """Chance for one decision: the same whenever this story is told."""
    root = zlib.crc32(ask.premise.encode("utf-8", "replace")) ^ ask.seed
    return random.Random(f"{root}/{what}")


def german_look(who: Character) -> str:
    """A look in German, in the nominative."""
    subjects = understand(who.look).subjects
    said = plots.in_german(subjects[0]) if subjects else ""
    return said or "ein Wesen, das niemand hier kannte"


def cast_of(ask: Tell) -> tuple[Character, Character]:
    """Hero and friend: those who are there, then those of the premise, then others unlike them."""
    found = list(ask.cast[:2])
    chance = dice(ask, "cast")
    names: list[str] = [*plots.NAMES]
    friends: list[str] = [*plots.FRIENDS]
    chance.shuffle(names)
    chance.shuffle(friends)
    subjects = [s for s in understand(ask.premise).subjects if alive(s)]
    looks = [_look(subject, chance) for subject in subjects[:2]] or [chance.choice(plots.HEROES)]
    given = _NAMED.search(ask.premise)
    if given:
        names.insert(0, given[1])
    for look in [*looks[len(found) :], *friends]:
        if len(found) < 2 and not any(_alike(look, other.look) for other in found):
            taken = {each.name for each in found}
            found.append(Character(next(name for name in names if name not in taken), look))
    return found[0], found[1]


def _alike(look: str, other: str) -> bool:
    """Whether two would be drawn by the same silhouette."""
    subjects, others = understand(look).subjects, understand(other).subjects
    return bool(subjects and others) and subjects[0].name == others[0].name


def alive(subject: Subject) -> bool:
    """Whether it may be somebody in a story."""
    module = silhouettes.CATALOGUE[subject.name].draw.__module__
    return module.endswith(("quadrupeds", "creatures")) or subject.name in plots.WALKING


def _look(subject: Subject, fixed: random.Random) -> str:
    """In the words the scene painter reads back: the colour stands where it looks for it."""
    size = "small " if subject.size < 0.9 else "big " if subject.size > 1.2 else ""
    if subject.name in plots.PEOPLE:
        return f"a {size}{subject.name} in a {subject.colour or fixed.choice(plots.COATS)} coat"
    colour = f"{subject.colour} " if subject.colour else ""
    phrase = f"{size}{colour}{subject.name}"
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"
