"""Regions in words, English and German: "top right", "the background", "linke Hälfte"."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from core.domain.errors import BadRequest

Across = Literal["left", "middle", "right", ""]
Down = Literal["top", "middle", "bottom", ""]
Kind = Literal["part", "border", "subject", "background"]

T = TypeVar("T")
NAMED: Final = (
    "left, right, top, bottom, a corner such as top left, centre, border, the subject or the "
    "background"
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


FILLING: Final = _set(
    "the a an of in on at to its only just side half part area region section corner picture image "
    "photo edge der die das den dem des ein eine einen im am an vom von auf nur seite haelfte teil "
    "bereich ecke bild bildes foto"
)
ACROSS: Final[dict[Across, frozenset[str]]] = {
    "left": _set("left lefthand links linke linken linker linkes"),
    "right": _set("right righthand rechts rechte rechten rechter rechtes"),
}
DOWN: Final[dict[Down, frozenset[str]]] = {
    "top": _set("top upper above oben obere oberen oberer oberes"),
    "bottom": _set("bottom lower below unten untere unteren unterer unteres"),
}
MIDDLE: Final = _set("centre center central middle mitte mittlere mittleren mittleres zentrum")
KINDS: Final[dict[Kind, frozenset[str]]] = {
    "border": _set("border borders frame rim edges rand raender rahmen"),
    "subject": _set("subject foreground motiv hauptmotiv vordergrund"),
    "background": _set("background backdrop hintergrund"),
}
DEEP: Final[dict[float, frozenset[str]]] = {
    1 / 3: _set("third drittel"),
    1 / 4: _set("quarter viertel"),
}


KNOWN: Final = MIDDLE.union(*ACROSS.values(), *DOWN.values(), *KINDS.values(), *DEEP.values())


@dataclass(frozen=True, slots=True)
class Region:
    """A part by its place; `deep`: how much of a side it takes, 0-1 (a half, where nothing is said)."""

    kind: Kind = "part"
    across: Across = ""
    down: Down = ""
    deep: float = 0.5


def named(words: str) -> Region | None:
    """The region that a few words name, None where they say anything else."""
    said = _words(words) - FILLING
    across, down = _meant(ACROSS, said), _meant(DOWN, said)
    kinds, deep = _meant(KINDS, said), _meant(DEEP, said)
    if not said <= KNOWN or max(map(len, (across, down, kinds, deep))) > 1:
        return None  # other words, or such as contradict each other
    middle = bool(said & MIDDLE)
    if kinds:
        return Region(kinds[0]) if said <= KINDS[kinds[0]] else None
    if across or down:
        beside: Literal["middle", ""] = "middle" if middle else ""
        at = across[0] if across else beside, down[0] if down else beside
        return Region("part", *at, deep[0] if deep else 0.5)
    return Region("part", "middle", "middle", deep[0] if deep else 0.5) if middle else None


def _meant(table: dict[T, frozenset[str]], said: set[str]) -> list[T]:
    return [meaning for meaning, words in table.items() if said & words]


def known(words: str) -> Region:
    """The region that a few words name. Raises BadRequest where they name none."""
    region = named(words)
    if region is None:
        raise BadRequest(
            f"“{words.strip()[:60]}” is no part of a picture that I know: say {NAMED}."
        )
    return region


def _words(text: str) -> set[str]:
    folded = unicodedata.normalize("NFC", text[:200]).casefold()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        folded = folded.replace(umlaut, letters)
    return set(re.findall(r"\w+", folded))
