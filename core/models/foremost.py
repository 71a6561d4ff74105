"""What a painter that reads little of a prompt has to read: the subject, then what is new."""

import re

from core.models.painter import PainterProfile

SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
PHRASE = re.compile(r"[^,;.!?\n]+")


def foremost(prompt: str, before: str, painter: PainterProfile) -> str:
    """The prompt, with what is not in the one `before` moved up behind its first phrase, where the
    painter does not read to the end: what is cut off is then what was painted already."""
    letters = painter.written_limit
    if not painter.reads_tokens or not before or len(prompt) <= letters:
        return prompt
    unit = PHRASE if painter.manner == "keywords" else SENTENCE
    known = {_plain(part) for part in unit.findall(before)}
    parts = [part.strip() for part in unit.findall(prompt) if _plain(part)]
    first, rest = parts[:1], parts[1:]
    new = [part for part in rest if _plain(part) not in known]
    old = [part for part in rest if _plain(part) in known]
    between = ", " if painter.manner == "keywords" else " "
    return between.join((*first, *new, *old)) if new and old else prompt


def _plain(part: str) -> str:
    return " ".join(part.strip(" .,;!?\n").casefold().split())
