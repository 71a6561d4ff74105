"""tell: a story by grammar, in English and German. Somebody finds half a map, meets somebody, loses
and finds again, and arrives.

Who is in it and what is looked for follow from the premise alone, so they stay the same from
scene to scene; a choice is done in the next scene and decides where and when that is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from adapters.models.offline import plots, styles
from adapters.models.offline.casting import cast_of, dice, german_look
from adapters.models.offline.plots import Book, Turn
from adapters.models.offline.tongues import german
from adapters.models.offline.vocabulary import ground_named, time_named, understand
from core.domain.story import Character, Scene, Site
from core.models.story import Tell, grown, mapped, shown

_LONGEST_CHOICE: Final = 80
_SENTENCE: Final = re.compile(r"(?<=[.!?…])[\"“”]?\s+(?=[A-ZÄÖÜ\"„“])")
# the scenes of a story in their order; what comes after these are events until it ends
_ARC: Final = (
    "opening", "meeting", "event", "gift", "event", "loss", "storm", "low", "turn", "threshold",
    "guardian",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Setting:
    """Where and when a scene is: keys of the book's tables."""

    place: str
    hour: str
    weather: str = ""


@dataclass(frozen=True, slots=True)
class _Tale:
    """What is fixed for the whole story."""

    book: Book
    hero: Character
    friend: Character
    looks: tuple[str, str]
    quest: str
    events: tuple[Turn, ...]

    def fill(self, text: str, number: int, here: str = "", choice: str = "") -> str:
        """A sentence of the book with its gaps filled, for the scene of that number."""
        they = self.hero.name if number <= 1 else self.book.said["they"]
        gaps = {
            "hero": self.hero.name, "friend": self.friend.name, "quest": self.quest,
            "look": self.looks[0], "other": self.looks[1], "they": they, "where": here,
            "choice": choice,
        }  # fmt: skip
        return re.sub(r"\{(\w+)\}", lambda gap: gaps[gap[1]], text)


def next_scene(ask: Tell) -> Scene:
    """The scene after `ask.story`; the last one where no choices are asked for."""
    number = len(ask.story)
    tale = _tale(ask)
    here = _setting(ask, tale, number)
    turn = _turn(ask, tale, number)
    first = number == 0 and ask.choices > 0
    seen = (tale.hero,) if first else (tale.hero, tale.friend)
    cast = grown(ask.cast, seen)
    site = _site(tale.book, here.place)
    sites = mapped(ask.sites, (site,))
    caption = _caption(tale, here, alone=first)
    return Scene(
        text=_text(ask, tale, here, turn, number),
        prompt=_prompt(seen, here, ask.style, ask.limit),
        cast=cast,
        choices=_choices(ask, tale, here, turn),
        title=f"{tale.hero.name} {tale.book.said['and']} {tale.quest}"
        if number == 0
        else turn.title,
        words=caption,
        alt=caption,
        sites=sites,
        here=tuple(each.name for each in seen),
        site=site.name if site in sites else "",
    )


def _tale(ask: Tell) -> _Tale:
    spoken = ask.language or ("de" if german(ask.premise) else "en")
    book = plots.book(spoken)
    hero, friend = cast_of(ask)
    events = [*book.turns["event"]]
    dice(ask, "events").shuffle(events)
    looks = (hero.look, friend.look)
    if spoken == "de":
        looks = german_look(hero), german_look(friend)
    return _Tale(book, hero, friend, looks, dice(ask, "quest").choice(book.quests), tuple(events))


def _turn(ask: Tell, tale: _Tale, number: int) -> Turn:
    """What happens in the scene of that number."""
    last = not ask.choices and number == len(ask.story)
    kind = "ending" if last else _ARC[number] if number < len(_ARC) else "event"
    if kind != "event":
        return dice(ask, kind).choice(tale.book.turns[kind])
    before = _ARC[:number].count("event") + max(0, number - len(_ARC))
    return tale.events[before % len(tale.events)]


def _setting(ask: Tell, tale: _Tale, number: int) -> _Setting:
    """Where the scene of that number is: where the choices led so far."""
    anywhere = _reachable(tale.book)
    place, _, _ = _heard(ask.premise)
    place = place or dice(ask, "place").choice(anywhere)
    for at in range(1, number + 1):
        chosen = ask.story[at - 1].choice
        named = _way_to(chosen, tale.book) or _heard(chosen)[0]
        if not named and _did(ask, tale, at):  # something was done: the way goes on by itself
            named = dice(ask, f"place {at}").choice([each for each in anywhere if each != place])
        place = named or place
    said = ask.story[number - 1].choice if number else ask.premise
    _, hour, weather = _heard(said)
    hour = _hour_of(said, tale.book) or hour or dice(ask, f"hour {number}").choice(_HOURS)
    if number < len(_ARC) and _ARC[number] == "storm":
        weather = weather or "storm"
    return _Setting(place, hour, weather if weather in plots.MOODS else "")


_HOURS: Final = ("day", "sunset", "night", "dawn")


def _reachable(book: Book) -> list[str]:
    return [key for key, place in book.places.items() if place.way]


