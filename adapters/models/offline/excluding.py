"""What a sentence does not want: "without flowers", "no cars", "a cat instead of a dog", "only a tree"."""

import re
from dataclasses import dataclass
from typing import Final

_LACK: Final = (
    r"without|with no|but no|and no|no|not|never|except(?: for)?|minus|instead of|rather than"
    r"|free (?:of|from)|lacking|devoid of|leave out|leaving out|don't (?:draw|paint|show|want)|do not (?:draw|paint|show|want)"
)
_ENDS: Final = (
    r"in|on|at|by|under|over|near|with|beside|behind|before|above|below|to|from|into|but|is|are|it"
    r"|that|which|while|as|for|only|just|painted|drawn|without|no|not|instead|visible|anywhere|around"
)
_ARTICLE: Final = r"(?:any|a|an|the|more|other|single)\s+"
_PHRASE: Final = rf"(?:{_ARTICLE})*(?P<what>(?!(?:{_ENDS})\b)[^\W\d_][\w'-]*(?:\s+(?!(?:{_ENDS}|and|or|nor)\b)[^\W\d_][\w'-]*)*)"
_FIRST: Final = re.compile(rf"\b(?:{_LACK})\s+{_PHRASE}", re.I)
# "and" goes on with what is lacking, unless it begins something of its own: "no cars and a tree"
_NEXT: Final = re.compile(
    rf"(?<!\s)\s*(?:(?:,\s*)?(?:or|nor)\s+(?:no\s+)?|and\s+(?:any\s+|no\s+)?(?!(?:a|an|the|one|two|three|four|five|six|some|many|with)\b)){_PHRASE}",
    re.I,
)
_ONLY: Final = re.compile(
    r"\b(?:only|nothing but|nothing else|alone|all by (?:it|him|her)self)\b", re.I
)
_COLOURLESS: Final = re.compile(r"\b(?:without|no|not in) (?:any )?colou?rs?\b", re.I)
_DOUBLE: Final = re.compile(r"\b(?:not only|not without|no longer)\b", re.I)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sentence without what it excludes; the excluded words; whether it wants nothing besides."""

    text: str
    excluded: tuple[str, ...]
    alone: bool


def wanted(text: str) -> Wanted:
    """Take an English sentence apart."""
    text = _DOUBLE.sub(" ", _COLOURLESS.sub("black and white", text))
    alone = bool(_ONLY.search(text))
    text = _ONLY.sub(" ", text)
    kept, excluded = "", list[str]()
    while match := _FIRST.search(text):
        excluded.append(match["what"].strip().lower())
        end = match.end()
        while more := _NEXT.match(text, end):
            excluded.append(more["what"].strip().lower())
            end = more.end()
        kept += f"{text[: match.start()]} , "
        text = text[end:]
    plain = re.sub(r"(?<!\s)(?:\s*,){2,}", " ,", kept + text)
    return Wanted(plain, tuple(dict.fromkeys(excluded)), alone)
