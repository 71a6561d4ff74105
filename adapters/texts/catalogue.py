"""What all doors say alike: one catalogue a language, as gettext files that Babel reads.

A key that a language does not have is said in English. People's own text is only ever an argument.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDERS = [Path(__file__).parent]  # a job from elsewhere brings a folder of its own
ENGLISH = "en"


def languages() -> tuple[str, ...]:
    """English first."""
    found = sorted({path.stem for folder in FOLDERS for path in folder.glob("*.po")})
    return (ENGLISH, *(each for each in found if each != ENGLISH))


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every text of a language by its key; empty for a language there is not."""
    read: dict[str, str] = {}
    for path in (folder / f"{language}.po" for folder in FOLDERS):
        if path.exists():
            with path.open("rb") as file:
                messages = read_po(file, locale=language)
            read |= {str(m.id): str(m.string) for m in messages if m.id}
    return read


def language_of(locale: str) -> str:
    """The language of a locale such as `de`, `de-AT` or `de_DE`; English where there is none."""
    language = locale.replace("_", "-").partition("-")[0].casefold()
    return language if language in languages() else ENGLISH


def known(key: str, language: str = ENGLISH) -> bool:
    return key in catalogue(language)


def text(key: str, language: str = ENGLISH, **values: object) -> str:
    """The text of a key, filled in. Raises KeyError for a key that no language has."""
    found = catalogue(language).get(key) or catalogue(ENGLISH)[key]
    return found.format(**values) if values else found


def title(job: str, language: str = ENGLISH) -> str:
    """A job's name as a heading."""
    return _or_name("title", job, language)


def label(option: str, language: str = ENGLISH) -> str:
    """An option's name beside its field in a form."""
    return _or_name("label", option, language)


def choice(option: str, value: str, language: str = ENGLISH) -> str:
    """One of an option's values in a form."""
    key = f"choice.{option}.{value}"
    return text(key, language) if known(key) else value.capitalize()


def _or_name(kind: str, name: str, language: str) -> str:
    key = f"{kind}.{name}"
    return text(key, language) if known(key) else name.replace("_", " ").capitalize()
