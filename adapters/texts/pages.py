"""What the page in the browser says: its English sentences are the keys (`page/LANGUAGE.po`).

Scripts look their sentences up in a table that the server sends (`static/texts.js`); in HTML they stand
in double braces and are filled in before it is sent.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from babel.messages.pofile import read_po

from adapters.texts.catalogue import ENGLISH, languages

FOLDER = Path(__file__).parent / "page"
MARKED = re.compile(r"\{\{([^{}]+)\}\}")


@cache
def table(language: str) -> Mapping[str, str | list[str]]:
    """The sentences of a language by the English ones; of a count all its forms, by the English one of
    one. Empty for English, and for a language without a file."""
    path = FOLDER / f"{language}.po"
    if language == ENGLISH or language not in languages() or not path.exists():
        return {}
    with path.open("rb") as file:
        entries = [each for each in read_po(file, locale=language) if each.id]
    return {
        each.id if isinstance(each.id, str) else each.id[0]: _forms(each.string) for each in entries
    }


def _forms(said: object) -> str | list[str]:
    return said if isinstance(said, str) else list(cast("Iterable[str]", said))


@cache
def encoded(language: str) -> bytes:
    """The table as JSON."""
    return json.dumps(table(language), ensure_ascii=False, separators=(",", ":")).encode()


@cache
def version(language: str) -> str:
    """Of the table: another one has another address, so that it may be cached for good."""
    return hashlib.sha256(encoded(language)).hexdigest()[:12]


def filled(html: str, language: str) -> str:
    """HTML of ours with its marked sentences in a language."""
    return MARKED.sub(lambda marked: _said(marked[1], language), html)


def _said(sentence: str, language: str) -> str:
    english = " ".join(sentence.split())
    found = table(language).get(english, english)
    return found if isinstance(found, str) else english
