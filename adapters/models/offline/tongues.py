"""German, French, Spanish and Japanese sentences as the English words the engine knows.

The table is data (tongues.txt). A sentence is of the language most of whose words it has; word
order is left alone but for a colour behind its noun. What is not in the table stays as it is.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from adapters.models.offline import colours, silhouettes

TONGUES: Final = ("de", "fr", "es", "ja")
_ENDINGS: Final = {
    "de": ("e", "en", "er", "es", "em", "n", "s"), "fr": ("s", "x", "e", "es"), "es": ("s", "es"),
}  # fmt: skip
_SMALL: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "with",
        "in",
        "on",
        "at",
        "of",
        "and",
        "or",
        "by",
        "under",
        "over",
        "near",
        "without",
        "no",
        "not",
        "only",
        "to",
        "is",
        "are",
    ]
)
_LONGEST: Final = 4  # words of a phrase in the table
_CONTROL: Final = re.compile(r"^\s*(?:Wish|Style|Palette|Composition|Revision \d+|Leap):", re.I)
_JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_COUNTERS: Final = re.compile(r"([二三四五六2-6])(?:匹|羽|頭|つ|本|隻|台|人|軒|個|輪)の?")
_DIGITS: Final = {"二": "two", "三": "three", "四": "four", "五": "five", "六": "six"}
_PARTICLES: Final = re.compile(r"[のをにがはでへもや、。・]|がある|がいる|です")
_LACKING: Final = (
    r"(?:\s*[のがはも])?\s*(?:のいない|がいない|ない|無い|なしの|なし|無しの|無し|抜きの|抜き)"
)


def english(text: str) -> str:
    """The text with every word of another language that the table has put into English."""
    return "\n".join(
        line if _CONTROL.match(line) else _line(line) for line in text[:2000].splitlines()
    )


def german(text: str) -> bool:
    """Whether most of a sentence's words that the table has are German."""
    return any(_spoken(_tokens(line)) == "de" for line in text[:2000].splitlines())


@lru_cache(maxsize=64)
def _line(line: str) -> str:
    if _JAPANESE.search(line):
        return _from_japanese(line)
    tokens = _tokens(line)
    tongue = _spoken(tokens)
    return _translated(tokens, tongue) if tongue else line


def _tokens(line: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:-[^\W_]+)*|[^\w\s]", line.replace("’", "'"))


def _spoken(tokens: list[str]) -> str:
    """The language that has most of the words, "" for English."""
    scores = {tongue: len(_found(tokens, tongue)) for tongue in TONGUES[:3]}
    tongue = max(scores, key=lambda name: scores[name])
    own = sum(token.lower() in _SMALL | _english_words() for token in tokens)
    return tongue if scores[tongue] > own else ""


def _translated(tokens: list[str], tongue: str) -> str:
    spans = _found(tokens, tongue)
    said: list[str] = []
    at = 0
    while at < len(tokens):
        if at in spans:
            word, length = spans[at]
            said.append(word)
            at += length
        else:
            said.append(tokens[at])
            at += 1
    return " ".join(_colours_first(said) if tongue != "de" else said)


def _found(tokens: list[str], tongue: str) -> dict[int, tuple[str, int]]:
    """Where phrases of the table begin: their English, and how many tokens they take."""
    table, found = _table()[tongue], dict[int, tuple[str, int]]()
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            phrase = " ".join(tokens[at : at + length]).lower().replace(" ' ", "'")
            word = table.get(phrase) or (_inflected(phrase, tongue) if length == 1 else None)
            if word is not None:
                found[at] = (word, length)
                at += length - 1
                break
        at += 1
    return found


def _inflected(word: str, tongue: str) -> str | None:
    """The English of a word with one of the language's endings; a plural stays one."""
    table = _table()[tongue]
    for ending in _ENDINGS[tongue]:
        stem = word.removesuffix(ending)
        if stem != word and stem in table:
            return _plural(table[stem]) if tongue != "de" and ending[-1] in "sx" else table[stem]
    if tongue == "es" and word.rstrip("s").endswith("a"):
        return table.get(f"{word.rstrip('s')[:-1]}o")
    if tongue == "es" and word.endswith("os"):
        return table.get(word[:-1])
    return None


def _plural(word: str) -> str:
    return f"{word}s" if word in _things() else word


def _colours_first(words: list[str]) -> list[str]:
    """'fox red' as 'red fox': the Romance languages say the colour last."""
    ordered = list(words)
    for at in range(1, len(ordered)):
        noun = ordered[at - 1].removesuffix("s")
        if ordered[at] in _adjectives() and (ordered[at - 1] in _things() or noun in _things()):
            ordered[at - 1], ordered[at] = ordered[at], ordered[at - 1]
    return ordered


def _from_japanese(line: str) -> str:
    line = _COUNTERS.sub(lambda m: f" {_DIGITS.get(m[1], m[1])} ", line)
    for phrase, word in _table()["ja"].items():
        line = line.replace(phrase, f" {word} ")
    line = re.sub(rf"(?<![a-z])([a-z][a-z ]{{0,60}}?){_LACKING}", r" , without \1 , ", line)
    line = _PARTICLES.sub(" ", line)
    return re.sub(r"\s+", " ", line).strip()


@cache
def rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = files("adapters.models.offline").joinpath("tongues.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    cells = ([cell.strip() for cell in line.split("|")] for line in lines)
    return tuple((first, tuple(rest)) for first, *rest in cells)


@cache
def _table() -> dict[str, dict[str, str]]:
    """For each language its phrases and their English; in Japanese the longest come first."""
    tables: dict[str, dict[str, str]] = {tongue: {} for tongue in TONGUES}
    for word, cells in rows():
        for tongue, cell in zip(TONGUES, cells, strict=True):
            single, _, plural = cell.lower().partition(">")
            for phrase in filter(None, (p.strip() for p in single.split(","))):
                tables[tongue].setdefault(phrase, word)
            for phrase in filter(None, (p.strip() for p in re.split(r"[,>]", plural))):
                tables[tongue].setdefault(phrase, _plural(word))
    by_length = sorted(tables["ja"].items(), key=lambda item: -len(item[0]))
    return {**tables, "ja": dict(by_length)}


@cache
def _english_words() -> frozenset[str]:
    return frozenset(part for word, _ in rows() for part in word.split())


@cache
def _things() -> frozenset[str]:
    return frozenset(silhouettes.CATALOGUE)


@cache
def _adjectives() -> frozenset[str]:
    return frozenset(colours.names()) | {"small", "big", "huge", "tiny", "golden"}
