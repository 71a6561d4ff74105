"""Yes/no questions answered by measuring a picture; None for what formulas can't see."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from adapters.models.offline import colours, recognising, silhouettes
from adapters.models.offline.emblems import emblem_in, shown
from adapters.models.offline.raster import Pixels, Plane, fit, lab_of, to_float, to_lab
from adapters.models.offline.words import Mood, mood

BASIC: Final = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """A small Lab/100 picture (h, w, 3), its measured mood, and the picture itself."""

    lab: Plane
    mood: Mood
    picture: Pixels

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


def share_of(part: Plane, name: str) -> float:
    """How much of a part has a colour that people would call by that name."""
    value = colours.rgb_of(name)
    if value is None:
        return 0.0
    centre = lab_of(value)
    light, a, b = part[..., 0], part[..., 1], part[..., 2]
    strength = np.hypot(a, b)
    if name == "white":  # the whitest there is: at night that is not much
        bright = max(0.30, 0.80 * float(np.quantile(light, 0.995)))
        return float(((strength < 0.20) & (light > bright)).mean())
    if float(np.hypot(centre[1], centre[2])) < 0.08:
        reach = 0.20 if name in {"black", "white"} else 0.16
        grey = (strength < 0.13) & (np.abs(light - centre[0]) < reach)
        return float(grey.mean())
    hue = float(np.arctan2(centre[2], centre[1]))
    apart = np.abs((np.arctan2(b, a) - hue + np.pi) % (2 * np.pi) - np.pi)
    own = float(np.hypot(centre[1], centre[2]))
    near_light = np.abs(light - centre[0]) < (0.22 if name == "brown" else 0.38)
    return float(((apart < 0.42) & (strength > min(0.14, 0.4 * own)) & near_light).mean())


_Test = Callable[[Look, re.Match[str]], bool | None]


def _colour_there(look: Look, match: re.Match[str]) -> bool:
    where = match["where"] or ""
    name = match["colour"]
    return share_of(look.part(where), name) > (0.012 if not where else 0.03)


def _dominant(look: Look, match: re.Match[str]) -> bool:
    return share_of(look.lab, match["colour"]) > 0.22


def _lighter(look: Look, match: re.Match[str]) -> bool:
    first, second = (float(look.part(match[k])[..., 0].mean()) for k in ("one", "other"))
    return first > second + 0.02 if match["way"] == "lighter" else first < second - 0.02


LIGHTS: Final[dict[str, Callable[[Mood], bool]]] = {
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


LIGHT_WORDS: Final = {
    r"dark|gloomy|moody": "dark", r"bright|sunny|light": "bright", r"warm|cosy|cozy": "warm",
    r"cool|cold|icy": "cool", r"vivid|colou?rful|vibrant": "colourful", r"muted|pale|faded": "muted",
    r"black and white|monochrome": "black and white", r"dramatic|contrast": "high in contrast",
    r"soft|hazy|fog\w*|mist\w*": "soft in contrast",
}  # fmt: skip


def _light(look: Look, match: re.Match[str]) -> bool:
    return LIGHTS[match["light"]](look.mood)


def _time(look: Look, match: re.Match[str]) -> bool:
    top = look.part("top")
    light, red, yellow = (float(top[..., i].mean()) for i in range(3))
    warm_spot = share_of(look.part("top"), "orange") + share_of(look.part("top"), "coral")
    if match["time"] == "night":
        return light < 0.36 and look.mood.light < 0.40
    if match["time"] == "sunset":
        return warm_spot > 0.05 and red > 0.02
    if match["time"] == "dawn":
        return light > 0.45 and (red > 0.02 or yellow > 0.05)
    return light > 0.5


def _ground(look: Look, match: re.Match[str]) -> bool:
    low = look.part("bottom")
    light, red, yellow = (float(low[..., i].mean()) for i in range(3))
    strength = float(np.hypot(low[..., 1], low[..., 2]).mean())
    top = look.part("top")
    kind = match["ground"]
    if kind == "snow":
        pale = float((low[..., 0] > 0.72 * float(np.quantile(look.lab[..., 0], 0.98))).mean())
        return strength < 0.24 and (light > 0.62 or pale > 0.5 or light > float(top[..., 0].mean()))
    if kind == "water":
        lower = look.lab[look.lab.shape[0] * 2 // 5 :]
        cool = (lower[..., 2] < 0.03) & (lower[..., 1] < 0.08)
        return float(cool.mean()) > 0.22 or (yellow < 0.02 and red < 0.06)
    if kind == "grass":
        return red < 0.0 and yellow > 0.05
    return yellow > 0.10 and red > -0.02 and light > 0.3


def _style(look: Look, match: re.Match[str]) -> bool:
    test = STYLE_TESTS[match["style"]]
    return test(look)


STYLE_TESTS: Final[dict[str, Callable[[Look], bool]]] = {
    "pencil": lambda look: look.mood.saturation < 0.08 and look.mood.light > 0.55,
    "charcoal": lambda look: look.mood.saturation < 0.13,
    "linocut": lambda look: look.mood.saturation < 0.12 and look.mood.contrast > 0.25,
    "neon": lambda look: (
        look.mood.light < 0.42 and float(np.quantile(look.lab[..., 0], 0.98)) > 0.5
    ),
    "blueprint": lambda look: share_of(look.lab, "cobalt") + share_of(look.lab, "blue") > 0.4,
    "steampunk": lambda look: look.mood.warmth > 0.12,
    "synthwave": lambda look: share_of(look.lab, "purple") + share_of(look.lab, "magenta") > 0.25,
}


def _thing(look: Look, match: re.Match[str]) -> bool | None:
    return recognising.shows(look.picture, match["thing"])


def _lacking(look: Look, match: re.Match[str]) -> bool | None:
    single = silhouettes.find(match["lacking"])
    seen = recognising.shows(look.picture, single[0]) if single else None
    return None if seen is None else not seen


def _emblem(look: Look, match: re.Match[str]) -> bool | None:
    emblem = emblem_in(match["emblem"])[0]
    return shown(look.picture, emblem) if emblem is not None else None


_THINGS: Final = "|".join(sorted(silhouettes.CATALOGUE, key=len, reverse=True))
_NAMES: Final = "|".join(sorted(map(re.escape, colours.names()), key=len, reverse=True))
_WHERE: Final = r"top|bottom|left|right|middle"
QUESTIONS: Final[tuple[tuple[re.Pattern[str], _Test], ...]] = tuple(
    (re.compile(pattern), test)
    for pattern, test in (
        (rf"is there an? (?P<thing>{_THINGS})\??$", _thing),
        (r"is it without (?P<lacking>[a-z]+)\??$", _lacking),
        (r"is there (?P<emblem>the flag of [a-z ]+|a chess board)\??$", _emblem),
        (rf"is (?P<colour>{_NAMES}) the main colour", _dominant),
        (rf"is there (?:any |some |something )?(?P<colour>{_NAMES})(?: (?:in|at|on) the (?P<where>{_WHERE}))?\b",
         _colour_there),
        (rf"is the (?P<one>{_WHERE})(?: side| part| half)? (?P<way>lighter|darker) than the (?P<other>{_WHERE})",
         _lighter),
        (r"is it (?P<time>night|sunset|dawn|day)", _time),
        (r"is there (?P<ground>snow|water|grass|sand)", _ground),
        (rf"is the picture (?:rather )?(?P<light>{'|'.join(LIGHTS)})", _light),
        (rf"does it look like (?:a )?(?P<style>{'|'.join(STYLE_TESTS)})", _style),
    )
)  # fmt: skip


def answer(picture: Pixels, question: str) -> bool | None:
    """Measure the answer; None for what formulas can't see."""
    asked = question.strip().lower()[:300]
    for pattern, test in QUESTIONS:
        match = pattern.match(asked)
        if match:
            return test(look_at(picture), match)
    return None


def look_at(picture: Pixels) -> Look:
    """A picture made small and measured once, for questions about it."""
    lab = to_lab(to_float(fit(picture, 96)))
    return Look(lab, mood(lab), picture)
