"""Yes/no questions that can be answered by measuring a picture, and what to do when they fail."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.models.offline import colours, styles
from adapters.models.offline.raster import Pixels, Plane, fit, lab_of, to_float, to_lab
from adapters.models.offline.vocabulary import understand
from adapters.models.offline.wishes import wish_of
from adapters.models.offline.words import Mood, mood, palette_names

_FEWEST: Final = 6
_MOST: Final = 12
_BASIC: Final = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """A small Lab/100 picture (h, w, 3) and its measured mood."""

    lab: Plane
    mood: Mood

    def part(self, where: str) -> Plane:
        """The half or ninth that a place names; of a strip too thin to halve, all of it."""
        height, width = self.lab.shape[:2]
        if min(height, width) < 2:
            return self.lab
        rows = {"top": slice(0, height // 2), "bottom": slice(height // 2, None)}
        columns = {"left": slice(0, width // 2), "right": slice(width // 2, None)}
        if where == "middle":
            return self.lab[height // 4 : -height // 4, width // 4 : -width // 4]
        return self.lab[rows.get(where, slice(None)), columns.get(where, slice(None))]


def _share(part: Plane, name: str) -> float:
    """How much of a part has a colour that people would call by that name."""
    value = colours.rgb_of(name)
    if value is None:
        return 0.0
    centre = lab_of(value)
    light, a, b = part[..., 0], part[..., 1], part[..., 2]
    strength = np.hypot(a, b)
    if float(np.hypot(centre[1], centre[2])) < 0.08:
        reach = 0.20 if name in {"black", "white"} else 0.16
        grey = (strength < 0.13) & (np.abs(light - centre[0]) < reach)
        return float(grey.mean())
    hue = float(np.arctan2(centre[2], centre[1]))
    apart = np.abs((np.arctan2(b, a) - hue + np.pi) % (2 * np.pi) - np.pi)
    own = float(np.hypot(centre[1], centre[2]))
    near_light = np.abs(light - centre[0]) < (0.22 if name == "brown" else 0.38)
    return float(((apart < 0.42) & (strength > min(0.14, 0.4 * own)) & near_light).mean())


_Test = Callable[[_Look, re.Match[str]], bool]


def _colour_there(look: _Look, match: re.Match[str]) -> bool:
    where = match["where"] or ""
    name = match["colour"]
    return _share(look.part(where), name) > (0.012 if not where else 0.03)


def _dominant(look: _Look, match: re.Match[str]) -> bool:
    return _share(look.lab, match["colour"]) > 0.22


def _lighter(look: _Look, match: re.Match[str]) -> bool:
    first, second = (float(look.part(match[k])[..., 0].mean()) for k in ("one", "other"))
    return first > second + 0.02 if match["way"] == "lighter" else first < second - 0.02


_LIGHTS: Final[dict[str, Callable[[Mood], bool]]] = {
    "dark": lambda m: m.light < 0.42,
    "bright": lambda m: m.light > 0.56,
    "mid-toned": lambda m: 0.34 <= m.light <= 0.68,
    "warm": lambda m: m.warmth > 0.04,
    "cool": lambda m: m.warmth < 0.0,
    "colourful": lambda m: m.saturation > 0.20,
    "muted": lambda m: m.saturation < 0.16,
    "black and white": lambda m: m.saturation < 0.06,
    "high in contrast": lambda m: m.contrast > 0.19,
    "soft in contrast": lambda m: m.contrast < 0.17,
}


def _light(look: _Look, match: re.Match[str]) -> bool:
    return _LIGHTS[match["light"]](look.mood)


def _time(look: _Look, match: re.Match[str]) -> bool:
    top = look.part("top")
    light, red, yellow = (float(top[..., i].mean()) for i in range(3))
    warm_spot = _share(look.part("top"), "orange") + _share(look.part("top"), "coral")
    if match["time"] == "night":
        return light < 0.36 and look.mood.light < 0.40
    if match["time"] == "sunset":
        return warm_spot > 0.05 and red > 0.02
    if match["time"] == "dawn":
        return light > 0.45 and (red > 0.02 or yellow > 0.05)
    return light > 0.5


def _ground(look: _Look, match: re.Match[str]) -> bool:
    low = look.part("bottom")
    light, red, yellow = (float(low[..., i].mean()) for i in range(3))
    strength = float(np.hypot(low[..., 1], low[..., 2]).mean())
    top = look.part("top")
    kind = match["ground"]
    if kind == "snow":
        pale = float((low[..., 0] > 0.72 * float(np.quantile(look.lab[..., 0], 0.98))).mean())
        return strength < 0.24 and (light > 0.62 or pale > 0.5 or light > float(top[..., 0].mean()))
    if kind == "water":
        return yellow < 0.02 and red < 0.06
    if kind == "grass":
        return red < 0.0 and yellow > 0.05
    return yellow > 0.10 and red > -0.02 and light > 0.3


def _style(look: _Look, match: re.Match[str]) -> bool:
    test = _STYLE_TESTS[match["style"]]
    return test(look)


_STYLE_TESTS: Final[dict[str, Callable[[_Look], bool]]] = {
    "pencil": lambda look: look.mood.saturation < 0.08 and look.mood.light > 0.55,
    "charcoal": lambda look: look.mood.saturation < 0.13,
    "linocut": lambda look: look.mood.saturation < 0.12 and look.mood.contrast > 0.25,
    "neon": lambda look: (
        look.mood.light < 0.42 and float(np.quantile(look.lab[..., 0], 0.98)) > 0.5
    ),
    "blueprint": lambda look: _share(look.lab, "cobalt") + _share(look.lab, "blue") > 0.4,
    "steampunk": lambda look: look.mood.warmth > 0.12,
    "synthwave": lambda look: _share(look.lab, "purple") + _share(look.lab, "magenta") > 0.25,
}

_NAMES: Final = "|".join(sorted(map(re.escape, colours.names()), key=len, reverse=True))
_WHERE: Final = r"top|bottom|left|right|middle"
_QUESTIONS: Final[tuple[tuple[re.Pattern[str], _Test], ...]] = tuple(
    (re.compile(pattern), test)
    for pattern, test in (
        (rf"is (?P<colour>{_NAMES}) the main colour", _dominant),
        (rf"is there (?:any |some |something )?(?P<colour>{_NAMES})(?: (?:in|at|on) the (?P<where>{_WHERE}))?\b",
         _colour_there),
        (rf"is the (?P<one>{_WHERE})(?: side| part| half)? (?P<way>lighter|darker) than the (?P<other>{_WHERE})",
         _lighter),
        (r"is it (?P<time>night|sunset|dawn|day)", _time),
        (r"is there (?P<ground>snow|water|grass|sand)", _ground),
        (rf"is the picture (?:rather )?(?P<light>{'|'.join(_LIGHTS)})", _light),
        (rf"does it look like (?:a )?(?P<style>{'|'.join(_STYLE_TESTS)})", _style),
    )
)  # fmt: skip


def answer(picture: Pixels, question: str) -> bool | None:
    """Measure the answer; None for what formulas can't see."""
    asked = question.strip().lower()[:300]
    for pattern, test in _QUESTIONS:
        match = pattern.match(asked)
        if match:
            lab = to_lab(to_float(fit(picture, 96)))
            return test(_Look(lab, mood(lab)), match)
    return None


