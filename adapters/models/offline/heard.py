"""Which words of a sentence are in the picture, and which are not: told to whoever asked."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from adapters.models.offline import abstract, silhouettes, styles, subjects, vocabulary
from adapters.models.offline.emblems import emblem_in
from adapters.models.offline.excluding import wanted
from adapters.models.offline.seeing import LIGHT_WORDS
from adapters.models.offline.tongues import english
from adapters.models.offline.vocabulary import Scene, understand

_MOST: Final = 6


@dataclass(frozen=True, slots=True)
class Heard:
    """Painted things as English phrases; what is not painted and what is left out, in the person's words."""

    painted: tuple[str, ...]
    unpainted: tuple[str, ...]
    excluded: tuple[str, ...]
    known: bool

    @property
    def sentence(self) -> str:
        """What people are told; "" where everything they said is in the picture."""
        if not self.unpainted and not self.excluded and self.known:
            return ""
        if not self.known and not self.painted:
            said = ["Painted: colour and rhythm alone, I can't draw what these words name."]
        else:
            said = [f"Painted: {', '.join(self.painted[:_MOST])}."]
        if self.unpainted:
            said.append(
                f"Not painted, I have no shape for it: {', '.join(self.unpainted[:_MOST])}."
            )
        if self.excluded:
            said.append(f"Left out as you said: {', '.join(self.excluded[:_MOST])}.")
        return " ".join(said)


def heard(text: str) -> Heard:
    """Read a person's sentence as the scene painter does."""
    scene = understand(text)
    want = wanted(english(text[:2000]))
    rest = emblem_in(want.text)[1].lower() if scene.emblem else want.text.lower()
    gone = _patterns(scene)
    for pattern in gone:
        rest = re.sub(rf"\b(?:{pattern})\b", " ", rest)
    left = [word for word in re.findall(r"[^\W\d_][\w'-]*", rest) if _matters(word, scene)]
    return Heard(_painted(scene), tuple(dict.fromkeys(left)), want.excluded, scene.known)


def _patterns(scene: Scene) -> list[str]:
    """What the painter reads, as patterns: of places and hours only the one that is painted."""
    found = [pattern for name, pattern in vocabulary.TIMES if name == scene.time]
    found += [pattern for name, pattern in vocabulary.WEATHERS if name == scene.weather]
    found += [pattern for name, pattern in vocabulary.SEASONS if name == scene.season]
    found += [pattern for name, pattern in vocabulary.GROUNDS if name == scene.ground]
    found += [p for p in (scene.style and styles.pattern_of(scene.style),) if p]
    found += (*LIGHT_WORDS, r"hot[- ]air(?= balloon)")
    if scene.mountains:
        found.append(vocabulary.MOUNTAINS)
    if scene.forest:
        found.append(r"forest|woods?|woodland|pines?|trees")
    if scene.flowers:
        found.append(r"flowers?|wildflowers|garden|blossoms?|blossoming|fields?")
    if scene.backdrop:
        found.append(rf"{re.escape(scene.backdrop)} (?:background|backdrop|paper|canvas|wall)")
    if not scene.known:
        found += [pattern for pattern, _ in abstract.MOODS]
    return found


def _matters(word: str, scene: Scene) -> bool:
    """Whether a word names something, and that is not painted."""
    if word in _small_words() or word in subjects.READ:
        return False
    if any(word in name.split() for name in (*scene.palette, *(s.colour for s in scene.subjects))):
        return False
    single = silhouettes.find(word)
    return single is None or single[0] not in {s.name.split(" ")[-1] for s in scene.subjects}


def _painted(scene: Scene) -> tuple[str, ...]:
    found = [_said(subject) for subject in scene.subjects] if scene.known else []
    if scene.emblem is not None:
        what = scene.emblem.what
        found.append(
            {"flag": f"the flag of {what}", "letters": f"“{what}”"}.get(scene.emblem.kind, what)
        )
    if not scene.known:
        return tuple(name for name in scene.palette)
    if scene.ground != "plain":
        found.append("room" if scene.ground == "room" else scene.ground)
        found += [scene.time, *filter(None, (scene.weather, scene.season))]
        found += ["mountains"] * scene.mountains
    return tuple(dict.fromkeys(found)) + ((scene.style,) if scene.style else ())


def _said(subject: subjects.Subject) -> str:
    count = f"{subject.count} " if subject.count > 1 else ""
    name = silhouettes.plural(subject.name) if subject.count > 1 else subject.name
    return " ".join(f"{count}{subject.colour} {name}".split())


@cache
def _small_words() -> frozenset[str]:
    """Words that name nothing to draw."""
    text = files("adapters.models.offline").joinpath("smallwords.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())
