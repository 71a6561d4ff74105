"""A critic's words as data: whatever a model says, it can mention nobody, link nowhere, run over
no limit, and reach nothing but the fields it was asked for."""

import math
import re
from collections.abc import Iterable

from core.domain.answers import Box, Difference
from core.domain.text import clean

MAX_PROMPT = 4000  # characters a critic may write for a painter, whatever the painter takes
MAX_SENTENCE = 300
MAX_QUESTION = 160
MAX_QUESTIONS = 12
MIN_QUESTIONS = 6
MAX_DIFFERENCES = 3
MAX_KEEP = 4
SMALLEST_BOX = 0.01  # of a side
_ADDRESSED = re.compile(r"<[@#!][^<>]*>|<(?:a?:|t:|id:)[^<>\s]*>")
_AT = re.compile(r"[@＠](?=\s*\w)")
_LINK = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://", re.I)


def plain(text: str, limit: int) -> str:
    """A model's words without mentions, links, control characters and a server's private syntax,
    at most `limit` characters, ending at a sentence or word."""
    before = ""
    text = clean(text)
    while before != text:
        before = text
        text = _LINK.sub("", _ADDRESSED.sub("", text))
    return shorten(_AT.sub("", text).strip(), limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters: cut after a sentence if that keeps over half, else at a word."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? ", ".\n")) + 1
    if end > limit // 2:
        return head[:end].rstrip()
    return (head[: limit - 1].rsplit(None, 1)[0] if " " in head else head[: limit - 1]) + "…"


def line(text: str, limit: int = MAX_SENTENCE) -> str:
    """One line of plain words."""
    return plain(" ".join(text.split()), limit)


def lines(texts: Iterable[str], most: int, limit: int = MAX_SENTENCE) -> tuple[str, ...]:
    """At most `most` lines, without empty and repeated ones."""
    found = dict.fromkeys(line(text, limit) for text in texts)
    return tuple(text for text in found if text)[:most]


def questions(texts: Iterable[str]) -> tuple[str, ...]:
    """A checklist's questions: at most 12, each once, each ending in a question mark."""
    marked = (f"{text.strip().rstrip('?.! ')}?" for text in texts if text.strip(" ?.!"))
    return lines((text for text in marked if len(text) <= MAX_QUESTION), MAX_QUESTIONS)


def checklist(asked: Iterable[tuple[str, int]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Questions and, for each, the number of the earlier one it hangs from (0 = none), from texts
    and the numbers they were given; a number that leads nowhere, or ahead, is none."""
    kept: dict[str, int] = {}
    place: dict[int, int] = {}
    for number, (text, needs) in enumerate(asked, 1):
        found = questions([text])
        if not found or (found[0] not in kept and len(kept) == MAX_QUESTIONS):
            continue
        kept.setdefault(found[0], place.get(needs, 0) if needs < number else 0)
        place[number] = list(kept).index(found[0]) + 1
    return tuple(kept), tuple(kept.values())


def differences(found: Iterable[tuple[str, Box | None]]) -> tuple[Difference, ...]:
    """At most three, in the order given, boxes inside the image."""
    said = ((line(what), box) for what, box in found)
    kept = [Difference(what, inside(box) if box else None) for what, box in said if what]
    return tuple(kept[:MAX_DIFFERENCES])


def inside(box: Box) -> Box | None:
    """The part of a box that lies in the image; None if nothing worth a repair does."""
    numbers = (box.x, box.y, box.width, box.height)
    if not all(math.isfinite(number) for number in numbers):
        return None
    left, right = _within(box.x), _within(box.x + box.width)
    top, bottom = _within(box.y), _within(box.y + box.height)
    if right - left < SMALLEST_BOX or bottom - top < SMALLEST_BOX:
        return None
    return Box(left, top, round(right - left, 4), round(bottom - top, 4))


def _within(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
