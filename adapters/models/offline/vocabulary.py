"""A sentence becomes a scene: time, weather, season, ground, subjects with colour, number, place."""

import re
from dataclasses import dataclass
from typing import Final

from adapters.models.offline import colours, silhouettes, styles

_TIMES: Final = (
    ("sunset", r"sunset|dusk|evening|golden hour"),
    ("dawn", r"dawn|sunrise|morning|daybreak"),
    ("night", r"night|midnight|moon|moonlit|moonlight|stars|starry|northern lights|aurora"),
)
_WEATHERS: Final = (
    ("storm", r"storm\w*|thunder\w*|lightning|tempest"),
    ("rain", r"rain\w*|drizzle"),
    ("snowfall", r"snowing|snowfall|blizzard|snowstorm|falling snow"),
    ("fog", r"fog\w*|mist\w*|haze|hazy"),
    ("clear", r"clear sky|cloudless"),
)
_SEASONS: Final = (
    ("winter", r"winter\w*|frost\w*|frozen"),
    ("autumn", r"autumn\w*|fall leaves|october|harvest"),
    ("spring", r"spring|cherry (?:trees|blossoms?)|blossoming"),
)
_GROUNDS: Final = (
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
_OWN_ROCK: Final = frozenset({"lighthouse"})
_MOUNTAINS: Final = re.compile(r"\b(?:mountains?|alps|peaks?|volcano|fuji|himalaya\w*)\b")
_NUMBERS: Final = {
    "two": 2, "pair": 2, "couple": 2, "three": 3, "trio": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "many": 6, "several": 4, "flock": 6, "herd": 5, "fleet": 4, "pack": 4, "some": 3,
    "few": 3, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6,
}  # fmt: skip
_SIZES: Final = {
    "tiny": 0.45, "little": 0.7, "small": 0.65, "big": 1.3, "large": 1.3, "huge": 1.6,
    "giant": 1.75, "enormous": 1.75, "tall": 1.25, "distant": 0.45, "lone": 1.0,
}  # fmt: skip
_COLOUR_WORDS: Final = {"golden": "golden", "scarlet": "scarlet", "snowy": "white", "gray": "grey"}
_NOT_SUBJECTS: Final = frozenset({"coffee", "tea", "orange", "rose", "lemon", "stone", "camp"})
_CLOTHES: Final = frozenset({"coat", "dress", "jacket", "cloak", "shirt", "robe", "suit"})
_MOST_SUBJECTS: Final = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to draw: catalogue name, colour name or "", how many, size factor, place 0-1 or None."""

    name: str
    colour: str = ""
    count: int = 1
    size: float = 1.0
    place: float | None = None
    far: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What a sentence asks for. `known` is false where no word of it could be drawn."""

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


def understand(text: str) -> Scene:
    """Read a sentence (the first 2,000 characters)."""
    text = text[:2000].lower()
    style = styles.style_of(text)
    plain = styles.without(re.sub(r"^style:.*$", "", text, flags=re.M))
    plain = re.sub(r"\b(?:cups?|mugs?) of (?:coffee|tea)\b", lambda m: m[0].split()[0], plain)
    plain = re.sub(r"\b(fields?|meadows?|gardens?) of flowers\b", r"\1 in blossom", plain)
    words = re.findall(r"[a-z0-9']+(?:-[a-z]+)?", plain)
    subjects = _subjects(words)
    ground = _first(_GROUNDS, plain)
    mountains = bool(_MOUNTAINS.search(plain))
    time, weather, season = (_first(table, plain) for table in (_TIMES, _WEATHERS, _SEASONS))
    known = bool(subjects or ground or mountains or time or weather or season)
    return Scene(
        time=time or "day",
        weather=weather,
        season=season,
        ground=_ground(ground, season, subjects),
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
        known=known,
        shore=_on_shore(plain, subjects),
    )


def ground_named(text: str) -> str:
    """The ground a sentence names, "" if it names none."""
    return _first(_GROUNDS, text[:2000].lower())


def time_named(text: str) -> str:
    """The time of day a sentence names, "" if it names none."""
    text = text[:2000].lower()
    by_day = re.search(r"\b(?:by day|daylight|noon|daytime)\b", text)
    return _first(_TIMES, text) or ("day" if by_day else "")


def _on_shore(text: str, subjects: tuple[Subject, ...]) -> bool:
    """Whether there is land before the water for those who stand by it."""
    standing = [s.name for s in subjects if silhouettes.CATALOGUE[s.name].home == "ground"]
    return bool(standing) and not _OWN_ROCK & set(standing) and bool(_BESIDE.search(text))


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in table if re.search(rf"\b(?:{pattern})\b", text)), "")


def _ground(found: str, season: str, subjects: tuple[Subject, ...]) -> str:
    if found:
        return found
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


def _subjects(words: list[str]) -> tuple[Subject, ...]:
    found: list[Subject] = []
    for at, word in enumerate(words):
        entry = silhouettes.find(word)
        if entry is None or _is_adjective(word, words[at + 1 : at + 2]):
            continue
        name, plural = entry
        if name == "oak" or any(subject.name == name for subject in found):
            continue
        before = words[max(0, at - 4) : at]
        found.append(_described(name, plural, before, words[at + 1 : at + 11]))
    return tuple(found[:_MOST_SUBJECTS])


def _is_adjective(word: str, following: list[str]) -> bool:
    """'an orange cat', 'a stone bridge', 'a tea cup': the first word only describes."""
    return word in _NOT_SUBJECTS and bool(following) and silhouettes.find(following[0]) is not None


def _described(name: str, plural: bool, before: list[str], after: list[str]) -> Subject:
    own = _since_last_subject(before)
    count = next((_NUMBERS[word] for word in own if word in _NUMBERS), 3 if plural else 1)
    size = next((_SIZES[word] for word in own if word in _SIZES), 1.0)
    phrase = " ".join(after)
    place = 0.24 if re.match(r"(?:on|at|to) the left", phrase) else None
    place = 0.76 if re.match(r"(?:on|at|to) the right", phrase) else place
    far = bool(re.match(r"(?:in the (?:distance|background)|far away)", phrase))
    colour = _colour(own) or _clothes(after)
    return Subject(name, colour, count, size, place, far or "distant" in own)


def _clothes(after: list[str]) -> str:
    """The colour somebody wears: "a girl in a red coat"."""
    for at, word in enumerate(after):
        if silhouettes.find(word) is not None and word not in _NOT_SUBJECTS:
            return ""
        if word in _CLOTHES:
            return _colour(after[max(0, at - 2) : at])
    return ""


def _since_last_subject(before: list[str]) -> list[str]:
    for at in range(len(before) - 1, -1, -1):
        if silhouettes.find(before[at]) is not None and before[at] not in _NOT_SUBJECTS:
            return before[at + 1 :]
        if before[at] in {"and", "with", "in", "on", "by", "under", "over", "of"}:
            return before[at + 1 :] if before[at] != "of" else before
    return before


def _colour(words: list[str]) -> str:
    for size in (2, 1):
        for at in range(len(words) - size, -1, -1):
            name = " ".join(words[at : at + size])
            name = _COLOUR_WORDS.get(name, name)
            if colours.number_of(name) is not None:
                return name
    return ""


def _palette(words: list[str]) -> tuple[str, ...]:
    """Every colour the sentence names, for abstract compositions and tests of the goal."""
    named = (_COLOUR_WORDS.get(word, word) for word in words)
    return tuple(dict.fromkeys(name for name in named if colours.number_of(name) is not None))
