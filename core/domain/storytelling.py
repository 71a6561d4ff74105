"""What a told scene may be: within its length and rating, and always with a way on."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.domain.records import Iteration
from core.domain.story import Rating, Scene, Telling
from core.domain.text import clip

LEAST_CHOICES, MOST_CHOICES = 2, 4
CHOICE_CHARACTERS = 70  # what fits a button with its number, on every platform
TITLE_CHARACTERS = 80
WAYS_ON: Mapping[str, tuple[str, ...]] = {
    "en": ("Go on", "Look around first", "Turn back"),
    "de": ("Weitergehen", "Sich erst umsehen", "Umkehren"),
}


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


GERMAN = _set("der die das und ein eine einen einem im in ist auf mit von zu den dem nicht")
ENGLISH = _set("the a an and in is on with of to who not his her that from at")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?…][\"”’“»)]*(?=\s|$)")
_SENTENCE = re.compile(r"[^.!?…]+(?:[.!?…]+[\"”’“»)]*\s*|$)")
# beginnings of words; what a model lets through all the same is not offered as a way on
_GORE = "dismember disembowel decapitat gore mutilat zerstückel enthaupt verstümmel ausweid"
_SEX = "sex porn nude naked rape genital orgas nackt vergewaltig"
_DEATH = "kill murder suicide stab töte ermord selbstmord erstech"


def _beginning(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})", re.I)


BARRED: Mapping[Rating, re.Pattern[str]] = {
    "everyone": _beginning(f"{_GORE} {_SEX} {_DEATH}"),
    "teen": _beginning(f"{_GORE} {_SEX}"),
    "mature": _beginning(_SEX),
}


def language_of(text: str) -> str:
    """ "de" or "en", by the commonest words: what is ours in a story is said in its language."""
    words = [word.casefold() for word in _WORD.findall(text)]
    german = sum(word in GERMAN for word in words) + sum(
        letter in "äöüß" for letter in text.lower()
    )
    return "de" if german > sum(word in ENGLISH for word in words) else "en"


def held(scene: Scene, telling: Telling) -> Scene:
    """The scene as it is shown: no longer than allowed, with two to four ways on that may be offered;
    where the critic gave too few, some of ours. A story's last scene has none. Its `text` is "" where
    none of it is fit for the story's rating."""
    return replace(
        scene,
        text=shortened(fit(scene.text, telling.rating), telling.most),
        title="" if barred(scene.title, telling.rating) else clip(scene.title, TITLE_CHARACTERS),
        choices=() if telling.is_last else ways_on(scene.choices, telling),
    )


def ways_on(offered: Sequence[str], telling: Telling) -> tuple[str, ...]:
    cut = (clip(" ".join(each.split()), CHOICE_CHARACTERS) for each in offered)
    good = dict.fromkeys(each for each in cut if each and not barred(each, telling.rating))
    found = list(good)[:MOST_CHOICES]
    ours = WAYS_ON[telling.language or language_of(telling.premise)]
    for each in ours:
        if len(found) < LEAST_CHOICES and each not in found:
            found.append(each)
    return tuple(found)


def fit(text: str, rating: Rating) -> str:
    """What is told without the sentences that break the rating by their words: a model was asked to
    keep to it, and is not believed. "" where nothing is left."""
    if not barred(text, rating):
        return text
    sentences = _SENTENCE.findall(text)
    return "".join(each for each in sentences if not barred(each, rating)).strip()


def barred(text: str, rating: Rating) -> bool:
    """Whether a way on breaks the rating by its words."""
    return bool(BARRED[rating].search(text))


def shortened(text: str, most: int) -> str:
    """At most so many words, ending at a sentence where that keeps half of them."""
    words = list(re.finditer(r"\S+", text))
    if len(words) <= most:
        return text
    head = text[: words[most - 1].end()]
    ends = [match.end() for match in _SENTENCE_END.finditer(head)]
    if ends and ends[-1] > len(head) // 2:
        return head[: ends[-1]]
    return f"{head.rstrip(' ,;:')}…"


def path_to(nodes: Sequence[Iteration], id: str) -> tuple[Iteration, ...]:
    """The scenes that lead to an iteration, oldest first, itself included where it is one."""
    known = {node.id: node for node in nodes}
    found: list[Iteration] = []
    seen: set[str] = set()
    while (node := known.get(id)) is not None and id not in seen:
        seen.add(id)
        if node.chapter is not None:
            found.insert(0, node)
        id = node.parent
    return tuple(found)