def questions(goal: str, reference: Pixels | None) -> tuple[str, ...]:
    """Six to twelve questions that `answer` can measure, from a goal, a reference or both."""
    asked: list[str] = []
    if goal.strip():
        asked += _from_goal(goal)
    if reference is not None:
        asked += _from_picture(reference, bool(asked))
    fillers = (
        "Is the picture mid-toned?", "Is the picture colourful?", "Is the top lighter than the bottom?",
        "Is there green?", "Is there blue?", "Is the picture high in contrast?", "Is it day?",
    )  # fmt: skip
    for filler in fillers if not goal.strip() or len(asked) < _FEWEST else ():
        if len(asked) >= _FEWEST:
            break
        if not _contradicts(filler, asked):
            asked.append(filler)
    return tuple(dict.fromkeys(asked))[:_MOST]


def _contradicts(filler: str, asked: list[str]) -> bool:
    said = " ".join(asked)
    if filler in asked:
        return True
    if filler == "Is it day?":
        return "Is it " in said
    if filler == "Is the picture mid-toned?":
        return (
            "Is it " in said
            or "picture dark" in said
            or "picture bright" in said
            or "Is it night" in said
        )
    if filler == "Is the picture colourful?":
        return (
            "black and white" in said or "muted" in said or "pencil" in said or "charcoal" in said
        )
    if filler == "Is the top lighter than the bottom?":
        return "snow" in said or "night" in said
    return filler in {"Is there green?"} and ("snow" in said or "sand" in said)


