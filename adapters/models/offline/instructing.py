"""What an edit's instruction asks for: another colour, another light, something gone, something new.

Only what can be painted is read; `understood` says None of the rest, so that it can be told.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from adapters.models.offline import colours, styles
from adapters.models.offline.subjects import COLOUR_WORDS
from adapters.models.offline.tongues import english
from adapters.models.offline.vocabulary import Scene, understand
from adapters.models.offline.wishes import shift_of

Act = Literal["colour", "light", "remove", "replace", "add", "snow", "view", "style"]
# what is looked through has single spaces and 600 characters at most
_REMOVE: Final = re.compile(
    r"\b(?:remove|erase|delete|get rid of|take (?:away|out)|clean up|without)\b(?: (?:the|that|this|any|all))?\s*(?P<what>[^,.;]*)"
)
_REPLACE: Final = re.compile(
    r"\b(?:replace|swap|exchange) (?:the |that |this )?(?P<what>.{1,100}?) (?:with|by|for) (?P<by>.+)"
    r"|\b(?:turn|change|transform) (?:the |that |this )?(?P<from>.{1,100}?) (?:into|to) (?P<to>.+)"
    r"|(?P<new>.{1,100}?) instead of (?:the |that |this |an? )?(?P<old>.+)"
)
_COLOUR: Final = re.compile(
    r"\b(?:make|paint|turn|colou?r|recolou?r|dye|tint|change)\b(?: (?:the|that|this|its|his|her|all))? ?"
    r"(?P<what>.{0,80}?) ?(?:(?:in|to|into) )?(?P<hue>[a-z]{1,20}(?: [a-z]{1,20})?)$"
)
_PLACED: Final = re.compile(
    r"^(?:please )?(?:add|put|place|insert|draw|paint in|give it)\b|\b(?:there|here|please|instead(?! of)|now|as well|too|inside the mask)\b"
)
_WHERE: Final = re.compile(
    r"\b(?:in|on|at|over|of) the (?P<where>sky|water|sea|lake|ground|grass|background"
    r"|(?:top|bottom|upper|lower) (?:left|right)|left|right|top|bottom|centre|center|middle)\b"
)
_BESIDE: Final = re.compile(
    r" (?:in|on|onto|at|over|above|near|beside|next to|under|behind|before|in front of) "
    r"(?:the|that|this|his|her|its) (?P<where>[a-z' -]{2,60})$"
)
_LIGHT: Final = re.compile(
    r"\b(?:make|turn|paint) (?:the |its )?(?P<what>[a-z ]{1,80}?) "
    r"(?:much |far |a little |slightly |a bit )?(?:darker|brighter|lighter|warmer|cooler|colder|paler|vivider|softer)\b"
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """What shall be done (`act`), to what (`what`, "" = all that is masked), with what: a colour's
    name, a sentence, or a style's name."""

    act: Act
    what: str = ""
    by: str = ""


def understood(text: str) -> Instruction | None:
    """Read an instruction in English, German, French, Spanish or Japanese; None if it asks for
    nothing that can be painted."""
    said = _PLACED.sub(" ", english(text[:600]).lower())
    said = " ".join(said.split()).strip(" .!?,;")
    if _REPLACE.search(said):
        return _coloured(said) or _replaced(said)
    return _coloured(said) or _removed(said) or _restyled(said) or _added(said) or _relit(said)


def colour_named(words: str) -> str:
    """The colour that a phrase is the name of, "" if it is none."""
    name = COLOUR_WORDS.get(words, words)
    return name if colours.number_of(name) is not None else ""


def _coloured(said: str) -> Instruction | None:
    match = _COLOUR.search(said)
    if match is None:
        bare = re.sub(r"^(?:in|all in|only)\s+", "", said)
        return Instruction("colour", "", hue) if (hue := colour_named(bare)) else None
    words, what = match["hue"], match["what"].strip()
    if hue := colour_named(words):
        return Instruction("colour", _thing(what), hue)
    first, _, last = words.rpartition(" ")
    hue = colour_named(last)
    return Instruction("colour", _thing(f"{what} {first}"), hue) if hue else None


def _replaced(said: str) -> Instruction | None:
    match = _REPLACE.search(said)
    if match is None:
        return None
    what = match["what"] or match["from"] or match["old"]
    by = match["by"] or match["to"] or match["new"]
    by = re.sub(r"^(?:an?|the|something) (?=.*\bones?$)| ones?$", "", by)
    if hue := colour_named(by):
        return Instruction("colour", _thing(what), hue)
    return Instruction("replace", _thing(what), by) if paintable(by) else None


def _removed(said: str) -> Instruction | None:
    match = _REMOVE.search(said)
    return Instruction("remove", _thing(match["what"])) if match else None


def _restyled(said: str) -> Instruction | None:
    style = styles.named(said)
    return Instruction("style", "", style) if style else None


def _added(said: str) -> Instruction | None:
    scene = understand(said)
    place = _WHERE.search(said)
    where = place["where"] if place else ""
    if scene.subjects or scene.emblem:
        by = said if place is None or where == "sky" else _without(place, said)
        return Instruction("add", where, by) if place else _beside(said)
    if scene.ground == "snow" or scene.weather == "snowfall":
        return Instruction("snow", where)
    if shift_of(said).changes and not _lands(scene):
        return None
    return Instruction("view", where, said) if _lands(scene) else None


def _without(place: re.Match[str], said: str) -> str:
    """The thing without where it shall be, unless the place is all there is."""
    bare = " ".join(f"{said[: place.start()]} {said[place.end() :]}".split())
    scene = understand(bare)
    return bare if scene.subjects or scene.emblem else said


def _beside(said: str) -> Instruction:
    """A new thing alone: "a butterfly on the flowers" asks for no flowers."""
    place = _BESIDE.search(said)
    thing = understand(said[: place.start()]) if place else None
    if place is None or thing is None or not (thing.subjects or thing.emblem):
        return Instruction("add", "", said)
    return Instruction("add", place["where"].strip(), said[: place.start()])


def _relit(said: str) -> Instruction | None:
    if not shift_of(said).changes:
        return None
    match = _LIGHT.search(said)
    return Instruction("light", _thing(match["what"]) if match else "", said)


def paintable(text: str) -> bool:
    """Whether a phrase names something that can be painted in a place."""
    scene = understand(text)
    return scene.known or bool(colour_named(text.strip()))


def _lands(scene: Scene) -> bool:
    """Whether a sentence names a kind of land."""
    return scene.known and (scene.ground not in {"plain", "meadow"} or scene.mountains
                            or scene.forest or scene.flowers)  # fmt: skip


def _thing(words: str) -> str:
    """A phrase without articles; "" where it means all there is."""
    words = re.sub(r"\b(?:the|a|an|that|this|its|his|her|of|colou?r)\b", " ", words)
    words = " ".join(words.split()).strip(" .,")
    return "" if words in {"it", "them", "everything", "all", "whole picture", "picture", "image",
                           "photo", "whole thing", "thing", "object", "this"} else words  # fmt: skip
