"""One catalogue a language: every text in each, none without use, the same blanks to fill in."""

import re
from pathlib import Path

import pytest

from adapters.texts.catalogue import ENGLISH, known, languages, messages, speak, t, tn
from core.domain.admin import SaveAs
from core.domain.options import options
from core.domain.preferences import Preferences
from core.jobs.registry import JOBS

ROOT = Path(__file__).parents[2]
PLACES = ("adapters/discord", "adapters/slack", "adapters/web", "adapters/mcp", "adapters/texts")
KEY = re.compile(r"""\b(?:t|tn|described)\(\s*f?["']([\w.{}\[\]' ]+?)["']""")
QUOTED = re.compile(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""")
BLANK = re.compile(r"\{(\w+)\}")
MADE = (
    "title.",
    "label.",
    "choice.",
    "tick.",
    "needs.",
    "usage.",
    "menu.",
    "post.score",
    "help.",
    "helper.",
)
"""Keys that are put together from a name that core declares."""


def code() -> str:
    files = [file for place in PLACES for file in (ROOT / place).rglob("*.py")]
    files += [file for place in ("bot", "adapters") for file in (ROOT / place).glob("*.py")]
    return "\n".join(file.read_text("utf-8") for file in files)


def blanks(text: str) -> set[str]:
    return set(BLANK.findall(text))


def forms(language: str, key: str) -> tuple[str, ...]:
    found = messages(language)[key].string
    return (found,) if isinstance(found, str) else tuple(found or ())


def test_every_language_has_every_text_with_the_same_blanks() -> None:
    english = messages(ENGLISH)
    assert len(languages()) >= 2
    for language in languages():
        assert set(messages(language)) == set(english), language
        for key in english:
            mine, theirs = forms(language, key), forms(ENGLISH, key)
            assert len(mine) == len(theirs) and all(mine), (language, key)
            wanted = blanks(theirs[-1])
            assert blanks(mine[-1]) == wanted, (language, key)
            assert all(blanks(each) | {"n"} >= wanted for each in mine), (language, key)
            assert not any("  " in each for each in mine), (language, key)


def test_every_key_that_is_used_exists_and_every_key_is_used() -> None:
    written = code()
    asked = {key for key in KEY.findall(written) if "{" not in key}
    assert sorted(key for key in asked if not known(key)) == []
    families = {key.partition("{")[0] for key in KEY.findall(written) if "{" in key} - {""}
    forms = [Preferences, SaveAs, *(job.command for job in JOBS.values())]
    jobs = set(JOBS) | {field.help for form in forms for field in options(form)}
    jobs |= {way.says for job in JOBS.values() for way in job.ways}
    used = asked | set(QUOTED.findall(written)) | jobs | {"sessions", "quota", "help", "darkroom"}
    idle = [
        key
        for key in messages(ENGLISH)
        if key not in used and not key.startswith((*MADE, *families))
    ]
    assert idle == []


def test_no_blank_is_left_unfilled() -> None:
    """A text with blanks that is asked for without anything to fill in."""
    bare = set(re.findall(r"""\bt\(["']([\w.]+)["']\)""", code()))
    assert {
        key: blanks(forms(ENGLISH, key)[0]) for key in bare if blanks(forms(ENGLISH, key)[0])
    } == {}


@pytest.mark.parametrize(
    ("language", "one", "many"), [("en", "1 round", "2 rounds"), ("de", "1 Runde", "2 Runden")]
)
def test_one_is_not_many(language: str, one: str, many: str) -> None:
    speak(language)
    assert (tn("rounds", 1), tn("rounds", 2)) == (one, many)


def test_an_unknown_language_is_english_and_an_unknown_key_an_error() -> None:
    speak("fi-FI")
    assert t("say.noted") == "Noted."
    speak("de_AT")
    assert t("say.noted") == "Notiert."
    with pytest.raises(KeyError):
        t("say.nothing_of_the_kind")
    with pytest.raises(KeyError):
        tn("hounds", 2)


def test_lengths_that_discord_allows() -> None:
    for language in languages():
        for key in messages(language):
            (text, *_) = forms(language, key)
            if key.startswith("menu."):
                assert len(text) <= 32, key
            if key.startswith(("form.goal", "form.prompt", "form.critique", "settings.form")):
                assert len(text) <= 45, key
            if key.partition(".")[0] in JOBS:
                assert len(text) <= 100, key
