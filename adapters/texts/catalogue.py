"""What all doors say: one catalogue a language, as gettext files that Babel compiles.

A key that a language does not have is said in English. People's own text is only ever an argument.
A task speaks one language at a time (`speak`): of a private answer the person's, of a post the
server's.
"""

import io
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDERS = [Path(__file__).parent]  # a job from elsewhere brings a folder of its own
ENGLISH = "en"
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """English first."""
    found = sorted({path.stem for folder in FOLDERS for path in folder.glob("*.po")})
    return (ENGLISH, *(each for each in found if each != ENGLISH))


def messages(language: str) -> Mapping[str, Message]:
    """Every entry of a language by its key; empty for a language there is not."""
    return _messages(language, tuple(FOLDERS))


@cache
def _messages(language: str, folders: tuple[Path, ...]) -> Mapping[str, Message]:
    found: dict[str, Message] = {}
    for path in (folder / f"{language}.po" for folder in folders):
        if path.exists():
            with path.open("rb") as file:
                entries = read_po(file, locale=language)
            found |= {_key(each): each for each in entries if each.id}
    return found


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


@cache
def _translations(language: str) -> GNUTranslations:
    """The language's files, compiled; what it does not have is looked up in English."""
    merged: GNUTranslations | None = None
    for path in (folder / f"{language}.po" for folder in reversed(FOLDERS)):
        if not path.exists():
            continue
        compiled = io.BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        found = GNUTranslations(compiled)
        found.add_fallback(merged) if merged else None
        merged = found
    if merged is None:
        return _translations(ENGLISH)
    if language != ENGLISH:
        merged.add_fallback(_translations(ENGLISH))
    return merged


@cache
def _keys(language: str) -> frozenset[str]:
    return frozenset(messages(language))


def warm() -> None:
    """Reads every language now: a fifth of a second each that nobody who waits shall pay."""
    for language in languages():
        known("", language)
        _translations(language)


def forget() -> None:
    """The folders have changed."""
    languages.cache_clear()
    _translations.cache_clear()
    _keys.cache_clear()


def language_of(locale: str) -> str:
    """The language of a locale such as `de`, `de-AT` or `de_DE`; English where there is none."""
    language = locale.replace("_", "-").partition("-")[0].casefold()
    return language if language in languages() else ENGLISH


def speak(locale: str) -> None:
    """From here on this task speaks the language of a locale, such as `de` or `en-GB`."""
    _spoken.set(language_of(locale))


def spoken() -> str:
    """The language that this task speaks."""
    return _spoken.get()


def known(key: str, language: str = ENGLISH) -> bool:
    return key in _keys(language)


def t(key: str, language: str = "", **values: object) -> str:
    """The text of a key, filled in; in the language spoken, where none is named. Raises KeyError
    for a key that no language has."""
    found = _translations(language or spoken()).gettext(key)
    if found == key and not known(key):
        raise KeyError(key)
    return found.format(**values) if values else found


def tn(key: str, n: int, **values: object) -> str:
    """The same of a count `n`, in the plural form that the language has for it."""
    found = _translations(spoken()).ngettext(key, key, n)
    if found == key:
        raise KeyError(key)
    return found.format(n=n, **values)


def title(job: str, language: str = "") -> str:
    """A job's name as a heading."""
    return _or_name("title", job, language)


def label(option: str, language: str = "") -> str:
    """An option's name beside its field in a form."""
    return _or_name("label", option, language)


def choice(option: str, value: str) -> str:
    """One of an option's values in a form."""
    key = f"choice.{option}.{value}"
    return t(key) if known(key) else value.capitalize()


def _or_name(kind: str, name: str, language: str) -> str:
    key = f"{kind}.{name}"
    return t(key, language) if known(key) else name.replace("_", " ").capitalize()
