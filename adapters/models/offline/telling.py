"""tell: a story by grammar. Somebody wants something, meets somebody, is in trouble, arrives.

Who is in it and what is looked for follow from the premise alone, so they stay the same from
scene to scene; a choice decides where and when the next scene is. English only.
"""

import random
import re
import zlib
from dataclasses import dataclass
from typing import Final

from adapters.models.offline import plots, silhouettes, styles
from adapters.models.offline.subjects import Subject
from adapters.models.offline.vocabulary import ground_named, time_named, understand
from core.domain.story import Character, Scene
from core.models.story import Tell, grown, shown

_LONGEST_CHOICE: Final = 80
_PEOPLE: Final = frozenset(
    [
        "person",
        "man",
        "woman",
        "boy",
        "girl",
        "child",
        "wizard",
        "knight",
        "samurai",
        "queen",
        "princess",
        "dancer",
        "witch",
        "fisherman",
    ]
)
_WALKING: Final = _PEOPLE | {"robot", "android", "astronaut", "snowman"}
_NAMED: Final = re.compile(r"\b([A-Z][a-z]{2,11}),? (?:the|an?|is an?) ")
_TROUBLE_AT: Final = 4
_ANYWHERE: Final = tuple(place for place, (_, way) in plots.PLACES.items() if way)


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where and when a scene is: keys of the tables in `plots`."""

    place: str
    hour: str
    weather: str = ""

    @property
    def where(self) -> str:
        return plots.PLACES[self.place][0]

    @property
    def when(self) -> str:
        return plots.HOURS[self.hour][0]


def next_scene(ask: Tell) -> Scene:
    """The scene after `ask.story`; the last one where no choices are asked for."""
    number = len(ask.story)
    hero, friend = _cast(ask)
    quest = _dice(ask, "quest").choice(plots.QUESTS)
    here = _setting(ask)
    seen = (hero,) if number == 0 and ask.choices else (hero, friend)
    cast = grown(ask.cast, seen)
    shown_as = " and ".join(each.look for each in seen)
    return Scene(
        text=_text(ask, here, quest, hero.name, friend.name),
        prompt=_prompt(seen, here, ask.style, ask.limit),
        cast=cast,
        choices=_choices(ask, here, friend.name if len(seen) > 1 else ""),
        title=f"{hero.name} and {quest}" if number == 0 else "",
        words=f"{_capital(shown_as)} {here.where} {here.when}.",
        alt=f"{_capital(shown_as)} {here.where} {here.when}.",
        here=tuple(each.name for each in seen),
    )


def _dice(ask: Tell, what: str) -> random.Random:
    """Chance for one decision: the same whenever this story is told."""
    root = zlib.crc32(ask.premise.encode("utf-8", "replace")) ^ ask.seed
    return random.Random(f"{root}/{what}")


def _cast(ask: Tell) -> tuple[Character, Character]:
    """Hero and friend: those who are there, then those of the premise, then others unlike them."""
    found = list(ask.cast[:2])
    dice = _dice(ask, "cast")
    names: list[str] = [*plots.NAMES]
    friends: list[str] = [*plots.FRIENDS]
    dice.shuffle(names)
    dice.shuffle(friends)
    subjects = [s for s in understand(ask.premise).subjects if _alive(s)]
    looks = [_look(subject, dice) for subject in subjects[:2]] or [dice.choice(plots.HEROES)]
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


def _alive(subject: Subject) -> bool:
    module = silhouettes.CATALOGUE[subject.name].draw.__module__
    return module.endswith(("quadrupeds", "creatures")) or subject.name in _WALKING


def _look(subject: Subject, fixed: random.Random) -> str:
    """In the words the scene painter reads back: the colour stands where it looks for it."""
    size = "small " if subject.size < 0.9 else "big " if subject.size > 1.2 else ""
    if subject.name in _PEOPLE:
        return f"a {size}{subject.name} in a {subject.colour or fixed.choice(plots.COATS)} coat"
    colour = f"{subject.colour} " if subject.colour else ""
    phrase = f"{size}{colour}{subject.name}"
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def _setting(ask: Tell) -> _Setting:
    """The place named last; the hour and weather of the last choice, else of chance."""
    number = len(ask.story)
    said = [ask.premise, *(told.choice for told in ask.story)]
    _, hour, weather = _heard(said[-1])
    places = [place for place, _, _ in map(_heard, said) if place]
    place = places[-1] if places else _dice(ask, "place").choice(_ANYWHERE)
    hour = hour or _dice(ask, f"hour {number}").choice([*plots.HOURS])
    if number == _TROUBLE_AT:
        weather = weather or "storm"
    return _Setting(place, hour, weather if weather in plots.MOODS else "")


def _heard(text: str) -> tuple[str, str, str]:
    """Place, hour and weather that a text names; "" for what it does not."""
    scene = understand(text)
    ground = ground_named(text)
    place = "mountains" if scene.mountains else {"beach": "sea"}.get(ground, ground)
    return place if place in plots.PLACES else "", time_named(text), scene.weather


def _text(ask: Tell, here: _Setting, quest: str, hero: str, friend: str) -> str:
    number = len(ask.story)
    if not ask.choices:
        forms = plots.ENDINGS
    elif number == 0:
        forms = plots.OPENINGS
    elif number == 1:
        forms = plots.MEETINGS
    else:
        forms = plots.TROUBLES if number % _TROUBLE_AT == 0 else plots.MIDDLES
    chosen = ask.story[-1].choice.strip().rstrip(".") if ask.story else ""
    filled = (
        _dice(ask, f"text {number}")
        .choice(forms)
        .format(
            hero=hero,
            friend=friend,
            quest=quest,
            where=here.where,
            hour=_capital(here.when),
            hour_low=here.when,
            choice=f"They chose: {chosen}. " if chosen else "",
        )
    )
    return re.sub(r"(^|[.!?]\"? )([a-z])", lambda m: m[1] + m[2].upper(), filled)


def _prompt(seen: tuple[Character, ...], here: _Setting, style: str, limit: int) -> str:
    """Looks first, in the same words as ever; then where; the style in a line of its own."""
    looks = shown(seen, [each.name for each in seen])
    scene = f"{looks} {_capital(here.where)}, {here.when}{plots.MOODS[here.weather]}."
    named = styles.named(style) or style
    line = f"\nStyle: {named}." if named else ""
    return scene[: max(0, limit - len(line))] + line[:limit]


def _choices(ask: Tell, here: _Setting, friend: str) -> tuple[str, ...]:
    """Ways on, each to another place or hour, none twice."""
    dice = _dice(ask, f"ways {len(ask.story)}")
    elsewhere = [plots.PLACES[place][1] for place in _ANYWHERE if place != here.place]
    later = [way for hour, (_, way) in plots.HOURS.items() if hour != here.hour]
    dice.shuffle(elsewhere)
    dice.shuffle(later)
    when = dice.choice([when for hour, (when, _) in plots.HOURS.items() if hour != here.hour])
    lead = f"follow {friend} and " if friend else ""
    ways = (elsewhere[0], later[0], f"{lead}{elsewhere[1]} {when}", f"{elsewhere[2]} in the fog")
    return tuple(_capital(way)[:_LONGEST_CHOICE] for way in ways[: ask.choices])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
