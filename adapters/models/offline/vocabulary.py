"""A sentence becomes a scene: time, weather, season, ground, subjects."""

import re
from dataclasses import dataclass
from typing import Final

from adapters.models.offline import colours, silhouettes, styles
from adapters.models.offline.emblems import Emblem, emblem_in
from adapters.models.offline.excluding import wanted
from adapters.models.offline.subjects import COLOUR_WORDS, Subject, subjects_in
from adapters.models.offline.tongues import english

TIMES: Final = (
    ("sunset", r"sunset|dusk|evening|golden hour"),
    ("dawn", r"dawn|sunrise|morning|daybreak"),
    ("night", r"night|midnight|moon|moonlit|moonlight|stars|starry|northern lights|aurora"),
)
WEATHERS: Final = (
    ("storm", r"storm\w*|thunder\w*|lightning|tempest"),
    ("rain", r"rain\w*|drizzle"),
    ("snowfall", r"snowing|snowfall|blizzard|snowstorm|falling snow"),
    ("fog", r"fog\w*|mist\w*|haze|hazy"),
    ("clear", r"clear sky|cloudless"),
)
SEASONS: Final = (
    ("winter", r"winter\w*|frost\w*|frozen"),
    ("autumn", r"autumn\w*|fall leaves|october|harvest"),
    ("spring", r"spring|cherry (?:trees|blossoms?)|blossoming"),
)
GROUNDS: Final = (
    ("underwater", r"underwater|under the sea|coral reef|reef|seabed|deep sea"),
    ("space", r"space|galaxy|cosmos|nebula|outer space|orbit"),
    ("moon", r"on the moon|lunar|on mars|mars|martian"),
    ("room", r"room|kitchen|table|indoors|interior|bedroom|library|shelf|window sill|still life"),
    ("city", r"city|cities|street|town|downtown|skyline|new york|tokyo|paris|london|metropolis"),
    ("sea", r"sea|ocean|harbou?r|bay|waves?|coast|shore"),
    ("beach", r"beach|island|seaside"),
    ("lake", r"lake|river|pond|canal|fjord|reflection"),
    ("snow", r"snow\w*|ice|arctic|antarctic|glacier|polar"),
    ("desert", r"desert|dunes?|sahara|sand"),
    ("jungle", r"jungle|rainforest|tropical"),
    ("forest", r"forest|woods?|woodland"),
    (
        "meadow",
        r"meadow|field|garden|flowers|prairie|countryside|hills?|farm|park|grass\w*|pasture",
    ),
)
_BESIDE: Final = re.compile(
    r"\b(?:by|near|beside|along|at|next to|overlooking|on the (?:shore|bank|edge)s? of)"
    r" (?:an? |the )?(?:\w+ ){0,2}(?:sea|ocean|coast|bay|lake|river|pond|canal|fjord|shore)\b"
)
_BACKDROP: Final = re.compile(
    r"\b(?:on|against|before) (?:an? |the )?(?P<before>[a-z]+(?: [a-z]+)?) (?:background|backdrop|ground|paper|canvas|wall)\b"
    r"|\bbackground (?:is |in |of )?(?P<after>[a-z]+)\b"
)
_WOODS: Final = r"trees?|woods?|forests?|pines?|firs?"
_OWN_ROCK: Final = frozenset({"lighthouse"})
MOUNTAINS: Final = r"mountains?|alps|peaks?|volcano|fuji|himalaya\w*"


@dataclass(frozen=True, slots=True)
class Scene:
    """What a sentence asks for. `known` is false where no word of it could be drawn.

    `without` are the things it excludes, by their plain names; `alone` leaves out everything that
    is not named; `backdrop` is a colour name.
    """

    time: str
    weather: str
    season: str
    ground: str
    mountains: bool
    forest: bool
    flowers: bool
    aurora: bool
    subjects: tuple[Subject, ...]
    palette: tuple[str, ...]
    style: str | None
    known: bool
    shore: bool = False
    without: frozenset[str] = frozenset()
    alone: bool = False
    emblem: Emblem | None = None
    backdrop: str = ""