def _from_goal(goal: str) -> list[str]:
    scene = understand(goal)
    asked: list[str] = []
    for subject in scene.subjects:
        if subject.colour:
            asked.append(f"Is there {subject.colour}?")
    asked += [f"Is there {name}?" for name in scene.palette]
    if scene.known:
        asked.append(f"Is it {scene.time}?")
    kinds = {
        "snow": "snow",
        "sea": "water",
        "lake": "water",
        "meadow": "grass",
        "desert": "sand",
        "beach": "sand",
    }
    ground = "snow" if scene.season == "winter" else kinds.get(scene.ground, "")
    if scene.known and ground and not (ground == "grass" and scene.season):
        asked.append(f"Is there {ground}?")
    if scene.style in _STYLE_TESTS:
        asked.append(f"Does it look like {scene.style}?")
    asked += _lights_of(goal.lower(), scene.time)
    return list(dict.fromkeys(asked))


def _lights_of(goal: str, time: str) -> list[str]:
    words = {
        r"dark|gloomy|moody": "dark", r"bright|sunny|light": "bright", r"warm|cosy|cozy": "warm",
        r"cool|cold|icy": "cool", r"vivid|colou?rful|vibrant": "colourful", r"muted|pale|faded": "muted",
        r"black and white|monochrome": "black and white", r"dramatic|contrast": "high in contrast",
        r"soft|hazy|fog\w*|mist\w*": "soft in contrast",
    }  # fmt: skip
    found = [name for pattern, name in words.items() if re.search(rf"\b(?:{pattern})\b", goal)]
    if time == "night" and "dark" not in found:
        found.append("dark")
    if time == "sunset" and "warm" not in found:
        found.append("warm")
    return [f"Is the picture {name}?" for name in found]


def _from_picture(picture: Pixels, goal_leads: bool) -> list[str]:
    """Questions the reference itself answers with yes."""
    lab = to_lab(to_float(fit(picture, 96)))
    look = _Look(lab, mood(lab))
    asked = [f"Is there {name}?" for name in palette_names(lab) if _share(lab, name) > 0.03][:4]
    asked += [f"Is there {name}?" for name in _BASIC if _share(lab, name) > 0.06][:3]
    asked += [f"Is the picture {name}?" for name, test in _LIGHTS.items() if test(look.mood)][:4]
    for one, other in (("top", "bottom"), ("left", "right")):
        first, second = (float(look.part(p)[..., 0].mean()) for p in (one, other))
        if abs(first - second) > 0.06:
            way = "lighter" if first > second else "darker"
            asked.append(f"Is the {one} {way} than the {other}?")
    asked += [
        f"Is there {name} in the middle?"
        for name in _BASIC
        if _share(look.part("middle"), name) > 0.15
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
    for pattern, _ in _QUESTIONS:
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