def _way_to(chosen: str, book: Book) -> str:
    """The place that a way of the book's leads to, "" for other choices."""
    return next((k for k, p in book.places.items() if p.way and chosen.startswith(p.way)), "")


def _hour_of(chosen: str, book: Book) -> str:
    return next((key for key, hour in book.hours.items() if hour.way == chosen), "")


def _heard(text: str) -> tuple[str, str, str]:
    """Place, hour and weather that a text names; "" for what it does not."""
    scene = understand(text)
    ground = ground_named(text)
    place = "mountains" if scene.mountains else {"beach": "sea"}.get(ground, ground)
    return place if place in plots.book("en").places else "", time_named(text), scene.weather


def _did(ask: Tell, tale: _Tale, number: int) -> str:
    """What came of the choice before that scene, where it was one of its own acts."""
    turn = _turn(ask, tale, number - 1)
    chosen = ask.story[number - 1].choice
    for act, followed in turn.acts:
        if tale.fill(act, number - 1)[:_LONGEST_CHOICE] == chosen:
            return tale.fill(followed, number)
    return ""


def _followed(ask: Tell, tale: _Tale, number: int) -> str:
    """The sentence that does what was chosen."""
    chosen = " ".join(ask.story[number - 1].choice.split()).strip(' ."„“') if number else ""
    if not chosen:
        return ""
    book = tale.book
    if done := _did(ask, tale, number):
        return done
    place, hour = _way_to(chosen, book), _hour_of(chosen, book)
    if place or hour:
        return tale.fill(book.places[place].went if place else book.hours[hour].went, number)
    frame = book.said.get("chose_alone", book.said["chose"]) if number == 1 else book.said["chose"]
    return tale.fill(frame, number, choice=chosen[:_LONGEST_CHOICE])


def _text(ask: Tell, tale: _Tale, here: _Setting, turn: Turn, number: int) -> str:
    """What was chosen, where that led, what happens there; within the words asked for."""
    book, place = tale.book, tale.book.places[here.place]
    around = [tale.fill(book.hours[here.hour].now, number, place.where), place.seen]
    around += [book.said[f"in_{here.weather}"]] if here.weather else []
    lead = [_followed(ask, tale, number), around[0]]
    happens = tale.fill(turn.text, number)
    extras = [*(book.extras if number else book.alone)]
    dice(ask, f"extras {number}").shuffle(extras)
    more: Iterator[str] = iter([*around[1:], *(tale.fill(each, number) for each in extras)])
    aim = (ask.least + ask.most) // 2
    while _words(*lead, happens) < aim and (sentence := next(more, "")):
        if _words(*lead, sentence, happens) <= ask.most:
            lead.append(sentence)
    return _within(ask.most, [*filter(None, lead)], happens)


def _words(*parts: str) -> int:
    return sum(len(part.split()) for part in parts)


def _within(most: int, lead: list[str], happens: str) -> str:
    """Fewer sentences where there is no room: what happens is told, the way there is left out."""
    while lead and _words(*lead, happens) > most:
        lead.pop()
    sentences = _SENTENCE.split(happens) if _words(happens) > most else [happens]
    while len(sentences) > 1 and _words(*sentences) > most:
        sentences.pop()
    return " ".join([*lead, *sentences])


def _prompt(seen: tuple[Character, ...], here: _Setting, style: str, limit: int) -> str:
    """Looks first, in the same words as ever; then where; the style in a line of its own."""
    book = plots.book("en")
    looks = shown(seen, [each.name for each in seen])
    where, when = book.places[here.place].where, book.hours[here.hour].when
    scene = f"{looks} {_capital(where)}, {when}{plots.MOODS[here.weather]}."
    named = styles.named(style) or style
    line = f"\nStyle: {named}." if named else ""
    return scene[: max(0, limit - len(line))] + line[:limit]


def _site(book: Book, place: str) -> Site:
    """The place under its name in the story's language, its look in the words of the prompt."""
    return Site(_capital(book.places[place].name), plots.book("en").places[place].name)


def _caption(tale: _Tale, here: _Setting, *, alone: bool) -> str:
    book = tale.book
    who = tale.looks[0] if alone else f" {book.said['and']} ".join(tale.looks)
    return f"{_capital(who)} {book.places[here.place].where}, {book.hours[here.hour].when}."


def _choices(ask: Tell, tale: _Tale, here: _Setting, turn: Turn) -> tuple[str, ...]:
    """What can be done here, and ways on to another place or hour; none twice."""
    number = len(ask.story)
    chance = dice(ask, f"ways {number}")
    places = [each for each in _reachable(tale.book) if each != here.place]
    hours = [each for each in _HOURS if each != here.hour]
    acts = [tale.fill(act, number) for act, _ in turn.acts]
    away = tale.book.places[chance.choice(places)].way
    later = tale.book.hours[chance.choice(hours)].way
    ways = (*acts[:1], away, *acts[1:], later)
    return tuple(dict.fromkeys(_capital(way)[:_LONGEST_CHOICE] for way in ways))[: ask.choices]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
