"""What core says, in the language spoken.

Core speaks English, and what it said is stored as it was said. Its sentences are known here by their
patterns (`patterns/LANGUAGE.po`), and what was filled in is read out of them again. A sentence that has no
pattern stays English.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.pofile import read_po
from babel.numbers import format_currency

from adapters.texts.catalogue import ENGLISH, spoken

FOLDER = Path(__file__).parent / "patterns"
BLANK = re.compile(r"\{(\w+)\}")
NUMBERS, AMOUNTS = frozenset("nmk"), frozenset(("usd", "left", "most"))
END = re.compile(r"(?<=[.!?]) ")
LONGEST, MOST_SENTENCES, DEEPEST = 2000, 8, 3


@dataclass(frozen=True, slots=True)
class Pattern:
    """`pieces` stand around the blanks `names`; `said` is the same in another language."""

    pieces: tuple[str, ...]
    names: tuple[str, ...]
    said: str

    @staticmethod
    def of(text: str, said: str) -> "Pattern":
        parts = BLANK.split(text)
        return Pattern(tuple(parts[::2]), tuple(parts[1::2]), said)

    @property
    def letters(self) -> int:
        return sum(map(len, self.pieces))

    def read(self, text: str) -> Mapping[str, str] | None:
        """What was filled in, None where the text is another one. Each piece is looked for once."""
        first, *rest = self.pieces
        if not text.startswith(first):
            return None
        if not rest:
            return {} if text == first else None
        at, found = len(first), dict[str, str]()
        for name, piece in zip(self.names, rest, strict=True):
            last = piece is rest[-1] and name == self.names[-1]
            end = _end(text, piece, at) if last else text.find(piece, at + 1)
            value = text[at:end]
            if end < 0 or not _fits(name, value):
                return None
            found[name], at = value, end + len(piece)
        return found


def _end(text: str, piece: str, at: int) -> int:
    end = len(text) - len(piece)
    return end if end > at and text.endswith(piece) else -1


def _fits(name: str, value: str) -> bool:
    if name in NUMBERS:
        return value.isascii() and value.isdigit()
    return value.startswith("$") if name in AMOUNTS else bool(value)


@cache
def patterns(language: str) -> Sequence[Pattern]:
    """Those that say most come first; none for a language without a file, and for English."""
    path = FOLDER / f"{language}.po"
    if language == ENGLISH or not path.exists():
        return ()
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    found = [Pattern.of(str(each.id), str(each.string)) for each in entries if each.id]
    return sorted(found, key=lambda pattern: -pattern.letters)


def said(sentence: str) -> str:
    """A sentence of core's in the language spoken; one after the other, where there are several."""
    return _said(sentence, spoken())


def lines_said(lines: Sequence[str]) -> str:
    """Lines of core's, each in the language spoken."""
    return "\n".join(map(said, lines))


@lru_cache(maxsize=512)
def _said(sentence: str, language: str) -> str:
    return _each(sentence, language, DEEPEST)


def _each(text: str, language: str, deep: int) -> str:
    if not patterns(language) or len(text) > LONGEST or not deep:
        return text
    parts = END.split(text, MOST_SENTENCES)
    told: list[str] = []
    while parts:
        count, words = _longest(parts, language, deep)
        told.append(words)
        parts = parts[count:]
    return " ".join(told)


def _longest(parts: Sequence[str], language: str, deep: int) -> tuple[int, str]:
    """How many of the parts from the first on are one pattern, and what it says."""
    for count in range(len(parts), 0, -1):
        found = _translated(" ".join(parts[:count]), language, deep)
        if found is not None:
            return count, found
    return 1, parts[0]


def _translated(text: str, language: str, deep: int) -> str | None:
    """None where no pattern is that of the text. What was filled in may be core's own words too."""
    for pattern in patterns(language):
        found = pattern.read(text)
        if found is not None:
            values = {name: _value(name, each, language, deep) for name, each in found.items()}
            return pattern.said.format(**values)
    return None


def _value(name: str, value: str, language: str, deep: int) -> str:
    if name in NUMBERS:
        return value
    if name not in AMOUNTS:
        return _each(value, language, deep - 1)
    try:
        return format_currency(Decimal(value[1:]), "USD", locale=language)
    except InvalidOperation:
        return value
