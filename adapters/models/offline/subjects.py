"""What a sentence names and how: "two small red foxes on the left"."""

import re
from dataclasses import dataclass
from typing import Final

from adapters.models.offline import colours, silhouettes

_NUMBERS: Final = {
    "two": 2, "pair": 2, "couple": 2, "three": 3, "trio": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "many": 6, "several": 4, "flock": 6, "herd": 5, "fleet": 4, "pack": 4, "some": 3,
    "few": 3, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6,
}  # fmt: skip
_SIZES: Final = {
    "tiny": 0.45, "little": 0.7, "small": 0.65, "big": 1.3, "large": 1.3, "huge": 1.6,
    "giant": 1.75, "enormous": 1.75, "tall": 1.25, "distant": 0.45, "lone": 1.0,
}  # fmt: skip
COLOUR_WORDS: Final = {"golden": "golden", "scarlet": "scarlet", "snowy": "white", "gray": "grey"}
_NOT_SUBJECTS: Final = frozenset({"coffee", "tea", "orange", "rose", "lemon", "stone", "camp"})
_FRUIT: Final = frozenset({"orange", "rose", "lemon"})
_PLACES: Final = frozenset({"forest", "sea", "sand", "ocean", "grass", "sky", "earth"})
_CLOTHES: Final = frozenset({"coat", "dress", "jacket", "cloak", "shirt", "robe", "suit"})
_FLYING: Final = {name: f"flying {name}" for name in ("bird", "crow", "raven")}
_MOST_SUBJECTS: Final = 4
READ: Final = frozenset({*_NUMBERS, *_SIZES, *COLOUR_WORDS, *_CLOTHES, "flying"})


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to draw: catalogue name, colour name or "", how many, size factor, place 0-1 or None."""

    name: str
    colour: str = ""
    count: int = 1
    size: float = 1.0
    place: float | None = None
    far: bool = False


def subjects_in(words: list[str]) -> tuple[Subject, ...]:
    """The first few subjects a sentence names, each as it is described there."""
    found: list[Subject] = []
    for at, word in enumerate(words):
        entry = silhouettes.find(word)
        if entry is None or _is_adjective(word, words[at + 1 : at + 2]):
            continue
        name, plural = entry
        if word in {"stars", "squares"} or (word in _FRUIT and not _counted(words[:at])):
            continue  # "stars" are the night's, "squares" a town's; "in teal and orange" is a colour
        if name == "oak" or any(subject.name == name for subject in found):
            continue
        before = words[max(0, at - 4) : at]
        found.append(_described(name, plural, before, words[at + 1 : at + 11]))
    return tuple(found[:_MOST_SUBJECTS])


def _counted(before: list[str]) -> bool:
    """Whether a word that is a colour as well is a thing here: "an orange", "two small oranges"."""
    near = before[-2:]
    return bool(near) and any(
        word in _NUMBERS or word in {"a", "an", "the", "one"} for word in near
    )


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
    if "flying" in own or re.match(
        r"(?:flying|(?:high )?(?:in|across|through) the (?:sky|air))", phrase
    ):
        name = _FLYING.get(name, name)
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
            name = COLOUR_WORDS.get(name, name)
            if colours.number_of(name) is not None and name not in _PLACES:
                return name  # "in the forest a dragon" is no forest-coloured one
    return ""
