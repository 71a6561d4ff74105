"""The checklist of a goal or a reference, and what to do about the questions that fail."""

import re
from typing import Final

from adapters.models.offline import silhouettes, styles
from adapters.models.offline.heard import heard
from adapters.models.offline.raster import Pixels
from adapters.models.offline.seeing import (
    BASIC,
    LIGHT_WORDS,
    LIGHTS,
    QUESTIONS,
    STYLE_TESTS,
    look_at,
    share_of,
)
from adapters.models.offline.vocabulary import (
    Scene,
    as_wanted,
    ground_named,
    time_named,
    understand,
)
from adapters.models.offline.wishes import wish_of
from adapters.models.offline.words import palette_names

_MOST: Final = 12
_MOST_UNSEEN: Final = 4


def questions(goal: str, reference: Pixels | None) -> tuple[str, ...]:
    """Up to twelve questions from a goal, a reference or both; none where there is nothing to ask.

    A goal is asked for what it says and no more: for things as well that nobody here can see, so
    that no picture passes for them unseen.
    """
    asked: list[str] = []
    if goal.strip():
        asked += _from_goal(goal)
    if reference is not None:
        asked += _from_picture(reference, bool(asked))
    return tuple(dict.fromkeys(asked))[:_MOST]


def _from_goal(goal: str) -> list[str]:
    scene = understand(goal)
    asked: list[str] = []
    for subject in scene.subjects if scene.known else ():
        asked.append(f"Is there {'an' if subject.name[0] in 'aeiou' else 'a'} {subject.name}?")
        asked += [f"Is there {subject.colour}?"] * bool(subject.colour)
    asked += _of_emblem(scene)
    told = heard(goal)
    asked += [f"Is it without {word}?" for word in told.excluded if silhouettes.find(word)]
    asked += [f"Does it show “{word}”?" for word in told.unpainted[:_MOST_UNSEEN]]
    things = {subject.name for subject in scene.subjects}
    named = (name for name in scene.palette if name not in things and not ground_named(name))
    asked += [f"Is there {name}?" for name in named]
    if time_named(goal):
        asked.append(f"Is it {scene.time}?")
    kinds = {
        "snow": "snow",
        "sea": "water",
        "lake": "water",
        "meadow": "grass",
        "desert": "sand",
        "beach": "sand",
    }
    ground = "snow" if scene.season == "winter" else kinds.get(ground_named(goal), "")
    place = ground_named(goal)
    if place and not ground and scene.known:
        asked.append(f"Does it show a {place}?")  # nothing here can tell
    if ground and not (ground == "grass" and scene.season):
        asked.append(f"Is there {ground}?")
    if scene.style in STYLE_TESTS:
        asked.append(f"Does it look like {scene.style}?")
    asked += _lights_of(as_wanted(goal), scene.time)
    return list(dict.fromkeys(asked))


def _of_emblem(scene: Scene) -> list[str]:
    if scene.emblem is None or not scene.known:
        return []
    what = scene.emblem.what
    return {
        "flag": [f"Is there the flag of {what}?"], "board": ["Is there a chess board?"],
    }.get(scene.emblem.kind, [f"Does it say “{what}”?"])  # fmt: skip


def _lights_of(goal: str, time: str) -> list[str]:
    found = [
        name for pattern, name in LIGHT_WORDS.items() if re.search(rf"\b(?:{pattern})\b", goal)
    ]
    if time == "night" and "dark" not in found:
        found.append("dark")
    if time == "sunset" and "warm" not in found:
        found.append("warm")
    return [f"Is the picture {name}?" for name in found]


def _from_picture(picture: Pixels, goal_leads: bool) -> list[str]:
    """Questions the reference itself answers with yes."""
    look = look_at(picture)
    lab = look.lab
    asked = [f"Is there {name}?" for name in palette_names(lab) if share_of(lab, name) > 0.03][:4]
    asked += [f"Is there {name}?" for name in BASIC if share_of(lab, name) > 0.06][:3]
    asked += [f"Is the picture {name}?" for name, test in LIGHTS.items() if test(look.mood)][:4]
    for one, other in (("top", "bottom"), ("left", "right")):
        first, second = (float(look.part(p)[..., 0].mean()) for p in (one, other))
        if abs(first - second) > 0.06:
            way = "lighter" if first > second else "darker"
            asked.append(f"Is the {one} {way} than the {other}?")
    asked += [
        f"Is there {name} in the middle?"
        for name in BASIC
        if share_of(look.part("middle"), name) > 0.15
    ][:2]
    return asked[: 4 if goal_leads else _MOST]


def mend(goal: str, text: str, failed: tuple[str, ...]) -> str:
    """The next scene prompt: the person's sentence, and a wish for each failed question."""
    wishes = [part.strip() for part in re.split(r"[,;]", wish_of(text)) if part.strip(" .")]
    wishes = [wish.rstrip(".") for wish in wishes]
    for question in failed:
        remedy = _remedy(question.strip().lower())
        if not remedy:
            continue
        if remedy in wishes:
            wishes[wishes.index(remedy)] = f"much {remedy}"
        elif f"much {remedy}" not in wishes:
            wishes.append(remedy)
    style = styles.named(goal)
    lines = [goal.strip(), f"Wish: {', '.join(wishes)}." if wishes else ""]
    lines.append(f"Style: {style}." if style else "")
    return "\n".join(line for line in lines if line)


def _remedy(question: str) -> str:
    fixed = {
        "dark": "darker", "night": "darker", "bright": "brighter", "day": "brighter", "warm": "warmer",
        "sunset": "warmer", "dawn": "brighter", "cool": "cooler", "colourful": "more colourful",
        "muted": "less colourful", "black and white": "black and white", "snow": "brighter",
        "high in contrast": "more contrast", "soft in contrast": "less contrast", "water": "more blue",
        "grass": "more green", "sand": "warmer", "mid-toned": "softer",
    }  # fmt: skip
    for pattern, _ in QUESTIONS:
        match = pattern.match(question)
        if match:
            found = match.groupdict()
            if found.get("colour"):
                return f"more {found['colour']}"
            if found.get("way"):
                return "brighter" if found["way"] == "lighter" else "darker"
            word = found.get("light") or found.get("time") or found.get("ground") or ""
            return fixed.get(word, "")
    return ""