def understand(text: str) -> Scene:
    """Read a sentence (the first 2,000 characters)."""
    want = wanted(english(text[:2000]))
    text = want.text.lower()
    style = styles.style_of(text)
    plain = styles.without(re.sub(r"^style:.*$", "", want.text, flags=re.M | re.I))
    emblem, plain = emblem_in(plain)
    plain, backdrop = _backdrop(plain.lower())
    plain = re.sub(r"\b(?:cups?|mugs?) of (?:coffee|tea)\b", lambda m: m[0].split()[0], plain)
    plain = re.sub(r"\b(?:bunch|bouquet) of (?:\w+ )?flowers\b", "bouquet", plain)
    plain = re.sub(r"\b(fields?|meadows?|gardens?) of flowers\b", r"\1 in blossom", plain)
    words = re.findall(r"[a-z0-9']+(?:-[a-z]+)?", plain)
    abstract = bool(re.search(r"\babstract\b", plain))
    subjects = () if abstract else subjects_in(words)
    ground = _first(GROUNDS, plain)
    mountains = bool(re.search(rf"\b(?:{MOUNTAINS})\b", plain))
    time, weather, season = (_first(table, plain) for table in (TIMES, WEATHERS, SEASONS))
    named = bool(subjects or ground or mountains or time or weather or season or emblem)
    return Scene(
        time=time or "day",
        weather=weather,
        season=season,
        ground=_ground(ground, season, subjects, bare=not (ground or mountains or time or weather)),
        mountains=mountains,
        forest=bool(re.search(r"\b(?:forest|woods?|woodland|pines?|trees)\b", plain)),
        flowers=bool(
            re.search(
                r"\b(?:flowers?|wildflowers|garden|blossoms?|in blossom|(?:tulip|poppy|flower) fields?)\b",
                plain,
            )
        ),
        aurora=bool(re.search(r"\b(?:aurora|northern lights)\b", plain)),
        subjects=subjects,
        palette=_palette(words),
        style=style,
        known=named and not abstract,
        shore=_on_shore(plain, subjects),
        without=_plainly(want.excluded),
        alone=want.alone,
        emblem=None if abstract else emblem,
        backdrop=backdrop,
    )


def ground_named(text: str) -> str:
    """The ground a sentence names, "" if it names none."""
    return _first(GROUNDS, as_wanted(text))


def time_named(text: str) -> str:
    """The time of day a sentence names, "" if it names none."""
    text = as_wanted(text)
    by_day = re.search(r"\b(?:by day|daylight|noon|daytime)\b", text)
    return _first(TIMES, text) or ("day" if by_day else "")


def _on_shore(text: str, subjects: tuple[Subject, ...]) -> bool:
    """Whether there is land before the water for those who stand by it."""
    standing = [s.name for s in subjects if silhouettes.CATALOGUE[s.name].home == "ground"]
    return bool(standing) and not _OWN_ROCK & set(standing) and bool(_BESIDE.search(text))


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in table if re.search(rf"\b(?:{pattern})\b", text)), "")


def as_wanted(text: str) -> str:
    """A sentence in small English letters, without what it excludes."""
    return wanted(english(text[:2000])).text.lower()


def _backdrop(text: str) -> tuple[str, str]:
    """A sentence without its "on a yellow background", and the colour."""
    match = _BACKDROP.search(text)
    if match is None:
        return text, ""
    name = (match["before"] or match["after"] or "").strip()
    name = COLOUR_WORDS.get(name, name)
    known = colours.number_of(name) is not None
    return (f"{text[: match.start()]} {text[match.end() :]}", name) if known else (text, "")


def _plainly(excluded: tuple[str, ...]) -> frozenset[str]:
    """Excluded things by the names that the painters of scenery ask for."""
    found: set[str] = set()
    for phrase in excluded:
        for word in phrase.split():
            single = silhouettes.find(word)
            found |= {word, single[0]} if single else {word, word.removesuffix("s")}
            if re.fullmatch(_WOODS, word):
                found.add("tree")
    return frozenset(found)


def _ground(found: str, season: str, subjects: tuple[Subject, ...], *, bare: bool) -> str:
    if found:
        return found
    if bare and all(subject.name in silhouettes.FIGURES for subject in subjects):
        return "plain"
    if season == "winter":
        return "snow"
    homes = {silhouettes.CATALOGUE[subject.name].home for subject in subjects}
    if "deep" in homes:
        return "underwater"
    if "water" in homes:
        return "sea"
    names = {subject.name for subject in subjects}
    if names & {"teapot", "cup", "mug", "coffee", "tea", "vase", "bouquet", "apple", "pear"}:
        return "room"
    if names & {"astronaut", "spaceman"}:
        return "moon"
    if names & {"saturn", "planet", "spaceship"}:
        return "space"
    if names & {"skyscraper", "taxi"}:
        return "city"
    return "desert" if names & {"cactus"} else "beach" if names & {"palm"} else "meadow"


def _palette(words: list[str]) -> tuple[str, ...]:
    """Every colour the sentence names, for abstract compositions and tests of the goal."""
    named = (COLOUR_WORDS.get(word, word) for word in words)
    return tuple(dict.fromkeys(name for name in named if colours.number_of(name) is not None))
