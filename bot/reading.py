"""What people write into files and the environment: read as UTF-8, cleaned, or named."""

import codecs
import os
from pathlib import Path

from core.domain.errors import Misconfigured

MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
QUOTES = "\"'"


def text_of(path: Path) -> str:
    """A file's text; a byte order mark, as Windows writes it, is no part of it. FileNotFoundError
    where there is none; Misconfigured where it can't be read or is no UTF-8."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as exc:
        raise Misconfigured(f"{path}: it can't be read ({exc.strerror}).") from exc
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            raise Misconfigured(f"{path}: it is saved as {encoding}; save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise Misconfigured(f"{path}: line {line} is not UTF-8; save the file as UTF-8.") from exc


def cleaned(name: str, value: str) -> str:
    """An environment value without what only carried it: the line end of a secret's file, quotes
    that Docker's env files keep. Misconfigured where what is left can't be meant."""
    try:
        value = os.fsencode(value).decode()
    except UnicodeError as exc:
        raise Misconfigured(f"{name}: it is not UTF-8.") from exc
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES:
        value = value[1:-1].strip()
    elif value[:1] and (value[0] in QUOTES) != (value[-1] in QUOTES):
        raise Misconfigured(f"{name}: a quote at one end only; write the value without quotes.")
    if not value.isprintable() and not value.startswith(("[", "{")):
        raise Misconfigured(f"{name}: there is a line break or control character in it.")
    return value
