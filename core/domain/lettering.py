"""Lettering that is measured: what a checklist asks of it, what was read, and whether that is it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.domain.answers import Box
from core.domain.trial import QuestionKind

ABOUT = re.compile(
    r"\b(words?|letters?|lettering|text|titles?|labels?|captions?|inscriptions?|writing|written|"
    r"reads?|says?|spel(?:t|led)|names?|signs?|dates?|sum|numbers?)\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[“\"«„‘]([^”\"»“’]{1,80})[”\"»“’]")
CAPITALS = re.compile(r"\b[A-Z0-9][A-Z0-9]+(?: [A-Z0-9+=&.]+)*\b")
LONGEST = 500  # characters of a question that are looked at
MERGED = 3  # letters more than asked for are another word beside it
NEAR = 0.5  # of a word's letters may be other ones: it was meant to be this word
SURE = 0.6  # what is read with less is no evidence


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of lettering as it was read; `sure` is 0-1."""

    text: str
    sure: float
    box: Box


@dataclass(frozen=True, slots=True)
class FoundText:
    """Whether the lettering asked for is there. `times`: how often, spelled so; `read`: what stands
    there instead, "" for nothing like it; `box`: where."""

    held: bool
    times: int
    read: str = ""
    box: Box | None = None


def kind_of(question: str) -> QuestionKind:
    """What has to be seen for a question: lettering where it quotes some, else not told apart."""
    return "lettering" if wanted(question) else "other"


def wanted(question: str) -> str:
    """The lettering that a question asks for, "" where it asks for something else."""
    text = question[:LONGEST]
    if not ABOUT.search(text):
        return ""
    if quoted := QUOTED.search(text):
        return quoted[1].strip()
    capitals = [each for each in CAPITALS.findall(text) if any(c.isalpha() for c in each)]
    return max(capitals, key=len, default="")


def found(lettering: str, words: Sequence[Word]) -> FoundText:
    """Looks for lettering in what was read; case, spaces and punctuation don't count."""
    aim = plain_letters(lettering)
    sure = [word for word in words if word.sure >= SURE]
    held = [(word, n) for word in sure if (n := _times(aim, word.text))]
    if held:
        return FoundText(True, sum(n for _, n in held), held[0][0].text, held[0][0].box)
    if _times(aim, " ".join(word.text for word in sure)):  # over several lines
        return FoundText(True, 1, lettering, None)
    near = min(sure, key=lambda word: distance(aim, plain_letters(word.text)), default=None)
    if near is None or distance(aim, plain_letters(near.text)) > max(1.0, NEAR * len(aim)):
        return FoundText(False, 0)
    return FoundText(False, 0, near.text, near.box)


def _times(aim: str, line: str) -> int:
    """How often whole words of a line make the lettering; a reader may have run words together, but
    a letter too many is a mistake."""
    tokens = [plain for token in line.split() if (plain := plain_letters(token))]
    starts = range(len(tokens))
    whole = sum(aim in _runs(tokens[i:], len(aim)) for i in starts) if aim else 0
    merged = "".join(tokens)
    apart = len(merged) >= len(aim) + MERGED
    return whole or (merged.count(aim) if aim and len(tokens) == 1 and apart else 0)


def _runs(tokens: Sequence[str], longest: int) -> Iterator[str]:
    made = ""
    for token in tokens:
        made += token
        if len(made) > longest:
            return
        yield made


def plain_letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def distance(first: str, second: str) -> int:
    """Letters to change, add or leave out between two words (Levenshtein); of long ones the first 80
    are looked at."""
    first, second = first[:80], second[:80]
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
